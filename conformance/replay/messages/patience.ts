import { NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import type { MessageScript } from "./message-script.js";

/**
 * By attempt: whom it hears in this run before it proposes. A patient client may hear more than it needs, and the
 * implementation's has to be told beforehand how patient it is. None where the model's clients are not patient either.
 */
export function heardBeforeProposing(
  { model, options, instances }: MessageScript,
  run: readonly number[],
): ServerSet[] {
  const heard = model.attempts.map(() => NO_SERVERS);
  const awaited = model.attempts.map(() => NO_SERVERS);
  if (!options.patience) return awaited;
  for (const stepNumber of run) {
    const { action, parameters } = instances[stepNumber]!;
    const { attempt: a = 0, server: s = 0 } = parameters;
    if (action === "deliver promise") heard[a]! |= singleton(s);
    if (action === "send propose") awaited[a] = heard[a]!;
  }
  return awaited;
}
