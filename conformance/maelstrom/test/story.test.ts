import { expect, it } from "vitest";
import { drawLanes } from "../../sequence/lanes.js";
import { mermaidOf } from "../../sequence/mermaid.js";
import type { Step } from "../cluster.js";
import { storyOf } from "../story.js";
import type { Exchange } from "../workloads/workload.js";

const steps: Step[] = [
  { kind: "ask", client: "c1", node: "n0", request: { type: "write", key: 0, value: 1 } },
  { kind: "deliver", message: { src: "n0", dest: "lin-kv", body: { type: "cas", msg_id: 7, key: "a;b" } } },
  { kind: "deliver", message: { src: "lin-kv", dest: "n0", body: { type: "cas_ok", in_reply_to: 7 } } },
  { kind: "time", node: "n1", ns: 1_234_567_890 },
  { kind: "wait", ms: 250 },
  { kind: "crash", node: "n0" },
];
const exchanges: Exchange[] = [
  {
    ...{ client: "c1", node: "n0", request: { type: "write" }, begun: 2, ended: 7 },
    outcome: { kind: "ok", reply: { type: "write_ok", in_reply_to: 3 } },
  },
];

const STORY = storyOf(steps, exchanges, ["n0", "n1"]);

it("is drawn as arrows between lanes", () => {
  expect(`\n${drawLanes(STORY, 100).join("\n")}\n`).toBe(`
    clients   n0        n1        lin-kv
 1  ├────────>│         │         │  c1: write key=0 value=1
 2  │         ├─────────┼────────>│  cas key="a;b"
 3  │         │<────────┼─────────┤  cas_ok
    │<────────┤         │         │  to c1: write_ok
 4  │         │         ●         │  1.2 s pass
 5  ●         │         │         │  0.25 s pass
 6  │         ●         │         │  is killed, and starts again
`);
});

it("fits the line", () => {
  const lines = drawLanes(STORY, 50);
  expect(Math.max(...lines.map(({ length }) => length))).toBe(50);
  expect(lines[1]).toBe(" 1  ├────────>│         │         │  c1: write ke…");
});

it("is a sequence diagram in Mermaid", () => {
  expect(`\n${mermaidOf(STORY)}`).toBe(`
sequenceDiagram
  actor p0 as clients
  participant p1 as n0
  participant p2 as n1
  participant p3 as lin-kv
  p0->>p1: c1: write key=0 value=1
  p1->>p3: cas key="a,b"
  p3->>p1: cas_ok
  p1-->>p0: to c1: write_ok
  Note over p2: 1.2 s pass
  Note over p0: 0.25 s pass
  Note over p1: is killed, and starts again
`);
});
