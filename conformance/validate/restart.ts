/**
 * A server has started: what it found on its disk holds all that the log says it had, and besides at most what was made durable and
 * not told to the log any more, as a kill between the two leaves it. The latter takes place now.
 */
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import { quote } from "../../spec/quote.js";
import type { StartEvent } from "./event.js";
import type { LogState } from "./log-state.js";
import { quotedValue } from "./told-values.js";

export function restart(state: LogState, { node, server, found }: StartEvent): (() => string) | null {
  if (found === null) return null;
  const { scope } = state;
  const { frozenBelow, values, votes } = found;
  const frozen = scope.setsBelow(frozenBelow);
  const foundIn = new Map(values.map(([real, value]) => [scope.setOf(real), scope.numberOf(value)]));
  for (let r = 0; r < scope.registerSets.length; r++) {
    const content = state.contentAt(server, r);
    const now = foundIn.get(r);
    const real = scope.registerSets[r]!;
    const isKept =
      content === UNWRITTEN || (content === NIL ? now === undefined && r < frozen : now === content - FIRST_VALUE);
    if (!isKept) {
      const nowHolds =
        now === undefined ? (r < frozen ? "holds nil" : "is unwritten") : `holds ${quote(scope.values[now]!)}`;
      return () => `R${real} of ${node} held ${quotedValue(state, content)} before it stopped, and now ${nowHolds}`;
    }
    if (now === undefined || content !== UNWRITTEN) continue;
    if (!state.proposals.has(r, now)) {
      return () => `${node} has found ${quote(scope.values[now]!)} in R${real}, where nobody has proposed it`;
    }
  }
  for (const [real, candidate] of votes) {
    const given = state.voteOf(server, scope.setOf(real));
    if (given !== null && given !== candidate) {
      return () => `${node} had voted for ${given} in R${real} before it stopped, and now for ${candidate}`;
    }
  }
  const kept = new Map(votes);
  const lost = [...scope.registerSets.keys()].find(
    (r) => state.voteOf(server, r) !== null && !kept.has(scope.registerSets[r]!),
  );
  if (lost !== undefined)
    return () => `${node} had voted in R${scope.registerSets[lost]} before it stopped, and has forgotten it`;
  for (const [real, candidate] of votes) {
    if (state.voteOf(server, scope.setOf(real)) === null) state.castVote(server, scope.setOf(real), candidate);
  }
  for (const [r, v] of foundIn) if (state.contentAt(server, r) === UNWRITTEN) state.write(server, r, v);
  state.freezeBelow(server, frozen);
  return null;
}
