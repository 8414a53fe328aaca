/** Takes the steps of a run again, or a part of them. */
import { Cluster, type ClusterOptions, type Step } from "./cluster.js";
import type { Nodes } from "./nodes/nodes.js";
import type { Exchange, Violation } from "./workloads/workload.js";

export interface Retaken {
  /** Those that could be taken: a message that was not sent this time cannot be delivered. */
  readonly steps: readonly Step[];
  readonly exchanges: readonly Exchange[];
  readonly violation: Violation | null;
}

/**
 * Stops the nodes in the end. Rejects with NodeError or AdapterError. Not for workloads that promise something of the
 * end: what is left out of a run may be what makes it right there.
 */
export async function retake(steps: readonly Step[], options: ClusterOptions, nodes: Nodes): Promise<Retaken> {
  const cluster = new Cluster(options, nodes);
  try {
    await cluster.start();
    for (const step of steps) await take(step, cluster);
    const { exchanges } = cluster;
    return { steps: cluster.steps, exchanges, violation: options.workload.judge(exchanges, []) };
  } finally {
    nodes.stop();
  }
}

async function take(step: Step, cluster: Cluster): Promise<void> {
  switch (step.kind) {
    case "ask":
      await cluster.ask(step.client, step.node, step.request);
      return;
    case "deliver": {
      const { kind: _, message: delivered, ...delivery } = step;
      const message = cluster.network.alike(delivered, delivery.isAgain === true);
      if (message !== null) await cluster.deliver(message, delivery);
      return;
    }
    case "time":
      await cluster.advance(step.node, step.ns);
      return;
    case "wait":
      await cluster.wait(step.ms);
      return;
    case "crash":
      await cluster.crash(step.node);
  }
}
