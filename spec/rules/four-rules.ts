/**
 * The four rules that make consensus over write-once registers correct, as predicates over what a client did and knew.
 *
 * An algorithm whose clients obey all four is safe, whatever else they do. Nothing here searches or remembers: each
 * predicate judges one act, so that a trace of the model, of the implementation or of a test can be judged act by act.
 *
 * Source: Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3.
 */
import { isOpen, phase2Quorums, type QuorumTable } from "../quorum-table.js";
import type { Register, Value } from "../register.js";
import { containsSome, membersOf, NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import type { StateTable } from "../state-table.js";
import { disjointPair } from "./f1.js";

/** What a client knew when it output a value: its reads of one register set, by server name; a server not read is absent. */
export interface Output {
  readonly output: Value;
  readonly registerSet: number;
  readonly readsByServer: ReadonlyMap<string, Register>;
}

/** Rule 1, quorum agreement: output v only after reading v from a quorum of one register set. */
export function quorumAgreement(table: QuorumTable, { output, registerSet, readsByServer }: Output): boolean {
  let readers: ServerSet = NO_SERVERS;
  table.servers.forEach((server, index) => {
    const read = readsByServer.get(server);
    if (read?.state === "value" && read.value === output) readers |= singleton(index);
  });
  return containsSome(readers, phase2Quorums(table, registerSet));
}

/** What a client knew when it wrote a value: its own input, and every value it had read in any register. */
export interface NewWrite {
  readonly value: Value;
  readonly input: Value;
  readonly read: ReadonlySet<Value>;
}

/** Rule 2, new value: write v only if it is your own input or you have read it. */
export const newValue = ({ value, input, read }: NewWrite): boolean => value === input || read.has(value);

/**
 * Rule 3, current decision: the proposals of one register set cannot get two values decided within it.
 *
 * In an exclusive set that takes a single value, across its owner's restarts too. In an open one the quorums may settle it
 * instead, by meeting pairwise (F1 for this set).
 */
export function currentDecision(table: QuorumTable, registerSet: number, proposalsInSet: Iterable<Value>): boolean {
  if (new Set(proposalsInSet).size <= 1) return true;
  return isOpen(table, registerSet) && disjointPair(phase2Quorums(table, registerSet)) === null;
}

/**
 * Rule 4, previous decisions: v may be written to the register set only if no other value can still be decided below it.
 *
 * `state` holds the registers as they are, or as far as the client has read them, with the rest left unwritten. Sets that it
 * does not show are not judged.
 */
export const previousDecisions = (table: QuorumTable, state: StateTable, registerSet: number, value: Value): boolean =>
  state.registerSets.every(
    (lower, row) =>
      lower >= registerSet ||
      phase2Quorums(table, lower).every((quorum) => allowsOnly(value, quorum, state.rows[row]!, !isOpen(table, lower))),
  );

/**
 * Whether the quorum can decide nothing, in this row, but perhaps the value. Registers are write-once, so this stays so. In an
 * exclusive set one value is proposed, so that any register of the row tells which.
 */
function allowsOnly(value: Value, quorum: ServerSet, row: readonly Register[], isExclusive: boolean): boolean {
  const registers = membersOf(quorum).map((server) => row[server]!);
  if (registers.some((register) => register.state === "nil")) return true;
  const held = valuesIn(registers);
  const proposed = valuesIn(row);
  // Two values side by side block each other; nothing held leaves the quorum open to every value.
  return held.size > 1 || (isExclusive && proposed.size === 1 ? proposed : held).has(value);
}

const valuesIn = (registers: readonly Register[]): ReadonlySet<Value> =>
  new Set(registers.flatMap((register) => (register.state === "value" ? [register.value] : [])));
