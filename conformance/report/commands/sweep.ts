/** What `sweep` prints: whether the rules and the explorer agree, on what, and every table on which they do not. */
import { formatTable } from "../../../spec/table-printer.js";
import type { Paint } from "../../shell/terminal.js";
import { explorerFor, type SweepRequest, VALUES } from "../../sweep/request.js";
import type { Disagreement, Tally } from "../../sweep/tally.js";
import { counted, formatCount } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";
import { shellQuote } from "../verdict/reproduce.js";

export interface SweepResult {
  readonly request: SweepRequest;
  readonly record: string | null;
  readonly tally: Tally;
  /** How many tables there are. */
  readonly total: number;
  readonly isFinished: boolean;
}

export function renderSweep(result: SweepResult, paint: Paint): string {
  const { request, record, tally } = result;
  const section = (heading: string, lines: readonly string[]) => sectionOf(heading, lines, paint);
  return [
    `${sweepHeadline(result, paint)}\n`,
    ...tally.disagreements.map((disagreement) => renderDisagreement(disagreement, paint)),
    leftOut(tally),
    section("Tables", tableLines(result)),
    section("Explored", exploredLines(result)),
    section("Not covered", notCoveredLines(result)),
    `\n${paint("bold", result.isFinished || record === null ? "Reproduce" : "Go on")}\n  ${sweepCommand(request, record)}\n`,
  ].join("");
}

