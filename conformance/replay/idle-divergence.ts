/** A proposer that proposes nothing. */
import type { Step } from "../../spec/trace.js";
import type { Foreign } from "./foreign/foreign.js";
import { type Divergence, divergenceOf } from "./lockstep/take-run.js";
import type { RegisterSubject } from "./registers/subjects.js";

/**
 * A client that never proposes agrees with everything, which is no agreement. The run prepares all servers, and it
 * proposes nothing.
 */
export async function idleDivergence(live: RegisterSubject, { habits }: Foreign): Promise<Divergence<Step> | null> {
  const [registerSet] = habits.neverProposedIn;
  if (registerSet === undefined) return null;
  const stepsOf = (action: Step["action"]): number[] =>
    [...live.steps.keys()].filter((step) => {
      const { action: taken, registerSet: set } = live.steps[step]!;
      return taken === action && set === registerSet;
    });
  const run = await live.start(0, []);
  try {
    const freezes = registerSet === 0 ? [] : stepsOf("freeze");
    for (const freeze of freezes) await run.take(freeze);
    const what = `the client of R${registerSet} never proposes anything, whoever answers it, so that there is nothing to compare`;
    const steps = [...freezes, stepsOf("propose")[0]!];
    return divergenceOf(live, { steps, what, channel: run.channel, ...run.sides });
  } finally {
    await run.close();
  }
}
