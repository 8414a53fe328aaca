/**
 * `npm run bench:systems`: distinct states a second of the systems that have a public TLA+ specification.
 *
 *     npm run bench:systems -- [--runs N] [--workers N] [SYSTEM]…
 *
 * Every measurement is a process of its own: declaring, compiling, searching, and judging all properties. States are counted
 * with those that symmetry stands for; TLC counts each by itself at some 200,000 a second on two workers (docs of the
 * specifications, and runs of TLC at these scopes).
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ask } from "../questions/index.js";
import { instanceOf, systemNamed, variantNamed } from "../systems/registry.js";
import { usualValues, type Values } from "../systems/system.js";

const TLC_STATES_PER_S = 200_000;

interface Scope {
  readonly system: string;
  readonly variant: string;
  readonly set: Values;
}

interface Measurement extends Scope {
  readonly workers: number;
  readonly symmetry: boolean;
}

interface Figures {
  readonly distinctStates: number;
  readonly representatives: number | null;
  readonly elapsed_s: number;
  readonly processor_s: number;
}

const SCOPES: readonly Scope[] = [
  { system: "acceptors", variant: "sound", set: { servers: 3, ballots: 3, values: 2 } },
  { system: "kafka-replication", variant: "kip-320", set: { epochs: 2 } },
  { system: "bookkeeper", variant: "sound", set: { bookies: 4, entries: 2, "ensemble-changes": 2 } },
  { system: "zab", variant: "sound", set: { epochs: 3 } },
];

async function measure({ system, variant, set, workers, symmetry }: Measurement): Promise<Figures> {
  const start_ms = performance.now();
  const before = process.cpuUsage();
  const found = systemNamed(system)!;
  const values = { ...usualValues(found, variantNamed(found, variant)!), ...set };
  const { worded } = instanceOf({ system, variant, values });
  const [answer] = await ask(worded, [{ ask: "invariant" }], { symmetry, workers });
  if (answer!.verdict !== "holds") throw new Error(`${system} ${variant} is ${answer!.verdict}`);
  const { user, system: kernel } = process.cpuUsage(before);
  return {
    distinctStates: answer!.distinctStates,
    representatives: answer!.representatives,
    elapsed_s: (performance.now() - start_ms) / 1000,
    processor_s: (user + kernel) / 1e6,
  };
}

function main(words: readonly string[]): void {
  const options = { runs: { type: "string", default: "3" }, workers: { type: "string", default: "2" } } as const;
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  const head =
    "| system | parameters | distinct states | way | representatives | s | processor s | states/s | times TLC |\n";
  process.stdout.write(`${head}|---|---|--:|---|--:|--:|--:|--:|--:|\n`);
  for (const scope of SCOPES.filter(({ system }) => positionals.length === 0 || positionals.includes(system))) {
    for (const symmetry of [true, false]) {
      const runs = Array.from({ length: Number(values.runs) }, () =>
        measuredAlone({ ...scope, symmetry, workers: Number(values.workers) }),
      );
      process.stdout.write(rowOf(scope, symmetry, median(runs)));
    }
  }
}

function rowOf({ system, set }: Scope, symmetry: boolean, figures: Figures): string {
  const { distinctStates, representatives, elapsed_s, processor_s } = figures;
  const parameters = Object.entries(set).map(([name, value]) => `${name} ${value}`);
  const rate = distinctStates / elapsed_s;
  const cells = [
    system,
    parameters.join(", "),
    distinctStates.toLocaleString("en"),
    symmetry ? "symmetry" : "each state",
    representatives?.toLocaleString("en") ?? "",
    elapsed_s.toFixed(2),
    processor_s.toFixed(2),
    Math.round(rate).toLocaleString("en"),
    (rate / TLC_STATES_PER_S).toFixed(1),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function measuredAlone(measurement: Measurement): Figures {
  const script = fileURLToPath(import.meta.url);
  return JSON.parse(execFileSync(process.execPath, [script, JSON.stringify(measurement)], { encoding: "utf8" }));
}

const median = (runs: readonly Figures[]): Figures =>
  runs.toSorted((a, b) => a.elapsed_s - b.elapsed_s)[Math.floor(runs.length / 2)]!;

const [first = ""] = process.argv.slice(2);
if (first.startsWith("{")) process.stdout.write(JSON.stringify(await measure(JSON.parse(first))));
else main(process.argv.slice(2));
