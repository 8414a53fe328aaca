/** What servers hold beside what the model holds, whatever the model. */
import { FIRST_VALUE } from "../../../model/registers/facts.js";
import { registerOf } from "../../../model/registers/reading.js";
import type { Scope } from "../../../model/registers/scope.js";
import { type Register, sameRegister } from "../../../spec/register.js";
import type { StateTable } from "../../../spec/state-table.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import type { SystemUnderTest } from "./system-under-test.js";

/**
 * Of the model: the content of the register of this server, in the row that is the place of its set among the explored
 * ones.
 */
interface ModelRegisters {
  readonly variables: { readonly register: { at(server: number, row: number): number } };
}

/** What can be seen of a system. */
type Looked = Pick<SystemUnderTest<unknown, unknown>, "channel" | "observe" | "registerAt" | "durableAt">;

export class ComparedRegisters {
  readonly #scope: Scope;
  readonly #model: ModelRegisters;
  readonly #system: Looked;
  /** By content of the model's registers. */
  readonly #registers: readonly Register[];

  constructor(scope: Scope, model: ModelRegisters, system: Looked) {
    this.#scope = scope;
    this.#model = model;
    this.#system = system;
    this.#registers = Array.from({ length: FIRST_VALUE + scope.values }, (_, content) => registerOf(content));
  }

  /** What the model holds there. */
  expectedAt(server: number, row: number): Register {
    return this.#registers[this.#model.variables.register.at(server, row)]!;
  }

  /** The servers' registers as last observed, in memory or on their disks. */
  observed(where: "memory" | "disk"): StateTable {
    const { registerSets, table } = this.#scope;
    const system = this.#system;
    const look = (server: number, set: number) =>
      where === "memory" ? system.registerAt(server, set) : system.durableAt(server, set);
    return { registerSets, rows: registerSets.map((set) => table.servers.map((_, server) => look(server, set))) };
  }

  /**
   * Throws ImplementationFault unless every explored register is the same in both, in memory and on disk: of this
   * server, or of all. `when` ends the sentence, e.g. " after a restart".
   */
  compare(when: string, only?: number): void | Promise<void> {
    const observing = this.#system.observe(only);
    if (observing === undefined) this.#check(when, only);
    else return observing.then(() => this.#check(when, only));
  }

  #check(when: string, only: number | undefined): void {
    const { registerSets, table } = this.#scope;
    const [first, end] = only === undefined ? [0, table.servers.length] : [only, only + 1];
    for (let row = 0; row < registerSets.length; row++) {
      for (let server = first; server < end; server++) {
        const expected = this.expectedAt(server, row);
        const live = sameRegister(expected, this.#system.registerAt(server, registerSets[row]!));
        if (live && sameRegister(expected, this.#system.durableAt(server, registerSets[row]!))) continue;
        throw new ImplementationFault(
          `${this.#oddRegister(server, row)} where the model holds ${phrase(expected)}${when}`,
        );
      }
    }
  }

  /** Over TCP a server can say one thing and hold another. */
  #oddRegister(server: number, row: number): string {
    const name = this.#scope.table.servers[server];
    const registerSet = this.#scope.registerSets[row]!;
    const expected = this.expectedAt(server, row);
    const [live, durable] = [this.#system.registerAt(server, registerSet), this.#system.durableAt(server, registerSet)];
    if (sameRegister(expected, live)) return `${name} holds ${phrase(durable)} in R${registerSet} on its disk`;
    const isTold = this.#system.channel === "tcp" && sameRegister(expected, durable);
    const holds = isTold ? "says, other than its disk, that it holds" : "holds";
    return `${name} ${holds} ${phrase(live)} in R${registerSet}`;
  }
}
