import { Dice } from "../../chance/dice.js";
import type { MessageScript } from "./message-script.js";

/**
 * How much likelier than another a step is taken. Left to chance alone, most clients stop before they hear anything,
 * most steps are crashes or duplicates, and hardly any run ends in an output.
 */
interface Weights {
  /** Steps that change the model's state, but for crashes and clients that stop. */
  readonly progress: number;
  /** Duplicates, and replies that come too late to matter. */
  readonly stutter: number;
  readonly crash: number;
  readonly stop: number;
}

const WEIGHTS: Weights = { progress: 12, stutter: 2, crash: 1, stop: 1 };

/** Longer than a run needs to end in an output. */
const STEPS_MAX = 60;

/**
 * Endless random runs of the message model, each until nothing can change any more or it has STEPS_MAX steps: depend on
 * nothing but the seed.
 */
export function* messageWalks({ walk, model, instances }: MessageScript, seed: number): Generator<readonly number[]> {
  const dice = new Dice(seed);
  const { workspace } = model;
  const weightOf = (step: number): number => {
    const { action } = instances[step]!;
    if (action.startsWith("crash")) return WEIGHTS.crash;
    if (action === "stop") return WEIGHTS.stop;
    const before = workspace.words.slice();
    walk.take(step);
    const changes = workspace.words.some((word, index) => word !== before[index]);
    workspace.load(before, 0);
    return changes ? WEIGHTS.progress : WEIGHTS.stutter;
  };
  for (;;) {
    walk.restart();
    const run: number[] = [];
    while (run.length < STEPS_MAX) {
      const enabled = walk.enabledSteps().map((step) => ({ step, weight: weightOf(step) }));
      if (!enabled.some(({ weight }) => weight === WEIGHTS.progress)) break;
      // A step of weight w is w tickets.
      const tickets = enabled.flatMap(({ step, weight }) => new Array<number>(weight).fill(step));
      const step = dice.oneOf(tickets);
      walk.take(step);
      run.push(step);
    }
    yield run;
  }
}
