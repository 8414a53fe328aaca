/**
 * `npm run bench:systems`: distinct states a second of the systems that have a public TLA+ specification.
 *
 *     npm run bench:systems -- [--runs N] [--workers N] [--way "symmetry" | "each state"] [SYSTEM]…
 *
 * Every measurement is a process of its own: declaring, compiling, searching, and judging all properties. States are
 * counted with those that symmetry stands for. What they are compared with is a round figure for TLC on two workers,
 * which counts each state by itself; TLC was not run here.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ask } from "../questions/index.js";
import { instanceOf, systemNamed, variantNamed } from "../systems/registry.js";
import { usualValues, type Values } from "../systems/system.js";

const TLC_STATES_PER_S = 200_000;

interface Scope {
  /** Of small ones much is start-up: loading and compiling. */
  readonly size: "small" | "large";
  readonly system: string;
  readonly variant: string;
  readonly set: Values;
}

const WAYS = ["symmetry", "each state"] as const;

interface Measurement extends Scope {
  readonly workers: number;
  readonly way: (typeof WAYS)[number];
}

interface Figures {
  readonly distinctStates: number;
  readonly representatives: number | null;
  readonly elapsed_s: number;
  readonly processor_s: number;
}

const SCOPES: readonly Scope[] = [
  { size: "small", system: "acceptors", variant: "sound", set: { servers: 3, ballots: 3, values: 2 } },
  { size: "large", system: "acceptors", variant: "sound", set: { servers: 3, ballots: 4, values: 2 } },
  { size: "small", system: "kafka-replication", variant: "kip-320", set: { epochs: 2 } },
  { size: "large", system: "kafka-replication", variant: "kip-320", set: { epochs: 3 } },
  { size: "small", system: "bookkeeper", variant: "sound", set: { bookies: 4, entries: 2, "ensemble-changes": 2 } },
  { size: "large", system: "bookkeeper", variant: "sound", set: { bookies: 4, entries: 3, "ensemble-changes": 2 } },
  { size: "small", system: "zab", variant: "sound", set: { epochs: 3 } },
  { size: "large", system: "zab", variant: "sound", set: { servers: 4, epochs: 3 } },
];

async function measure({ system, variant, set, workers, way }: Measurement): Promise<Figures> {
  const start_ms = performance.now();
  const before = process.cpuUsage();
  const found = systemNamed(system)!;
  const values = { ...usualValues(found, variantNamed(found, variant)!), ...set };
  const { worded } = instanceOf({ system, variant, values });
  const [answer] = await ask(worded, [{ ask: "invariant" }], { symmetry: way === "symmetry", workers });
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
  const options = {
    runs: { type: "string", default: "3" },
    workers: { type: "string", default: "2" },
    way: { type: "string" },
  } as const;
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  process.stdout.write(
    "| system | scope | parameters | distinct states | way | representatives | s | processor s | states/s | times TLC | states/processor s |\n" +
      "|---|---|---|--:|---|--:|--:|--:|--:|--:|--:|\n",
  );
  for (const scope of SCOPES.filter(({ system }) => positionals.length === 0 || positionals.includes(system))) {
    for (const way of WAYS.filter((own) => own === (values.way ?? own))) {
      const runs = Array.from({ length: Number(values.runs) }, () =>
        measuredAlone({ ...scope, way, workers: Number(values.workers) }),
      );
      process.stdout.write(rowOf(scope, way, median(runs)));
    }
  }
}

function rowOf({ size, system, set }: Scope, way: Measurement["way"], figures: Figures): string {
  const { distinctStates, representatives, elapsed_s, processor_s } = figures;
  const parameters = Object.entries(set).map(([name, value]) => `${name} ${value}`);
  const rate = distinctStates / elapsed_s;
  const cells = [
    system,
    size,
    parameters.join(", "),
    distinctStates.toLocaleString("en"),
    way,
    representatives?.toLocaleString("en") ?? "",
    elapsed_s.toFixed(2),
    processor_s.toFixed(2),
    Math.round(rate).toLocaleString("en"),
    (rate / TLC_STATES_PER_S).toFixed(1),
    Math.round(distinctStates / processor_s).toLocaleString("en"),
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
