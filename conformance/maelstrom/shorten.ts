/** Leaves out of a run what it does not need to break what it breaks (Zeller & Hildebrandt, delta debugging, 2002). */
import type { Step } from "./cluster.js";
import type { Retaken } from "./retake.js";

export interface ShortenOptions {
  readonly steps: readonly Step[];
  /** What the run breaks; so must what is left. */
  readonly property: string;
  readonly retake: (steps: readonly Step[]) => Promise<Retaken>;
  /** How often the run may be taken again. */
  readonly triesMax: number;
  readonly signal: AbortSignal;
  readonly onProgress: (steps: number, tries: number) => void;
}

/** Null if the run does not break the property when all of it is taken again: its nodes do not repeat themselves. */
export async function shorten(options: ShortenOptions): Promise<Retaken | null> {
  const { steps, property, retake, triesMax, signal, onProgress } = options;
  let tries = 0;
  const broken = async (candidate: readonly Step[]): Promise<Retaken | null> => {
    tries++;
    const retaken = await retake(candidate);
    return retaken.violation?.property === property ? retaken : null;
  };
  let best = await broken(steps);
  if (best === null) return null;
  const inOne = await broken(folded(best.steps));
  const fold = inOne === null ? (kept: readonly Step[]) => kept : folded;
  best = inOne ?? best;
  for (let size = Math.ceil(best.steps.length / 2); ; ) {
    const before: number = best.steps.length;
    // From the end: what comes late is needed least often.
    for (let end = before; end > 0 && tries < triesMax && !signal.aborted; end -= size) {
      const rest: readonly Step[] = [...best.steps.slice(0, Math.max(0, end - size)), ...best.steps.slice(end)];
      const shorter = await broken(fold(rest));
      if (shorter !== null) best = shorter;
      onProgress(best.steps.length, tries);
    }
    if (tries >= triesMax || signal.aborted) return best;
    if (size === 1 && best.steps.length === before) return best;
    size = Math.max(1, Math.ceil(size / 2));
  }
}

/**
 * What depends on a time comes a little later, whatever else is left out: a node's clock goes on whenever it looks at
 * it.
 */
const ROUND_NS = 10_000_000;

/** Steps of time that follow each other, of each node in one. */
function folded(steps: readonly Step[]): Step[] {
  const fewer: Step[] = [];
  const open = new Map<string, Step & { readonly kind: "time" }>();
  const close = () => {
    for (const step of open.values()) fewer.push({ ...step, ns: Math.ceil(step.ns / ROUND_NS) * ROUND_NS });
    open.clear();
  };
  for (const step of steps) {
    if (step.kind === "time") open.set(step.node, { ...step, ns: (open.get(step.node)?.ns ?? 0) + step.ns });
    else {
      close();
      fewer.push(step);
    }
  }
  close();
  return fewer;
}
