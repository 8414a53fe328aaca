/**
 * The state table: one column a server, one row a register set; and what is decided in it.
 *
 * Source: Howard & Mortier 2019, section 3.
 */
import type { Family } from "./families/family.js";
import type { QuorumTable } from "./quorum-table.js";
import type { Register, Value } from "./register.js";
import { NO_SERVERS, type ServerSet, singleton } from "./server-set.js";
import { phase2Family } from "./table-families.js";

export interface StateTable {
  /** The register sets shown, ascending, by their real index in the quorum table. */
  readonly registerSets: readonly number[];
  /** rows[i][s]: the register of server s in register set registerSets[i]. */
  readonly rows: readonly (readonly Register[])[];
}

/** A value that is decided in a register set. Several quorums may decide it. */
export interface Decision {
  readonly registerSet: number;
  readonly value: Value;
  /** All servers that hold the value in the register set: they contain a quorum. */
  readonly holders: ServerSet;
}

/** Every decision in the table, by register set, then by the first server that holds the value. */
export const decisionsIn = (table: QuorumTable, { registerSets, rows }: StateTable): Decision[] =>
  registerSets.flatMap((registerSet, row) => {
    const quorums = phase2Family(table, registerSet);
    return [...holdersByValue(rows[row]!)]
      .filter(([, holders]) => quorums.isQuorum(holders))
      .map(([value, holders]) => ({ registerSet, value, holders }));
  });

/** The distinct decided values, in the order of decisionsIn. */
export const decidedValues = (table: QuorumTable, state: StateTable): Value[] => [
  ...new Set(decisionsIn(table, state).map((decision) => decision.value)),
];

/** The quorums that decide: those whose servers all hold the value. */
export const decidingQuorums = (table: QuorumTable, { registerSet, holders }: Decision): Family =>
  phase2Family(table, registerSet).within(holders);

/** Agreement: no two different values are ever decided. */
export const agreementHolds = (table: QuorumTable, state: StateTable): boolean =>
  decidedValues(table, state).length <= 1;

/** Non-triviality: a decided value was some client's input. */
export const nonTrivialityHolds = (decided: readonly Value[], inputs: ReadonlySet<Value>): boolean =>
  decided.every((value) => inputs.has(value));

/** For each value in the row, the servers that hold it. */
export function holdersByValue(row: readonly Register[]): Map<Value, ServerSet> {
  const holders = new Map<Value, ServerSet>();
  row.forEach((register, server) => {
    if (register.state !== "value") return;
    holders.set(register.value, (holders.get(register.value) ?? NO_SERVERS) | singleton(server));
  });
  return holders;
}
