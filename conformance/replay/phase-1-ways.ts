/**
 * The ways in which a client can come to propose a value by selection `greatest`: whom it heard from, in which order, and
 * with which input. Judged from the state table alone, as the paper says it, and not from the implementation's client.
 */
import { phase1Quorums, type QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { hasServer, membersOf, type ServerSet } from "../../spec/server-set.js";
import type { StateTable } from "../../spec/state-table.js";

export interface Phase1Way {
  /** Servers in the order in which their replies arrive. The last one completes a phase-1 quorum and none before does. */
  readonly heard: readonly number[];
  readonly input: Value;
  /** The values that the client may propose, having heard this. */
  readonly allowed: readonly Value[];
}

/**
 * All ways for a client of the register set at this row of the state table, for every minimal phase-1 quorum and, before it,
 * every single further server. A client whose input differs from what it must choose shows best that it obeys phase 1, so
 * every way comes once with each of the inputs.
 */
export function phase1Ways(table: QuorumTable, state: StateTable, row: number, inputs: readonly Value[]): Phase1Way[] {
  const registerSet = state.registerSets[row]!;
  const prepared = table.servers.map((_, server) => server).filter((server) => isPrepared(state, row, server));
  const quorums = phase1Quorums(table, registerSet);
  return quorums
    .filter((quorum) => membersOf(quorum).every((server) => prepared.includes(server)))
    .flatMap((quorum) => arrivalOrders(quorum, quorums, prepared))
    .flatMap((heard) => {
      const seen = greatestValues(state, row, heard);
      return inputs.map((input) => ({ heard, input, allowed: seen.length > 0 ? seen : [input] }));
    });
}

const isPrepared = (state: StateTable, row: number, server: number): boolean =>
  state.rows.slice(0, row).every((registers) => registers[server]!.state !== "unwritten");

/** The quorum alone, and the quorum after any one other server, as long as only the last reply completes a quorum. */
function arrivalOrders(quorum: ServerSet, quorums: readonly ServerSet[], prepared: readonly number[]): number[][] {
  const members = membersOf(quorum);
  const others = prepared.filter((server) => !hasServer(quorum, server));
  return [members, ...others.map((other) => [other, ...members])].filter((heard) =>
    quorums.every(
      (other) => !membersOf(other).every((server) => heard.slice(0, -1).includes(server)) || heard.length === 0,
    ),
  );
}

/** The values in the greatest register set below the row that holds any on these servers; none if none does. */
function greatestValues(state: StateTable, row: number, heard: readonly number[]): Value[] {
  for (let below = row - 1; below >= 0; below--) {
    const registers = heard.map((server) => state.rows[below]![server]!);
    const values = registers.flatMap((register) => (register.state === "value" ? [register.value] : []));
    if (values.length > 0) return [...new Set(values)];
  }
  return [];
}
