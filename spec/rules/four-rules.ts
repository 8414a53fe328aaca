/**
 * The four rules that make consensus over write-once registers correct, as predicates over what a client did and knew.
 *
 * An algorithm whose clients obey all four is safe, whatever else they do. Nothing here searches or remembers: each
 * predicate judges one act, so that a trace of the model, of the implementation or of a test can be judged act by act.
 *
 * Source: Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3.
 */
import { quorumsApart } from "../families/apart.js";
import { isGated, type QuorumTable } from "../quorum-table.js";
import type { Register, Value } from "../register.js";
import { allServers, NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import { holdersByValue, type StateTable } from "../state-table.js";
import { isShared, phase2Family } from "../table-families.js";

/**
 * What a client knew when it output a value: its reads of one register set, by server name; a server not read is
 * absent.
 */
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
  return phase2Family(table, registerSet).isQuorum(readers);
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
 * In a set that one client owns, or that one is elected in, that takes a single value, across its client's restarts
 * too. In one that is open or contested the quorums may settle it instead, by meeting pairwise (F1 for this set).
 */
export function currentDecision(table: QuorumTable, registerSet: number, proposalsInSet: Iterable<Value>): boolean {
  if (new Set(proposalsInSet).size <= 1) return true;
  const quorums = phase2Family(table, registerSet);
  return isShared(table, registerSet) && quorumsApart([quorums, quorums]) === null;
}

/**
 * Rule 4, previous decisions: v may be written to the register set only if no other value can still be decided below
 * it. Before anybody writes to a gated set, a value was decided below, and no other can be: so that must be v. Nor does
 * a gated set decide anything new.
 *
 * `state` holds the registers as they are, or as far as the client has read them, with the rest left unwritten. Sets
 * that it does not show are not judged.
 */
export const previousDecisions = (table: QuorumTable, state: StateTable, registerSet: number, value: Value): boolean =>
  state.registerSets.every((lower, row) => {
    if (lower >= registerSet) return true;
    const cells = state.rows[row]!;
    if (isGated(table, registerSet)) return !hasDecidedAnother(table, lower, cells, value);
    return isGated(table, lower) || !mayDecideAnother(table, lower, cells, value);
  });

function hasDecidedAnother(table: QuorumTable, registerSet: number, row: readonly Register[], value: Value): boolean {
  const quorums = phase2Family(table, registerSet);
  return [...holdersByValue(row)].some(([held, holding]) => held !== value && quorums.isQuorum(holding));
}

/**
 * Whether some quorum of the set can decide, or has decided, anything but the value. Registers are write-once, so nil
 * rules out every quorum that it is in, and so do two values side by side; where nothing is held, any value may come.
 * In an exclusive set one value is proposed, so that any register of the row tells which.
 */
function mayDecideAnother(table: QuorumTable, registerSet: number, row: readonly Register[], value: Value): boolean {
  const quorums = phase2Family(table, registerSet);
  const holders = holdersByValue(row);
  let free = allServers(row.length) & ~serversWith(row, (register) => register.state === "nil");
  if (!isShared(table, registerSet) && holders.size === 1) return !holders.has(value) && quorums.isQuorum(free);
  const others = [...holders].filter(([held]) => held !== value);
  for (const [, holding] of holders) free &= ~holding;
  return quorums.isQuorum(free) || others.some(([, holding]) => quorums.isQuorum(free | holding));
}

function serversWith(row: readonly Register[], is: (register: Register) => boolean): ServerSet {
  let servers = NO_SERVERS;
  row.forEach((register, server) => {
    if (is(register)) servers |= singleton(server);
  });
  return servers;
}
