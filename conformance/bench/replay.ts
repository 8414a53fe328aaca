/**
 * `npm run bench:replay`: how many steps a second does replay take, by table and channel?
 *
 *     npm run bench:replay -- [TABLE]… [--seconds N]
 *
 * The yardstick is replay as it is where nothing can be put back: runs from the initial state that together take every
 * transition, with servers and clients that live from the beginning of a run to its end, stopped after N seconds (5).
 * Beside it, in the same run: every transition once, with servers and clients that are remembered; the same over
 * storage of single registers; messages in memory, at random, and of the part that is covered whole, both ways; TCP;
 * and every transition once with the acceptor of examples/adapters, in Python. Every state is probed when it is entered
 * for the first time. Time is the processor's, which suffers less from what else the machine does; over TCP, where
 * replay mostly waits for syncs, and with the adapter, whose work is another process's, it is elapsed time.
 */
import { parseArgs } from "node:util";
import { edgeCover, randomWalks, type StateGraph, searchWithGraph } from "../../model/kernel/index.js";
import { EVERYTHING } from "../../model/messages/options.js";
import { contiguous } from "../../model/registers/contiguous.js";
import { registersModel } from "../../model/registers/registers.js";
import { compressedRegisterSets, type Scope } from "../../model/registers/scope.js";
import { PLAIN } from "../../model/registers/variant.js";
import { loadTable } from "../../spec/table-file.js";
import type { Foreign } from "../replay/foreign/foreign.js";
import type { LockstepRun, Subject } from "../replay/lockstep/lockstep-run.js";
import { type Replayed, replayGraph } from "../replay/lockstep/replay-graph.js";
import { replayRuns } from "../replay/lockstep/replay-runs.js";
import { messageSubject, withServers } from "../replay/messages/message-subject.js";
import { messageWalks } from "../replay/messages/message-walks.js";
import { coverablePart } from "../replay/messages/replay-messages.js";
import { registerSubjects } from "../replay/registers/subjects.js";
import { withForeign } from "../verify/with-foreign.js";

const DEFAULT_TABLES = ["spec/tables/three-majority.yaml", "spec/tables/five-majority.yaml"];

/** Enough for the tables that are measured. */
const GRAPH_TRANSITIONS_MAX = 4_000_000;

const TCP_RUNS = 5;

const ADAPTER = "python3 examples/adapters/acceptor.py";

const QUIET = { seed: 1, signal: new AbortController().signal, onProgress: () => {} };

interface Row {
  readonly channel: string;
  readonly replayed: Replayed;
  readonly seconds: number;
}

async function main(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { seconds: { type: "string", default: "5" } },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new RangeError(`--seconds needs a positive number, found "${values.seconds}"`);
  const columns = ["table", "channel", "steps", "s", "steps/s", "transitions/s", "steps/s ×", "transitions/s ×"];
  process.stdout.write(`| ${columns.join(" | ")} |\n|---|---|${"--:|".repeat(columns.length - 2)}\n`);
  for (const file of positionals.length > 0 ? positionals : DEFAULT_TABLES) {
    const table = loadTable(file);
    const scope: Scope = {
      table,
      registerSets: compressedRegisterSets(table),
      values: 2,
      clients: null,
      variant: PLAIN,
    };
    const rows = await rowsOf(scope, seconds);
    for (const row of rows) process.stdout.write(`| ${table.name} | ${formatRow(row, rows[0]!)} |\n`);
  }
}

async function rowsOf(scope: Scope, seconds: number): Promise<Row[]> {
  const { graph, live, remembered, tcp } = await prepared(scope);
  const cells = await prepared(contiguous({ ...scope, variant: { ...PLAIN, freezes: "register" } }));
  const messages = messageSubject(contiguous(scope), EVERYTHING, "memory");
  const rows = [
    await measured("memory, runs from the start", () => fromTheStart(live, edgeCover(graph, QUIET.seed), seconds)),
    await measured("memory, every transition", () => replayGraph(remembered, graph, QUIET)),
    await measured("single registers, from the start", () =>
      fromTheStart(cells.live, edgeCover(cells.graph, QUIET.seed), seconds),
    ),
    await measured("single registers, every transition", () => replayGraph(cells.remembered, cells.graph, QUIET)),
    await measured("messages in memory", () =>
      replayRuns(messages, timed(messageWalks(messages, QUIET.seed), seconds), QUIET),
    ),
    ...(await coveredMessages(scope, seconds)),
    await measured("TCP", () => replayRuns(tcp!, first(randomWalks(tcp!.walk, QUIET.seed)), QUIET), "elapsed"),
  ];
  return [...rows, await withAdapter(scope)];
}

