/**
 * A run in which everything is drawn by chance: which message arrives next, of whichever were sent, which is lost, who
 * crashes, whose clock goes on. What takes several coincidences is found sooner so than by deviations from a calm run.
 */
import type { Dice } from "../chance/dice.js";
import { Cluster } from "./cluster.js";
import type { Message } from "./network/network.js";
import type { Nodes } from "./nodes/nodes.js";
import type { PlayOptions, Run } from "./player.js";

export interface WanderOptions extends PlayOptions {
  readonly crashes: boolean;
  /** Whether messages may come twice. */
  readonly duplicates: boolean;
}

/** Of a run. A decision between three replicas takes a dozen. */
const STEPS_MAX = 40;

/** How often what can be done is done, each against the others. */
const WEIGHTS = { deliver: 12, ask: 3, lose: 2, crash: 2, again: 2, time: 1 } as const;
type Act = keyof typeof WEIGHTS;

/** Stops the nodes in the end. Rejects with NodeError or AdapterError. */
export async function wander(dice: Dice, options: WanderOptions, nodes: Nodes): Promise<Omit<Run, "traffic">> {
  const { workload, length, seed } = options;
  const cluster = new Cluster(options, nodes);
  const requests = [...workload.script(length, seed)];
  const underway: Message[] = [];
  const heard: Message[] = [];
  const taken = (): Message => underway.splice(dice.between(0, underway.length - 1), 1)[0]!;
  const someNode = (): string => dice.oneOf(options.nodes);
  const waiting = () => options.nodes.filter((node) => cluster.untilDue_ns(node) !== null);
  const can: Readonly<Record<Act, () => boolean>> = {
    deliver: () => underway.length > 0,
    ask: () => requests.length > 0,
    lose: () => underway.length > 0,
    crash: () => options.crashes,
    again: () => options.duplicates && heard.length > 0,
    time: () => waiting().length > 0,
  };
  const act: Readonly<Record<Act, () => unknown>> = {
    deliver: () => {
      const message = taken();
      heard.push(message);
      return cluster.deliver(message);
    },
    ask: () => cluster.ask(`c${length - requests.length + 1}`, someNode(), requests.shift()!),
    lose: () => cluster.lose(taken()),
    crash: () => cluster.crash(someNode()),
    again: () => cluster.deliver(dice.oneOf(heard), { isAgain: true }),
    time: () => {
      const node = dice.oneOf(waiting());
      return cluster.advance(node, cluster.untilDue_ns(node)!);
    },
  };
  try {
    await cluster.start();
    for (let step = 0; step < STEPS_MAX; step++) {
      underway.push(...cluster.newlySent());
      const acts = (Object.keys(WEIGHTS) as Act[]).filter((one) => can[one]());
      const urn = acts.flatMap((one) => Array.from({ length: WEIGHTS[one] }, () => one));
      // Nothing but crashes is left, or what was heard before: they say nothing new by themselves.
      if (acts.every((one) => one === "crash" || one === "again")) break;
      await act[dice.oneOf(urn)]();
    }
    const { steps, exchanges } = cluster;
    return { steps, exchanges, violation: workload.judge(exchanges, []) };
  } finally {
    nodes.stop();
  }
}
