/** A run as what somebody reads: each step, and the answers that came of it, as an arrow with a label. */
import type { Body } from "../adapter/messages.js";
import type { Step } from "./cluster.js";
import type { Exchange } from "./workloads/workload.js";

/** All clients stand in one place. */
export const CLIENTS = "clients";

export interface Row {
  /** Null for an answer to a client, which is no step of its own. */
  readonly step: number | null;
  readonly from: string;
  /** The same as `from` for what happens at one place. */
  readonly to: string;
  readonly label: string;
}

export function storyOf(steps: readonly Step[], exchanges: readonly Exchange[]): Row[] {
  return steps.flatMap((step, i) => {
    const answers = exchanges.filter(({ ended }) => ended === 2 * (i + 1) + 1);
    return [
      rowOf(step, i + 1),
      ...answers.map(({ client, node, outcome }) => ({
        ...{ step: null, from: node, to: CLIENTS },
        label:
          outcome.kind === "unknown"
            ? `to ${client}: an error that says nothing`
            : `to ${client}: ${told(outcome.reply)}`,
      })),
    ];
  });
}

function rowOf(step: Step, number: number): Row {
  switch (step.kind) {
    case "ask":
      return { step: number, from: CLIENTS, to: step.node, label: `${step.client}: ${told(step.request)}` };
    case "deliver": {
      const { src, dest, body } = step.message;
      return { step: number, from: src, to: dest, label: told(body) };
    }
    case "time":
      return { step: number, from: step.node, to: step.node, label: `${seconds(step.ns / 1e9)} pass` };
    case "wait":
      return { step: number, from: CLIENTS, to: CLIENTS, label: `${seconds(step.ms / 1000)} pass` };
    case "crash":
      return { step: number, from: step.node, to: step.node, label: "is killed, and starts again" };
  }
}

const seconds = (s: number): string => `${Number(s.toPrecision(2))} s`;

/** Its kind and its fields, without numbers of messages. */
function told({ type, msg_id: _, in_reply_to: __, ...fields }: Body): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [type, ...words].join(" ");
}

/** Who takes part: clients, nodes, services, in the order in which they come. */
export function placesOf(rows: readonly Row[], nodes: readonly string[]): string[] {
  const named = new Set(rows.flatMap(({ from, to }) => [from, to]));
  const others = [...named].filter((name) => name !== CLIENTS && !nodes.includes(name)).sort();
  return [CLIENTS, ...nodes, ...others];
}

const LANE = 10;

/**
 * Arrows between lanes, as text:
 *
 *       clients   n0        n1
 *    1  ├────────>│         │         c1: write key=0 value=1
 */
export function drawLanes(rows: readonly Row[], nodes: readonly string[], columns: number): string[] {
  const places = placesOf(rows, nodes);
  const margin = `${rows.length}`.length + 3;
  const head = " ".repeat(margin) + places.map((place) => place.padEnd(LANE)).join("");
  const lines = rows.map(({ step, from, to, label }) => {
    const drawn = arrow(places.indexOf(from), places.indexOf(to), places.length);
    const number = `${step ?? ""}`.padStart(margin - 2);
    const line = `${number}  ${drawn}  ${label}`;
    return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
  });
  return [head.trimEnd(), ...lines];
}

function arrow(from: number, to: number, count: number): string {
  const cells: string[] = Array.from({ length: count * LANE - LANE + 1 }, (_, i) => (i % LANE === 0 ? "│" : " "));
  if (from === to) cells[from * LANE] = "●";
  const [left, right] = [Math.min(from, to) * LANE, Math.max(from, to) * LANE];
  for (let i = left + 1; i < right; i++) cells[i] = i % LANE === 0 ? "┼" : "─";
  if (from < to) {
    cells[left] = "├";
    cells[right - 1] = ">";
  } else if (to < from) {
    cells[right] = "┤";
    cells[left + 1] = "<";
  }
  return cells.join("");
}

/** As a sequence diagram in Mermaid, which GitHub and GitLab draw where they find it. */
export function mermaidOfStory(rows: readonly Row[], nodes: readonly string[]): string {
  const places = placesOf(rows, nodes);
  // Names may hold what Mermaid takes for an arrow; labels, what it takes for the end of a statement.
  const id = (place: string) => `p${places.indexOf(place)}`;
  const plain = (label: string) => label.replaceAll(";", ",").replaceAll("#", "no. ");
  return [
    "sequenceDiagram",
    ...places.map((place, i) => `  ${i === 0 ? "actor" : "participant"} ${id(place)} as ${place}`),
    ...rows.map(({ step, from, to, label }) => {
      if (from === to) return `  Note over ${id(from)}: ${plain(label)}`;
      return `  ${id(from)}${step === null ? "-->>" : "->>"}${id(to)}: ${plain(label)}`;
    }),
    "",
  ].join("\n");
}
