/** A long log says how far its judgement has come, and may be interrupted at any time. */
import { expect, it } from "vitest";
import { loadTable } from "../../../spec/table-file.js";
import { validateResults } from "../../report/commands/validate.js";
import { EXIT } from "../../shell/exit-codes.js";
import { validateProgress } from "../progress-line.js";
import { EVENTS_OF_A_TURN, type ValidateProgress } from "../turns.js";
import { withLogs } from "./log-files.js";

const { validated } = withLogs();

const table = loadTable("spec/tables/three-majority.yaml");
// More than what is read at once.
const write = { node: "S0", event: "write", registerSet: 0, value: "A", note: "-".repeat(60) };
const LOG = [
  { node: "c0", event: "propose", registerSet: 0, value: "A" },
  ...Array.from({ length: EVENTS_OF_A_TURN }, () => write),
];

async function interruptedWhile(doing: ValidateProgress["doing"]) {
  const controller = new AbortController();
  const lines: string[] = [];
  const onProgress = (progress: ValidateProgress) => {
    lines.push(validateProgress(table.name, progress).replaceAll(/\S*\/log/g, "log"));
    if (progress.doing === doing) controller.abort();
  };
  const hidden = new Set(doing === "adding hidden steps" ? (["freeze"] as const) : []);
  const found = await validated(table, LOG, { signal: controller.signal, onProgress, hidden });
  const { summary, text } = validateResults(
    { ...found, hiddenKinds: [], file: "table.yaml" },
    EXIT[found.verdict === "inconclusive" ? "inconclusive" : "safe"],
  );
  return { lines, summary, gaveUp: found.gaveUp, text };
}

it("while it is read, when nothing can be said of it", async () => {
  expect(await interruptedWhile("reading")).toMatchObject({
    lines: ["three-majority: reading log.ndjson: 8,192 events"],
    summary: "INCONCLUSIVE: three-majority: 8,192 events of 2 nodes were read, and none of them judged",
    gaveUp: "it was interrupted while the log was read",
  });
});

it("while an order is looked for, when the explained events are a run, and none is refused", async () => {
  expect(await interruptedWhile("ordering")).toMatchObject({
    lines: [
      "three-majority: reading log.ndjson: 8,192 events",
      "three-majority: reading log.ndjson: 10,001 events",
      "three-majority: 10,000 of 10,001 events explained",
    ],
    summary: "INCONCLUSIVE: three-majority: 10,000 of 10,001 events of 2 nodes are explained so far",
    gaveUp: "it was interrupted",
  });
});

it("while hidden steps are tried", async () => {
  const { lines, summary, gaveUp } = await interruptedWhile("adding hidden steps");
  expect(lines.at(-1)).toBe("three-majority: 10,000 states with hidden steps, 9,999 of 10,001 events explained");
  expect([summary, gaveUp]).toEqual([
    "INCONCLUSIVE: three-majority: 9,999 of 10,001 events of 2 nodes are explained so far",
    "it was interrupted",
  ]);
});
