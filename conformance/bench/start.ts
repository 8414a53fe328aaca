/**
 * `npm run bench:start`: how long do commands take that do little, as multiples of what Node takes to do nothing?
 *
 *     npm run bench:start -- [--runs N] [--program FILE]…
 *
 * A program is the file behind `quorate`: that of the bundle, unless `--program` names others, such as an older one.
 * All take turns, so that a busy minute does not fall on one of them, and show the median of N runs (21).
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";

const PROGRAM = "bundle/quorate.js";

const COMMANDS = [
  "--version",
  "verify --help",
  "explain PQ",
  "verify --no-replay spec/tables/three-majority.yaml",
  "verify --no-replay spec/tables/three-majority.yaml spec/tables/wrong-singleton.yaml",
  "systems quorum-bound",
];

/** What Node is given, and how long each run took. */
interface Measured {
  readonly words: readonly string[];
  readonly runs_ms: number[];
}

function main(words: readonly string[]): void {
  const { values } = parseArgs({
    args: [...words],
    options: { runs: { type: "string", default: "21" }, program: { type: "string", multiple: true } },
  });
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs >= 1))
    throw new RangeError(`--runs needs a whole number, found "${values.runs}"`);
  const programs = values.program ?? [PROGRAM];
  const yardstick: Measured = { words: ["-e", "0"], runs_ms: [] };
  const measured = COMMANDS.flatMap((command) =>
    programs.map((program): Measured => ({ words: [program, ...command.split(" ")], runs_ms: [] })),
  );
  for (let run = 0; run < runs; run++) for (const each of [yardstick, ...measured]) each.runs_ms.push(elapsed_ms(each));
  const nothing_ms = median(yardstick.runs_ms);
  process.stdout.write(`node ${process.version}; ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}\n\n`);
  process.stdout.write("| node … | ms | times `node -e 0` |\n|---|--:|--:|\n");
  for (const { words, runs_ms } of [yardstick, ...measured]) {
    const median_ms = median(runs_ms);
    process.stdout.write(`| ${words.join(" ")} | ${median_ms.toFixed(0)} | ${(median_ms / nothing_ms).toFixed(1)} |\n`);
  }
}

/** Throws if the command says that it failed: that may take another time. Unsafe tables are none. */
function elapsed_ms({ words }: Measured): number {
  const started_ms = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  const took_ms = performance.now() - started_ms;
  if (status === null || status > 1) throw new Error(`${words.join(" ")} ended with ${status}: ${stderr}`);
  return took_ms;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

try {
  main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench:start: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 64;
}
