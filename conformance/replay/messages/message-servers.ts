/**
 * The servers in a replayed run of the message model: what they answer, and what they hold, against the model's state.
 */
import { isDeepStrictEqual } from "node:util";
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { Scope } from "../../../model/registers/scope.js";
import { valueName } from "../../../model/registers/values.js";
import type { StateTable } from "../../../spec/state-table.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import { ComparedRegisters } from "../systems/compared-registers.js";
import type { HeldReply, HeldRequest, SystemUnderTest } from "../systems/system-under-test.js";
import type { MessageScript } from "./message-script.js";

/**
 * The block of a batch, of which nothing was acknowledged, is never whole: then the request would have taken effect.
 */
const TORN_BYTES_LIMIT = 512;
const TORN_BYTES_STEP = 97;

export class MessageServers {
  readonly #system: SystemUnderTest<Request, Reply>;
  readonly #scope: Scope;
  readonly #registers: ComparedRegisters;
  /** How many bytes of what a crash cuts short reach the disk: torn records must be recognised. */
  #torn_bytes = 0;

  constructor({ model, scope }: MessageScript, system: SystemUnderTest<Request, Reply>) {
    this.#system = system;
    this.#scope = scope;
    this.#registers = new ComparedRegisters(scope, model, system);
  }

  /** What the disks held when last looked at. */
  get onDisk(): StateTable {
    return this.#registers.observed("disk");
  }

  /** The promise of server s for explored set r, in the model's state: everything below, and none of it unwritten. */
  checkPromise({ server: s, reply }: HeldReply<Reply>, r: number): void {
    const { registerSets } = this.#scope;
    const written = registerSets.slice(0, r).flatMap((real, below) => {
      const register = this.#registers.expectedAt(s, below);
      return register.state === "value" ? [[real, register.value] as const] : [];
    });
    this.#checkReply(s, reply, { kind: "prepared", registerSet: registerSets[r]!, written });
  }

  /** The answer of server s to the proposal of value v in explored set r, in the model's state after it. */
  checkAnswer({ server: s, reply }: HeldReply<Reply>, r: number, v: number): void {
    const registerSet = this.#scope.registerSets[r]!;
    const holds = this.#registers.expectedAt(s, r);
    const accepts = holds.state === "value" && holds.value === valueName(v);
    const answer: Reply = accepts
      ? { kind: "written", registerSet, value: valueName(v) }
      : { kind: "refused", registerSet, holds };
    this.#checkReply(s, reply, answer);
  }

  /** What is under way reaches the disk in part, or not at all. */
  async crash(s: number, underWay: HeldRequest<Request> | null): Promise<void> {
    const { timedCrashes } = this.#system;
    if (underWay === null || timedCrashes === null) return this.#system.crash(s);
    this.#torn_bytes += TORN_BYTES_STEP;
    await timedCrashes.during(s, underWay.request, this.#torn_bytes % TORN_BYTES_LIMIT);
  }

  /** Throws unless disk and memory of server s hold what the model's registers do. `when` ends the sentence. */
  async compare(s: number, when: string): Promise<void> {
    const { registerSets } = this.#scope;
    await this.#registers.compare(when, s);
    for (const registerSet of this.#system.writtenSets(s)) {
      if (registerSets.includes(registerSet)) continue;
      throw new ImplementationFault(`${this.#nameOf(s)} holds a value in R${registerSet}, which no client wrote to`);
    }
  }

  /** A promise for explored set r covers every set below it: also those that are not explored. */
  checkFrozenBelow(s: number, r: number): void {
    const real = this.#scope.registerSets[r]!;
    if (this.#system.durableAt(s, real - 1).state !== "unwritten") return;
    throw new ImplementationFault(`${this.#nameOf(s)} has promised R${real} and left R${real - 1} unwritten`);
  }

  #checkReply(s: number, reply: Reply, expected: Reply): void {
    if (isDeepStrictEqual(reply, expected)) return;
    const [told, right] = [formatReply(reply), formatReply(expected)];
    if (told !== right) {
      throw new ImplementationFault(`${this.#nameOf(s)} says "${told}" where the model says "${right}"`);
    }
    throw new ImplementationFault(
      `${this.#nameOf(s)} says "${told}" as the model does, but in other words: ${JSON.stringify(reply)} where ${JSON.stringify(expected)} was expected`,
    );
  }

  #nameOf(s: number): string {
    return this.#scope.table.servers[s]!;
  }
}

function formatReply(reply: Reply): string {
  switch (reply.kind) {
    case "prepared": {
      const told = reply.written.map(([registerSet, value]) => `R${registerSet}=${value}`).join(", ");
      return `promise for R${reply.registerSet}, with ${told === "" ? "no value" : told} below`;
    }
    case "written":
      return `accepted ${reply.value} in R${reply.registerSet}`;
    case "refused":
      return `refused in R${reply.registerSet}, which holds ${phrase(reply.holds)}`;
    case "voted":
      return `its vote in R${reply.registerSet} is client ${reply.candidate}'s`;
    case "row":
      return "row";
    case "decided":
      return `${reply.value} is decided`;
    case "rejected":
      return `rejected: ${reply.reason}`;
  }
}
