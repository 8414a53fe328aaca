/**
 * `npm run bench:domains`: what does it cost that a variable may have many contents?
 *
 *     npm run bench:domains -- [--domains 30,31,200,1000] [--runs N]
 *
 * The same states and steps each time, of cells that never hold more than 24 contents: only what they might hold
 * differs, and with it how steps are compiled. Every measurement is a process of its own, compiling included; domains
 * take turns, and processor time is compared, by its median.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { defineModel, explore, type Model } from "../kernel/index.js";

/** 24 ** 4 states. */
const CELLS = 4;
const CONTENTS_USED = 24;

interface Measurement {
  readonly domain: number;
  readonly withGraph: boolean;
}

interface Figures {
  readonly distinctStates: number;
  readonly processor_s: number;
}

/** Cells that count up, and begin anew while the next one is not at its end. */
function counters(domain: number): Model {
  const top = CONTENTS_USED - 1;
  return defineModel({
    name: `counters-${domain}`,
    variables: { cell: { shape: [CELLS], domain } },
    actions: ({ cell }) => [
      {
        name: "count",
        parameters: { c: CELLS },
        guard: (c) => cell.at(c) < top,
        effect: (c) => cell.set(cell.at(c) + 1, c),
      },
      {
        name: "restart",
        parameters: { c: CELLS },
        guard: (c) => cell.is(top, c) && !cell.is(top, (c + 1) % CELLS),
        effect: (c) => cell.set(0, c),
      },
    ],
    properties: () => [],
  });
}

async function measure({ domain, withGraph }: Measurement): Promise<Figures> {
  const before = process.cpuUsage();
  const { distinctStates } = await explore(counters(domain), withGraph ? { graphTransitionsMax: 1e8 } : {});
  const { user, system } = process.cpuUsage(before);
  return { distinctStates, processor_s: (user + system) / 1e6 };
}

function main(words: readonly string[]): void {
  const { values } = parseArgs({
    args: [...words],
    options: { domains: { type: "string", default: "30,31,200,1000" }, runs: { type: "string", default: "5" } },
  });
  const domains = values.domains.split(",").map(Number);
  const runs = Number(values.runs);
  const measurements = [false, true].flatMap((withGraph) => domains.map((domain) => ({ domain, withGraph })));
  const figures = measurements.map((): Figures[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [index, measurement] of measurements.entries()) figures[index]!.push(measuredAlone(measurement));
  }
  process.stdout.write("| graph | domain | distinct states | processor s | times the first domain |\n");
  process.stdout.write("|---|--:|--:|--:|--:|\n");
  const medians = figures.map((found) => median(found.map(({ processor_s }) => processor_s)));
  for (const [index, { domain, withGraph }] of measurements.entries()) {
    const { distinctStates } = figures[index]![0]!;
    if (distinctStates !== CONTENTS_USED ** CELLS) throw new Error(`${distinctStates} states of domain ${domain}`);
    const first = medians[withGraph ? domains.length : 0]!;
    const cells = [withGraph ? "kept" : "not kept", domain, distinctStates.toLocaleString("en")];
    const ratio = (medians[index]! / first).toFixed(2);
    process.stdout.write(`| ${[...cells, medians[index]!.toFixed(2), ratio].join(" | ")} |\n`);
  }
}

function measuredAlone(measurement: Measurement): Figures {
  const script = fileURLToPath(import.meta.url);
  return JSON.parse(execFileSync(process.execPath, [script, JSON.stringify(measurement)], { encoding: "utf8" }));
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const [first = ""] = process.argv.slice(2);
if (first.startsWith("{")) process.stdout.write(JSON.stringify(await measure(JSON.parse(first))));
else main(process.argv.slice(2));
