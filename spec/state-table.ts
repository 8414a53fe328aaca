/**
 * The state table: one column a server, one row a register set; and what is decided in it.
 *
 * Source: Howard & Mortier 2019, section 3.
 */
import { phase2Quorums, type QuorumTable } from "./quorum-table.js";
import type { Register, Value } from "./register.js";
import { contains, type ServerSet, singleton } from "./server-set.js";

export interface StateTable {
  /** The register sets shown, ascending, by their real index in the quorum table. */
  readonly registerSets: readonly number[];
  /** rows[i][s]: the register of server s in register set registerSets[i]. */
  readonly rows: readonly (readonly Register[])[];
}

/** One quorum that decides: all of its servers hold the value in the register set. */
export interface Decision {
  readonly registerSet: number;
  readonly quorum: ServerSet;
  readonly value: Value;
}

/** Every decision in the table, by register set, then by quorum. Several quorums may decide. */
export function decisionsIn(table: QuorumTable, state: StateTable): Decision[] {
  return state.registerSets.flatMap((registerSet, row) => {
    const holders = holdersByValue(state.rows[row]!);
    return phase2Quorums(table, registerSet).flatMap((quorum) =>
      [...holders]
        .filter(([, holding]) => contains(holding, quorum))
        .map(([value]) => ({ registerSet, quorum, value })),
    );
  });
}

/** The distinct decided values, in the order of decisionsIn. */
export const decidedValues = (table: QuorumTable, state: StateTable): Value[] => [
  ...new Set(decisionsIn(table, state).map((decision) => decision.value)),
];

/** Agreement: no two different values are ever decided. */
export const agreementHolds = (table: QuorumTable, state: StateTable): boolean =>
  decidedValues(table, state).length <= 1;

/** Non-triviality: a decided value was some client's input. */
export const nonTrivialityHolds = (decided: readonly Value[], inputs: ReadonlySet<Value>): boolean =>
  decided.every((value) => inputs.has(value));

function holdersByValue(row: readonly Register[]): Map<Value, ServerSet> {
  const holders = new Map<Value, ServerSet>();
  row.forEach((register, server) => {
    if (register.state !== "value") return;
    holders.set(register.value, (holders.get(register.value) ?? 0) | singleton(server));
  });
  return holders;
}
