/** Takes the steps of a run again, or a part of them. */
import { Cluster, type ClusterOptions, type Step } from "./cluster.js";
import type { Exchange, Violation } from "./workloads/workload.js";

export interface Retaken {
  /** Those that could be taken: a message that was not sent this time cannot be delivered. */
  readonly steps: readonly Step[];
  readonly exchanges: readonly Exchange[];
  readonly violation: Violation | null;
}

/**
 * Throws NodeError. Not for workloads that promise something of the end: what is left out of a run may be what makes it
 * right there.
 */
export function retake(steps: readonly Step[], options: ClusterOptions): Retaken {
  const cluster = new Cluster(options);
  try {
    cluster.start();
    for (const step of steps) take(step, cluster);
    const { exchanges } = cluster;
    return { steps: cluster.steps, exchanges, violation: options.workload.judge(exchanges, []) };
  } finally {
    cluster.stop();
  }
}

function take(step: Step, cluster: Cluster): void {
  switch (step.kind) {
    case "ask":
      cluster.ask(step.client, step.node, step.request);
      return;
    case "deliver": {
      const message = cluster.network.alike(step.message);
      if (message !== null) cluster.deliver(message);
      return;
    }
    case "time":
      cluster.advance(step.node, step.ns);
      return;
    case "wait":
      cluster.wait(step.ms);
      return;
    case "crash":
      cluster.crash(step.node);
  }
}
