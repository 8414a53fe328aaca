/**
 * What a client has read in exclusive register sets, where one client proposes one value: two values there are nothing
 * that a run of the protocol leads to. Somebody used another table, another numbering of clients, or proposed and
 * forgot it. Nor are two decided values.
 */
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { isShared } from "../../spec/table-families.js";
import type { Written } from "./protocol.js";

/** The rules were broken outside of this client, so that nothing it could choose would be safe. */
export class RulesBrokenError extends Error {
  override readonly name = "RulesBrokenError";
}

interface Read {
  readonly value: Value;
  readonly server: number;
}

export class ExclusiveReads {
  readonly #table: QuorumTable;
  readonly #reads = new Map<number, Read>();

  constructor(table: QuorumTable) {
    this.#table = table;
  }

  /**
   * Takes in what a server holds below the client's set. Throws RulesBrokenError where another server holds something
   * else.
   */
  hear(server: number, written: readonly Written[]): void {
    for (const [registerSet, value] of written) {
      const before = this.#reads.get(registerSet);
      if (before === undefined) this.#reads.set(registerSet, { value, server });
      else if (before.value !== value) {
        this.#refuse(registerSet, `${this.#phrase(before)} and ${this.#phrase({ value, server })}`);
      }
    }
  }

  /**
   * Takes in what a server holds in the client's own set, where that has proposed this value. Throws as `hear` does.
   */
  hearOwn(registerSet: number, proposed: Value, read: Read): void {
    if (read.value === proposed) return;
    this.#refuse(registerSet, `${this.#phrase(read)} while ${shortened(proposed)} was proposed by this client`);
  }

  #refuse(registerSet: number, holds: string): void {
    if (isShared(this.#table, registerSet)) return;
    throw new RulesBrokenError(
      `R${registerSet} holds ${holds}, though one client alone may propose there, and one value: somebody uses another table or ` +
        "another number of clients, or proposed twice under one number; stop all clients and find out who, for nothing " +
        "that is decided here can be relied on",
    );
  }

  #phrase({ value, server }: Read): string {
    return `${shortened(value)} at ${this.#table.servers[server]}`;
  }
}

/** Throws RulesBrokenError where the server says that another value is decided than the one that is known to be. */
export function checkSameDecision(server: string, told: Value, known: Value): void {
  if (told !== known) throw twoDecisions(known, told, `, as ${server} was told,`);
}

/** `how` is said of the other value. */
export const twoDecisions = (one: Value, other: Value, how = ""): RulesBrokenError =>
  new RulesBrokenError(
    `two values are decided, ${shortened(one)} and${how} ${shortened(other)}: the table is not safe, or somebody uses another one, ` +
      "another number of clients, or one number twice; stop all clients and find out who",
  );

const SHOWN_MAX = 40;

/** A value in a sentence. */
export const shortened = (value: Value): string =>
  JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value);
