/**
 * A server has started: what it found on its disk holds all that the log says it had, and besides at most what was made
 * durable and not told to the log any more, as a kill between the two leaves it. The latter takes place now.
 */
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import { quote } from "../../spec/quote.js";
import type { StartEvent } from "./event.js";
import type { LogState } from "./log-state.js";
import { quotedValue } from "./told-values.js";

type Refusal = () => string;

/** What a server found, by the numbers of sets and values. */
interface Found {
  readonly node: string;
  readonly server: number;
  /** Below this set, whatever holds no value is nil. */
  readonly frozen: number;
  readonly values: ReadonlyMap<number, number>;
}

export function restart(state: LogState, { node, server, found }: StartEvent): Refusal | null {
  if (found === null) return null;
  const { scope } = state;
  const frozen = scope.setsBelow(found.frozenBelow);
  const values = new Map(found.values.map(([real, value]) => [scope.setOf(real), scope.numberOf(value)]));
  const registers = { node, server, frozen, values };
  const votes = new Map(found.votes.map(([real, candidate]) => [scope.setOf(real), candidate]));
  const refusal =
    forgottenRegister(state, registers) ?? unproposed(state, registers) ?? changedVote(state, node, server, votes);
  if (refusal !== null) return refusal;
  for (const [r, candidate] of votes) if (state.voteOf(server, r) === null) state.castVote(server, r, candidate);
  for (const [r, v] of values) if (state.contentAt(server, r) === UNWRITTEN) state.write(server, r, v);
  state.freezeBelow(server, frozen);
  return null;
}

/**
 * Servers start often, and hold values in few of a log's sets: the first register that is lost is looked for only if
 * one is.
 */
function forgottenRegister(state: LogState, found: Found): Refusal | null {
  const { node, server, frozen, values } = found;
  const { rows, scope } = state;
  const isValueKept = (r: number) => state.contentAt(server, r) === FIRST_VALUE + (values.get(r) ?? Number.NaN);
  const isNilKept = ([r]: readonly [number, number]) => state.contentAt(server, r) !== NIL;
  if (rows.greatestNil(server) < frozen && rows.valued(server).every(isValueKept) && [...values].every(isNilKept)) {
    return null;
  }
  const isKept = (r: number) => {
    const content = state.contentAt(server, r);
    if (content === UNWRITTEN) return true;
    return content === NIL ? !values.has(r) && r < frozen : isValueKept(r);
  };
  const r = [...scope.registerSets.keys()].find((set) => !isKept(set))!;
  return () => {
    const now = values.get(r);
    const holds =
      now === undefined ? (r < frozen ? "holds nil" : "is unwritten") : `holds ${quote(scope.values[now]!)}`;
    return `R${scope.registerSets[r]} of ${node} held ${quotedValue(state, state.contentAt(server, r))} before it stopped, and now ${holds}`;
  };
}

function unproposed(state: LogState, { node, server, values }: Found): Refusal | null {
  const { scope } = state;
  for (const [r, v] of [...values].sort(([a], [b]) => a - b)) {
    if (state.contentAt(server, r) !== UNWRITTEN || state.proposals.has(r, v)) continue;
    return () =>
      `${node} has found ${quote(scope.values[v]!)} in R${scope.registerSets[r]}, where nobody has proposed it`;
  }
  return null;
}

function changedVote(
  state: LogState,
  node: string,
  server: number,
  votes: ReadonlyMap<number, string>,
): Refusal | null {
  const { registerSets } = state.scope;
  for (const [r, candidate] of votes) {
    const given = state.voteOf(server, r);
    if (given === null || given === candidate) continue;
    return () => `${node} had voted for ${given} in R${registerSets[r]} before it stopped, and now for ${candidate}`;
  }
  const lost = state.setsVotedIn(server).filter((r) => !votes.has(r));
  if (lost.length === 0) return null;
  return () => `${node} had voted in R${registerSets[Math.min(...lost)]} before it stopped, and has forgotten it`;
}
