/**
 * `npm run bench:validate [-- EVENTS]`: how many events a second does `quorate validate` judge, from file to verdict?
 *
 * The log is a run of three-majority: set after set is prepared, proposed in and written, by servers that keep all of
 * it. Its order is known; once without times, and once with the time of each event and a stream for each node. Medians
 * of the processor's time over RUNS, in one process; the yardstick is JSON.parse of the same lines in the same turns.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadTable } from "../../spec/table-file.js";
import { validateLog } from "../validate/validate.js";

const RUNS = 5;
const count = Number(process.argv[2] ?? 1_000_000);
const table = loadTable("spec/tables/three-majority.yaml");

/** Two promises, a proposal, two writes, an output. */
function* linesOf(events: number, isTimed: boolean): IterableIterator<string> {
  let time = 0;
  const line = (node: string, fields: object) =>
    `${JSON.stringify({ node, ...(isTimed && { at: time++ }), ...fields })}\n`;
  const value = "the value";
  for (let registerSet = 0, written = 0; written < events; registerSet++) {
    for (const node of ["S0", "S1"]) yield line(node, { event: "freeze", registerSet });
    yield line("client", { event: "propose", registerSet, value, heard: ["S0", "S1"] });
    for (const node of ["S0", "S1"]) yield line(node, { event: "write", registerSet, value });
    yield line("client", { event: "output", registerSet, value });
    written += 6;
  }
}

/** Of the processor. */
async function secondsOf(work: () => void | Promise<void>): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

function parseAll(file: string): void {
  for (const line of readFileSync(file, "utf8").split("\n")) if (line !== "") JSON.parse(line);
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const directory = mkdtempSync(path.join(tmpdir(), "quorate-bench-"));
try {
  process.stdout.write("order                    events   MB  events/s  times JSON.parse\n");
  for (const isTimed of [false, true]) {
    const file = path.join(directory, "log.ndjson");
    writeFileSync(file, [...linesOf(count, isTimed)].join(""));
    const seconds: number[] = [];
    const parsing: number[] = [];
    let events = 0;
    for (let run = 0; run < RUNS; run++) {
      parsing.push(await secondsOf(() => parseAll(file)));
      let found = null as Awaited<ReturnType<typeof validateLog>> | null;
      const taken = await secondsOf(async () => {
        found = await validateLog(table, [file]);
      });
      if (found?.verdict !== "explained") throw new Error(`the log was ${found?.verdict}`);
      events = found.events;
      seconds.push(taken);
    }
    const how = isTimed ? "by the time of each" : "of lines";
    const megabytes = Math.round(statSync(file).size / 1e6);
    process.stdout.write(
      `${how.padEnd(20)} ${`${events}`.padStart(10)} ${`${megabytes}`.padStart(4)} ${`${Math.round(events / median(seconds))}`.padStart(9)} ${(median(seconds) / median(parsing)).toFixed(1).padStart(17)}\n`,
    );
  }
} finally {
  rmSync(directory, { recursive: true });
}
