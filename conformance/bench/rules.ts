/**
 * `npm run bench:rules`: how long does it take to read a table and to judge its rules?
 *
 * The tables are those of spec/test/real-tables and of spec/tables. Each line has the CPU time of the first judgement
 * in a warm process, the nodes of its diagrams, and how many phase-2 quorums were not listed for it.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import { judgeRules } from "../../spec/rules/judge.js";
import { phase2Family } from "../../spec/table-families.js";
import { loadTable } from "../../spec/table-file.js";

const FOLDERS = ["spec/tables", "spec/test/real-tables"];

interface Row {
  readonly file: string;
  readonly cpu_ms: number;
  readonly nodes: number;
  readonly quorums: bigint;
}

function measure(file: string): Row {
  const started = process.cpuUsage();
  const table = loadTable(file);
  judgeRules(table);
  const { user, system } = process.cpuUsage(started);
  const family = phase2Family(table, table.ranges.at(-1)!.first);
  return { file, cpu_ms: (user + system) / 1000, nodes: family.nodes, quorums: family.count };
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => path.join(folder, file)),
);
// The first tables pay for code that is not compiled yet.
for (const file of files.slice(0, 10)) measure(file);
const rows = files.map(measure).sort((a, b) => b.cpu_ms - a.cpu_ms);
process.stdout.write("CPU ms    nodes       quorums  table\n");
for (const { file, cpu_ms, nodes, quorums } of rows) {
  process.stdout.write(
    `${cpu_ms.toFixed(1).padStart(6)} ${`${nodes}`.padStart(8)} ${`${quorums}`.padStart(13)}  ${file}\n`,
  );
}
const { rss } = process.memoryUsage();
process.stdout.write(`${files.length} tables, ${Math.round(rss / 1e6)} MB\n`);