/** Which of the three it is, and on how many tables. */
export function sweepHeadline({ tally, total, isFinished }: SweepResult, paint: Paint): string {
  const examined = isFinished ? counted(total, "table") : `${formatCount(tally.tables)} of ${counted(total, "table")}`;
  if (tally.disagreementCount > 0) {
    const which = counted(tally.disagreementCount, "table");
    return `${paint(["bold", "magenta"], "DISAGREE")}  the rules and the explorer contradict each other on ${which}; ${examined} examined`;
  }
  const agreement = "the rules hold iff the explorer finds no violation";
  if (isFinished && tally.inconclusive === 0) {
    return `${paint(["bold", "green"], "AGREE")}  ${examined} examined: ${agreement}`;
  }
  const why = isFinished ? `${counted(tally.inconclusive, "table")} not explored to the end` : "interrupted";
  return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${why}; ${examined} examined: so far ${agreement}`;
}

/** With the table as a file that `quorate verify` reads. */
const renderDisagreement = ({ number, swept, sentence }: Disagreement, paint: Paint): string =>
  `\n${paint("bold", `Table ${number}`)}  ${sentence}\n${formatTable(swept.table).replaceAll(/^(?=.)/gm, "  ")}`;

function leftOut({ disagreementCount, disagreements }: Tally): string {
  const more = disagreementCount - disagreements.length;
  return more === 0 ? "" : `\nand ${counted(more, "more table")}; with --record, the file has them all.\n`;
}

function tableLines({ request, tally }: SweepResult): string[] {
  const { servers, ranges, shapes, random, seed, selection, allocation, gates } = request;
  const { tables, standFor, safe, unsafe, inconclusive } = tally;
  const size = `${counted(servers, "server")}, ${counted(ranges, "range")}`;
  const which =
    random === null
      ? [
          `${size}${ranges === 1 ? "" : `, ${SETS[shapes]} in each but the last`}; phase 1 explicit`,
          `${counted(tables, "table")} up to the names of the servers, standing for ${formatCount(standFor)}`,
        ]
      : [`${counted(tables, "random table")} of up to ${size}; seed ${seed}`];
  const undecided = inconclusive === 0 ? "" : `, ${formatCount(inconclusive)} undecided`;
  return [
    ...which,
    `clients select by "${selection}"; ${ALLOCATIONS[allocation]}`,
    ...(gates === true ? [GATED[random === null ? "every" : "random"]] : []),
    `${formatCount(safe)} safe, ${formatCount(unsafe)} unsafe${undecided}`,
  ];
}

const SETS = { one: "one register set", ten: "ten register sets" } as const;

const ALLOCATIONS = {
  exclusive: "every register set is exclusive",
  named: "every range belongs to a client of its own",
  "open-first": "the register sets of the first range are open",
  "open-first-named": "the register sets of the first range are open, every other range belongs to a client of its own",
  open: "every register set is open",
  elected: "clients are elected in every register set, by votes that are promises",
  "elected-first": "clients are elected in the register sets of the first range, by votes that are promises",
  "elected-apart": "clients are elected in every register set, by votes apart from promises",
} as const;

const GATED = {
  every: "every range but the first waits for a decision in the one before",
  random: "of four ranges but the first, three wait for a decision in the one before",
} as const;

function exploredLines({ request, tally }: SweepResult): string[] {
  return [
    `two sets of every range that has two, ${VALUES} values, free inputs, the first proposal called A`,
    request.explorer === "whole"
      ? "every interleaving, up to the nearest violation"
      : "the ascending reduction, which keeps the verdict (proofs-notes.md), up to the nearest violation",
    `${counted(tally.states, "state")} and ${counted(tally.transitions, "transition")} in all`,
    ...(tally.lengths === 0 ? [] : [lengthLine(request, tally)]),
  ];
}

function lengthLine({ explorer }: SweepRequest, { lengths, equalLengths }: Tally): string {
  const share = `${formatCount(equalLengths)} of ${counted(lengths, "unsafe table")}`;
  return explorer === "whole"
    ? `the shortest run has as many steps as the closed formula says: ${share}`
    : `the run found has as many steps as the closed formula says (it may have more, not fewer): ${share}`;
}

function notCoveredLines({ request }: SweepResult): string[] {
  const larger = "Larger tables and scopes follow by argument (proofs-notes.md), not from this.";
  return request.random === null ? [larger] : [larger, "A sample is evidence only for tables like those drawn."];
}

interface Clock {
  readonly total: number;
  /** Tables that were in the file already. */
  readonly before: number;
  readonly started_ms: number;
}

/** One line for stderr while it goes on. */
export function sweepProgress({ tables, safe, unsafe, disagreementCount }: Tally, clock: Clock): string {
  const { total, before, started_ms } = clock;
  const rate_s = (tables - before) / Math.max((performance.now() - started_ms) / 1000, 0.001);
  const left = formatDuration((total - tables) / Math.max(rate_s, 0.001));
  return `${formatCount(tables)} of ${counted(total, "table")}, ${formatRate(rate_s)}/s, ${left} left: ${formatCount(safe)} safe, ${formatCount(unsafe)} unsafe, ${counted(disagreementCount, "disagreement")}`;
}

/** One line for stderr at the end. */
export function sweepSpeed({ tables }: Tally, { before, started_ms }: Clock, threads: number): string {
  const elapsed_s = (performance.now() - started_ms) / 1000;
  const examined = tables - before;
  const known = before === 0 ? "" : `${counted(before, "table")} known; `;
  return `${known}${counted(examined, "table")} examined in ${elapsed_s.toFixed(1)} s, ${formatRate(examined / elapsed_s)} tables/s on ${counted(threads, "thread")}\n`;
}

/** One decimal where it matters. */
const formatRate = (rate: number): string => (rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate)));

function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** The exact command that does the same sweep. */
export function sweepCommand(request: SweepRequest, record: string | null): string {
  const { servers, ranges, shapes, selection, allocation, gates, explorer, random, seed } = request;
  return [
    `npx quorate sweep --servers ${servers} --ranges ${ranges}`,
    ...(shapes === "one" ? [] : [`--shapes ${shapes}`]),
    ...(selection === "greatest" ? [] : [`--selection ${selection}`]),
    ...(allocation === "exclusive" ? [] : [`--allocation ${allocation}`]),
    ...(gates === true ? ["--gates"] : []),
    ...(explorer === explorerFor(request, false) ? [] : ["--shortest"]),
    ...(random === null ? [] : [`--random ${random} --seed ${seed}`]),
    ...(record === null ? [] : [`--record ${shellQuote(record)}`]),
  ].join(" ");
}
