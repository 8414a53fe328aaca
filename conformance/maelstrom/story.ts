/** A run as what somebody reads: each step, and the answers that came of it, as an arrow with a label. */
import type { Body } from "../adapter/messages.js";
import type { SequenceDiagram, SequenceRow } from "../sequence/diagram.js";
import type { Step } from "./cluster.js";
import type { Exchange } from "./workloads/workload.js";

/** All clients stand in one place. */
const CLIENTS = "clients";

/** Clients, nodes, services that are named, in the order in which they come. */
export function storyOf(
  steps: readonly Step[],
  exchanges: readonly Exchange[],
  nodes: readonly string[],
): SequenceDiagram {
  const rows = steps.flatMap((step, i): SequenceRow[] => {
    const answers = exchanges.filter(({ ended }) => ended === 2 * (i + 1) + 1);
    return [
      rowOf(step, i + 1),
      ...answers.map(({ client, node, outcome }) => ({
        ...{ step: i + 1, kind: "reply" as const, from: node, to: CLIENTS },
        label:
          outcome.kind === "unknown"
            ? `to ${client}: an error that says nothing`
            : `to ${client}: ${told(outcome.reply)}`,
      })),
    ];
  });
  const named = new Set(rows.flatMap(({ from, to }) => [from, to]));
  const services = [...named].filter((name) => name !== CLIENTS && !nodes.includes(name)).sort();
  const servers = [...nodes, ...services].map((name) => ({ name, kind: "server" }) as const);
  return { lanes: [{ name: CLIENTS, kind: "client" }, ...servers], rows };
}

function rowOf(step: Step, number: number): SequenceRow {
  switch (step.kind) {
    case "ask":
      return {
        step: number,
        kind: "message",
        from: CLIENTS,
        to: step.node,
        label: `${step.client}: ${told(step.request)}`,
      };
    case "deliver": {
      const { src, dest, body } = step.message;
      const again = step.isAgain ? "again: " : "";
      const stale = step.isStale ? ", answered with what was" : "";
      return { step: number, kind: "message", from: src, to: dest, label: `${again}${told(body)}${stale}` };
    }
    case "time":
      return { step: number, kind: "event", from: step.node, to: step.node, label: `${seconds(step.ns / 1e9)} pass` };
    case "wait":
      return { step: number, kind: "event", from: CLIENTS, to: CLIENTS, label: `${seconds(step.ms / 1000)} pass` };
    case "crash":
      return { step: number, kind: "event", from: step.node, to: step.node, label: "is killed, and starts again" };
  }
}

const seconds = (s: number): string => `${Number(s.toPrecision(2))} s`;

/** Its kind and its fields, without numbers of messages. */
function told({ type, msg_id: _, in_reply_to: __, ...fields }: Body): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [type, ...words].join(" ");
}
