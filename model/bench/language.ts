/**
 * `npm run bench:language`: what does it cost to declare a model in words?
 *
 *     npm run bench:language -- [--managers N] [--runs N]
 *
 * Two-phase commit (Gray & Lamport 2006) twice: on bare `defineModel`, and in words. Both must have the same states.
 * Every measurement is a process of its own, compiling included; the two take turns, and processor time is compared, by
 * its median.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { defineModel, explore, type Model } from "../kernel/index.js";
import { defineInWords, flag, indexSet, oneOf, over, single } from "../language/index.js";

interface Measurement {
  readonly inWords: boolean;
  readonly managers: number;
}

interface Figures {
  readonly distinctStates: number;
  readonly processor_s: number;
}

const [WORKING, PREPARED, COMMITTED, ABORTED] = [0, 1, 2, 3];
const [UNDECIDED, COMMIT, ABORT] = [0, 1, 2];

function bare(managers: number): Model {
  return defineModel({
    name: "two-phase commit",
    variables: {
      manager: { shape: [managers], domain: 4 },
      sent: { shape: [managers], domain: 2 },
      received: { shape: [managers], domain: 2 },
      decision: { shape: [], domain: 3 },
    },
    actions: ({ manager, sent, received, decision }) => {
      const each = { manager: managers };
      const all = Array.from({ length: managers }, (_, m) => m);
      return [
        {
          name: "prepare",
          parameters: each,
          guard: (m) => manager.is(WORKING, m),
          effect: (m) => {
            manager.set(PREPARED, m);
            sent.set(1, m);
          },
        },
        {
          name: "give up",
          parameters: each,
          guard: (m) => manager.is(WORKING, m),
          effect: (m) => manager.set(ABORTED, m),
        },
        {
          name: "hear",
          parameters: each,
          guard: (m) => decision.is(UNDECIDED) && sent.is(1, m) && received.is(0, m),
          effect: (m) => received.set(1, m),
        },
        {
          name: "commit",
          parameters: {},
          guard: () => decision.is(UNDECIDED) && all.every((m) => received.is(1, m)),
          effect: () => decision.set(COMMIT),
        },
        { name: "abort", parameters: {}, guard: () => decision.is(UNDECIDED), effect: () => decision.set(ABORT) },
        {
          name: "learn",
          parameters: each,
          guard: (m) => !decision.is(UNDECIDED) && !manager.is(COMMITTED, m),
          effect: (m) => manager.set(decision.is(COMMIT) ? COMMITTED : ABORTED, m),
        },
      ];
    },
    properties: () => [],
  });
}

function inWords(managers: number): Model {
  const manager = indexSet("manager", managers);
  return defineInWords({
    name: "two-phase commit",
    variables: {
      state: over([manager], oneOf("working", "prepared", "committed", "aborted")),
      sent: over([manager], flag()),
      received: over([manager], flag()),
      decision: single(oneOf("undecided", "commit", "abort")),
    },
    picture: { rows: manager },
    actions: ({ state, sent, received, decision }) => [
      {
        name: "prepare",
        parameters: { manager },
        guard: (m) => state(m).is("working"),
        effect: (m) => {
          state(m).set("prepared");
          sent(m).set(true);
        },
        says: (m) => `${m} is prepared`,
      },
      {
        name: "give up",
        parameters: { manager },
        guard: (m) => state(m).is("working"),
        effect: (m) => state(m).set("aborted"),
        says: (m) => `${m} gives up`,
      },
      {
        name: "hear",
        parameters: { manager },
        guard: (m) => decision().is("undecided") && sent(m).is(true) && received(m).is(false),
        effect: (m) => received(m).set(true),
        says: (m) => `the coordinator hears that ${m} is prepared`,
      },
      {
        name: "commit",
        parameters: {},
        guard: () => decision().is("undecided") && manager.every((m) => received(m).is(true)),
        effect: () => decision().set("commit"),
        says: () => "the coordinator decides to commit",
      },
      {
        name: "abort",
        parameters: {},
        guard: () => decision().is("undecided"),
        effect: () => decision().set("abort"),
        says: () => "the coordinator decides to abort",
      },
      {
        name: "learn",
        parameters: { manager },
        guard: (m) => !decision().is("undecided") && !state(m).is("committed"),
        effect: (m) => state(m).set(decision().is("commit") ? "committed" : "aborted"),
        says: (m) => `${m} learns what is decided`,
      },
    ],
  }).model;
}

async function measure({ inWords: isInWords, managers }: Measurement): Promise<Figures> {
  const before = process.cpuUsage();
  const { distinctStates } = await explore(isInWords ? inWords(managers) : bare(managers));
  const { user, system } = process.cpuUsage(before);
  return { distinctStates, processor_s: (user + system) / 1e6 };
}

function main(words: readonly string[]): void {
  const options = { managers: { type: "string", default: "9" }, runs: { type: "string", default: "5" } } as const;
  const { values } = parseArgs({ args: [...words], options });
  const managers = Number(values.managers);
  const ways = [false, true].map((isInWords) => ({ isInWords, found: [] as Figures[] }));
  for (let run = 0; run < Number(values.runs); run++) {
    for (const { isInWords, found } of ways) found.push(measuredAlone({ inWords: isInWords, managers }));
  }
  const [plain, worded] = ways.map(({ found }) => median(found.map(({ processor_s }) => processor_s)));
  const counts = new Set(ways.flatMap(({ found }) => found.map(({ distinctStates }) => distinctStates)));
  if (counts.size > 1) throw new Error(`the two have different states: ${[...counts].join(" and ")}`);
  process.stdout.write("| declared | distinct states | processor s | times bare |\n|---|--:|--:|--:|\n");
  const states = [...counts][0]!.toLocaleString("en");
  process.stdout.write(`| bare | ${states} | ${plain!.toFixed(2)} | 1.00 |\n`);
  process.stdout.write(`| in words | ${states} | ${worded!.toFixed(2)} | ${(worded! / plain!).toFixed(2)} |\n`);
}

function measuredAlone(measurement: Measurement): Figures {
  const script = fileURLToPath(import.meta.url);
  return JSON.parse(execFileSync(process.execPath, [script, JSON.stringify(measurement)], { encoding: "utf8" }));
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const [first = ""] = process.argv.slice(2);
if (first.startsWith("{")) process.stdout.write(JSON.stringify(await measure(JSON.parse(first))));
else main(process.argv.slice(2));
