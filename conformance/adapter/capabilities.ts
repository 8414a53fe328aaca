/** What an adapter says that it is, in its answer to `init`. */
import { didYouMean } from "../../spec/table-file/did-you-mean.js";
import { type Body, isRecord } from "./messages.js";

/**
 * A store has registers of which each is put once; an acceptor knows its row; a proposer is a client of acceptors; a
 * replica is a whole node.
 */
export const ROLES = ["store", "acceptor", "proposer", "replica"] as const;
export type Role = (typeof ROLES)[number];

/** What not every adapter can do. */
export const ABILITIES = ["reset", "crash", "cut", "observe", "retry", "snapshot", "duplicates"] as const;
export type Ability = (typeof ABILITIES)[number];

/** The most that it takes; Infinity where it says nothing. */
export interface Limits {
  /** Of a value, in UTF-8. */
  readonly value_bytes: number;
  /** The greatest register set. */
  readonly register: number;
}

export interface Capabilities {
  readonly role: Role;
  /** Whether one process is all nodes, or each has one of its own. */
  readonly hosts: "all" | "one";
  readonly can: ReadonlySet<Ability>;
  readonly limits: Limits;
}

/** The version of docs/adapters.md. */
export const PROTOCOL_VERSION = 1;

/** Throws Error, with a sentence about what the answer is not. */
export function capabilitiesIn({ type, quorate }: Body): Capabilities {
  if (type !== "init_ok") throw new Error(`answered "init" with "${type}", not with "init_ok"`);
  if (!isRecord(quorate)) throw new Error('does not say in "init_ok" what it is: "quorate" is missing there');
  const { version, role, hosts = "one", can = [], limits = {} } = quorate;
  if (version !== PROTOCOL_VERSION) {
    throw new Error(
      `speaks version ${JSON.stringify(version)} of the protocol, and Quorate version ${PROTOCOL_VERSION}`,
    );
  }
  const capabilities: Capabilities = {
    role: oneOf(ROLES, role, "role"),
    hosts: oneOf(["all", "one"] as const, hosts, "hosts"),
    can: new Set(listOf(can).map((ability) => oneOf(ABILITIES, ability, "can"))),
    limits: limitsIn(limits),
  };
  checkSnapshots(capabilities);
  return capabilities;
}

/** What was restored has to be seen to be what it was. */
function checkSnapshots({ role, can }: Capabilities): void {
  if (!can.has("snapshot")) return;
  if (role === "acceptor" && !can.has("observe")) {
    throw new Error('can "snapshot" and not "observe", so that nobody sees what it has restored');
  }
  if (role !== "acceptor" && role !== "store") {
    throw new Error(`can "snapshot", which is asked of stores and acceptors, and not of a ${role}`);
  }
}

function limitsIn(limits: unknown): Limits {
  if (!isRecord(limits)) throw new Error('has "limits" in "init_ok" that are no object');
  const limitOf = (name: keyof Limits): number => {
    const { [name]: limit = Number.POSITIVE_INFINITY } = limits;
    if (typeof limit === "number" && limit >= 1) return limit;
    throw new Error(`has the limit "${name}": ${JSON.stringify(limit)} in "init_ok", which is no positive number`);
  };
  return { value_bytes: limitOf("value_bytes"), register: limitOf("register") };
}

function listOf(can: unknown): readonly unknown[] {
  if (!Array.isArray(can)) throw new Error('has a "can" in "init_ok" that is no list');
  return can;
}

function oneOf<Word extends string>(words: readonly Word[], found: unknown, field: string): Word {
  const word = words.find((known) => known === found);
  if (word !== undefined) return word;
  const known = `it is one of ${words.join(", ")}`;
  const hint = typeof found === "string" ? didYouMean(found, words, known) : known;
  throw new Error(`has the ${field} ${JSON.stringify(found) ?? "undefined"} in "init_ok": ${hint}`);
}
