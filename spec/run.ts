/** What the steps of a trace do to the registers: a run, replayed on paper. */
import { holding, NIL, type Register, UNWRITTEN } from "./register.js";
import type { StateTable } from "./state-table.js";
import type { FreezeStep, Step, Trace } from "./trace.js";

/** The state table before anything happened. Register sets ascending, by their real index in the quorum table. */
export const emptyStateTable = (servers: readonly string[], registerSets: readonly number[]): StateTable => ({
  registerSets,
  rows: registerSets.map(() => servers.map(() => UNWRITTEN)),
});

/**
 * The state table after one more step; a proposal leaves the registers as they are, and a vote that is no promise.
 *
 * Throws RangeError where the registers do not permit the step: a server or register set that is not in the table, a
 * register written or frozen twice, nothing left to freeze.
 */
export function applyStep(servers: readonly string[], state: StateTable, step: Step): StateTable {
  switch (step.action) {
    case "propose":
      return state;
    case "vote":
      return step.freezesBelow ? freezeBelow(servers, state, step) : state;
    case "freeze":
      return freeze(servers, state, step);
    case "freeze register":
      return put(servers, state, step, NIL);
    case "write": {
      const written = put(servers, state, step, holding(step.value));
      return step.freezesBelow ? freezeBelow(servers, written, step) : written;
    }
  }
}

/** The state table after every step of the trace, from an empty one. Throws RangeError as applyStep does. */
export const stateAfter = (servers: readonly string[], registerSets: readonly number[], trace: Trace): StateTable =>
  trace.reduce((state, step) => applyStep(servers, state, step), emptyStateTable(servers, registerSets));

/** A server and one of its registers, or the first that a freeze leaves alone. */
type Place = Pick<FreezeStep, "server" | "registerSet">;

function freeze(servers: readonly string[], state: StateTable, place: Place): StateTable {
  const frozen = freezeBelow(servers, state, place);
  if (frozen.rows.every((cells, row) => cells === state.rows[row])) {
    throw new RangeError(`${place.server} has no unwritten register below R${place.registerSet} to freeze`);
  }
  return frozen;
}

/** Rows that do not change are the same objects as before. */
function freezeBelow(servers: readonly string[], state: StateTable, { server, registerSet }: Place): StateTable {
  const column = columnOf(servers, server);
  const freezes = (row: number) =>
    state.registerSets[row]! < registerSet && state.rows[row]![column]!.state === "unwritten";
  return { ...state, rows: state.rows.map((cells, row) => (freezes(row) ? cells.with(column, NIL) : cells)) };
}

function put(
  servers: readonly string[],
  state: StateTable,
  { server, registerSet }: Place,
  register: Register,
): StateTable {
  const column = columnOf(servers, server);
  const row = state.registerSets.indexOf(registerSet);
  if (row === -1) throw new RangeError(`R${registerSet} is not in the state table`);
  const cells = state.rows[row]!;
  // Even the same value again is no step of the model: a step changes something.
  if (cells[column]!.state !== "unwritten") throw new RangeError(`R${registerSet} at ${server} is already written`);
  return { ...state, rows: state.rows.with(row, cells.with(column, register)) };
}

function columnOf(servers: readonly string[], server: string): number {
  const column = servers.indexOf(server);
  if (column === -1) throw new RangeError(`the table has no server ${server}`);
  return column;
}
