import { expect, it } from "vitest";
import type { Step } from "../cluster.js";
import type { Retaken } from "../retake.js";
import { shorten } from "../shorten.js";

const crash = (node: string): Step => ({ kind: "crash", node });
const time = (node: string, ms: number): Step => ({ kind: "time", node, ns: ms * 1e6 });
const nodesOf = (steps: readonly Step[]) => steps.map((step) => ("node" in step ? step.node : "")).join("");

/** Broken where these nodes are crashed, in this order, whatever else is done. */
function shortened(steps: readonly Step[], needed: RegExp, triesMax = 1000) {
  let tries = 0;
  const retake = async (kept: readonly Step[]): Promise<Retaken> => {
    tries++;
    const violation = needed.test(nodesOf(kept)) ? { property: "p", sentence: "It broke." } : null;
    return { steps: kept, exchanges: [], violation };
  };
  const signal = new AbortController().signal;
  const found = shorten({ steps, property: "p", retake, triesMax, signal, onProgress: () => {} });
  return found.then((retaken) => ({ retaken, tries }));
}

const alphabet = [..."abcdefghijklmnopqrstuvwxyz"].map(crash);

it("leaves out all that is not needed", async () => {
  expect(nodesOf((await shortened(alphabet, /c.*k.*x/)).retaken!.steps)).toBe("ckx");
  expect(nodesOf((await shortened(alphabet, /a/)).retaken!.steps)).toBe("a");
  expect(nodesOf((await shortened(alphabet, /^a.*z$/)).retaken!.steps)).toBe("az");
});

it("puts steps of time together, in hundredths of a second", async () => {
  const steps = [crash("a"), time("n", 3), time("m", 1), time("n", 4), crash("b"), time("n", 11)];
  const { retaken } = await shortened(steps, /an.*b.*n/);
  expect(retaken!.steps).toEqual([crash("a"), time("n", 10), crash("b"), time("n", 20)]);
});

it("leaves steps of time apart where it matters", async () => {
  const steps = [time("n", 3), time("n", 4), crash("b")];
  expect((await shortened(steps, /nnb/)).retaken!.steps).toEqual(steps);
});

it("stops with what it has when its tries are used up", async () => {
  const { retaken, tries } = await shortened(alphabet, /c.*k.*x/, 6);
  expect(tries).toBe(6);
  expect(nodesOf(retaken!.steps)).toMatch(/c.*k.*x/);
});

it("gives nothing where the run does not repeat itself", async () => {
  expect((await shortened(alphabet, /never/)).retaken).toBeNull();
});
