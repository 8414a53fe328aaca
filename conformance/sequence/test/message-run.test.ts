/** Steps of the message model as arrows between those who speak. */
import { expect, it } from "vitest";
import type { MessageStep } from "../../../model/messages/message-steps.js";
import { drawLanes } from "../lanes.js";
import { diagramOfMessages } from "../message-run.js";

const open = { client: "R1/B", registerSet: 1 };
const S0 = { ...open, server: "S0" };
const STEPS: MessageStep[] = [
  { action: "send prepare", client: "R1/A", registerSet: 1 },
  { action: "deliver prepare", server: "S0", registerSet: 1 },
  { action: "send prepare", ...open },
  { action: "crash before promise", server: "S2", registerSet: 1 },
  { action: "deliver promise", ...S0 },
  { action: "send propose", ...open, value: "B" },
  { action: "deliver propose", ...S0, value: "B" },
  { action: "crash before answer", ...S0, value: "B" },
  { action: "deliver accepted", ...S0 },
  { action: "deliver refused", ...S0, server: "S2" },
  { action: "crash", server: "S2" },
  { action: "output", ...open, value: "B" },
  { action: "stop", client: "R1/A", registerSet: 1 },
];

it("each step is a message, a reply or an event; servers that do nothing are left out", () => {
  const diagram = diagramOfMessages(["S0", "S1", "S2"], STEPS);
  const lanes = diagram.lanes.map((lane) => ({ ...lane, name: lane.name.replace("client of ", "") }));
  const rows = diagram.rows.map((row) => ({
    ...row,
    from: row.from.replace("client of ", ""),
    to: row.to.replace("client of ", ""),
  }));
  expect(`\n${drawLanes({ lanes, rows }, 100).join("\n")}\n`).toBe(`
     R1/A      R1/B      S0        S2
  1  ●         │         │         │  asks all to prepare
  2  ├─────────┼────────>│         │  prepare R1
  3  │         ●         │         │  asks all to prepare
  4  │         ├─────────┼────────>│  prepare R1
     │         │         │         ●  crashes before it promises
  5  │         │<────────┤         │  promise
  6  │         ●         │         │  proposes B to all
  7  │         ├────────>│         │  write B to R1
  8  │         ├────────>│         │  write B to R1
     │         │         ●         │  crashes before it answers
  9  │         │<────────┤         │  accepted
 10  │         │<────────┼─────────┤  refused
 11  │         │         │         ●  crashes
 12  │         ●         │         │  outputs B
 13  ●         │         │         │  crashes or gives up
`);
});