/** The part of the message model that is covered whole. */
async function coveredMessages(scope: Scope, seconds: number): Promise<Row[]> {
  const part = await coverablePart(scope);
  if (part === null) return [];
  const { subject, graph } = part;
  const runs = timed(edgeCover(graph, QUIET.seed), seconds);
  return [
    await measured("messages, from the start", () => replayRuns(subject, runs, QUIET)),
    await measured("messages, every transition", () => replayGraph(withServers(subject, "remembered"), graph, QUIET)),
  ];
}

function withAdapter(scope: Scope): Promise<Row> {
  const adapter = { command: ADAPTER, transcript: null, answer_ms: 10_000 };
  return withForeign({ adapter, variant: PLAIN }, scope.table, async (foreign) => {
    const { graph, remembered } = await prepared(scope, foreign);
    return measured("adapter in Python, every transition", () => replayGraph(remembered, graph, QUIET), "elapsed");
  });
}

async function prepared(scope: Scope, foreign: Foreign | null = null) {
  const model = registersModel(scope);
  const exploration = await searchWithGraph(model, { graphTransitionsMax: GRAPH_TRANSITIONS_MAX });
  if (exploration?.graph == null) throw new RangeError(`the graph of ${scope.table.name} is too large for a benchmark`);
  return { graph: exploration.graph as StateGraph, ...registerSubjects(scope, model, foreign) };
}

interface Probed extends LockstepRun {
  probe(): Promise<void>;
}

const fromTheStart = <Run extends Probed>(
  subject: Subject<Run, unknown>,
  runs: Iterable<readonly number[]>,
  seconds: number,
): Promise<Replayed> =>
  replayRuns(subject, timed(runs, seconds), {
    ...QUIET,
    afterStep: (run, _, isNew) => (isNew ? run.probe() : Promise.resolve()),
  });

/** As many as can be begun in this time. */
function* timed<Run>(runs: Iterable<Run>, seconds: number): Generator<Run> {
  const started_ms = performance.now();
  for (const run of runs) {
    if (performance.now() - started_ms > seconds * 1000) return;
    yield run;
  }
}

const first = (runs: Iterator<readonly number[]>): (readonly number[])[] =>
  Array.from({ length: TCP_RUNS }, () => runs.next().value as readonly number[]);

async function measured(channel: string, replay: () => Promise<Replayed>, clock = "processor"): Promise<Row> {
  const started_ms = performance.now();
  const before = process.cpuUsage();
  const replayed = await replay();
  if (replayed.mismatch !== null) throw new Error(`${channel}: ${replayed.mismatch.what}`);
  const { user, system } = process.cpuUsage(before);
  return {
    channel,
    replayed,
    seconds: clock === "elapsed" ? (performance.now() - started_ms) / 1e3 : (user + system) / 1e6,
  };
}

function formatRow({ channel, replayed, seconds }: Row, yardstick: Row): string {
  const { steps, transitionsCovered } = replayed;
  const perSecond = (count: number, within: number) => Math.round(count / within);
  const ratio = (of: (replayed: Replayed) => number) =>
    (of(replayed) / seconds / (of(yardstick.replayed) / yardstick.seconds)).toFixed(1);
  const counts = [steps, seconds.toFixed(2), perSecond(steps, seconds), perSecond(transitionsCovered, seconds)];
  const ratios = [ratio((r) => r.steps), ratio((r) => r.transitionsCovered)];
  return [channel, ...counts, ...ratios].join(" | ");
}

await main(process.argv.slice(2));
