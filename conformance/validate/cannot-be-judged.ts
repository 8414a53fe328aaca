/** Questions that a log asks and that would take too long to answer, each in a sentence. */
import { type ServerSet, sizeOf } from "../../spec/server-set.js";
import type { LogScope } from "./log-scope.js";

export class CannotBeJudged extends Error {
  override readonly name = "CannotBeJudged";
}

/** Of so many servers there are a million sets. */
const UNHEARD_SERVERS_MAX = 20;

/** Throws where a client that does not say whom it has heard may have heard too many. @param r its set's number */
export function assertFewSubsets({ registerSets, table }: LogScope, r: number, prepared: ServerSet): void {
  const count = sizeOf(prepared);
  if (count <= UNHEARD_SERVERS_MAX) return;
  throw new CannotBeJudged(
    `a client proposes in R${registerSets[r]} and does not say whom of ${count} servers it has heard: selection "${table.selection}" is judged for each set of ${UNHEARD_SERVERS_MAX} servers at most; add "heard" to its line`,
  );
}

/** @param set its number */
export const tooManyValues = ({ registerSets, table }: LogScope, set: number, valuesMax: number): CannotBeJudged =>
  new CannotBeJudged(
    `R${registerSets[set]} holds more different values than selection "${table.selection}" can be judged with, which are ${valuesMax}`,
  );
