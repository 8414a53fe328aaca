/** Is what a log tells a run of the register model of a table? */
import { PLAIN, type Variant } from "../../model/registers/variant.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { tableFileError } from "../../spec/table-file/problems.js";
import { ANY_TIME, type EventKind, type LogEvent } from "./event.js";
import { searchWithHidden } from "./hidden.js";
import type { HiddenKind } from "./hidden-steps.js";
import { LogScope } from "./log-scope.js";
import { type Log, readLog } from "./read-log.js";
import { type Found, type Searched, searchOrder } from "./search.js";
import { streamsOf } from "./streams.js";
import type { Turns } from "./turns.js";

export interface ValidateOptions extends Turns {
  readonly variant?: Variant;
  /** Steps of which the log may say nothing. */
  readonly hidden?: ReadonlySet<HiddenKind>;
  /** How many pairs of a frontier and a state are looked at where steps are hidden. */
  readonly statesMax?: number;
  /** By how much clocks of different nodes may differ, in the unit of the log. */
  readonly skew?: number;
}

export interface Validation extends Found {
  readonly files: readonly string[];
  readonly nodes: number;
  readonly scope: LogScope;
}

export const STATES_MAX = 200_000;

/** The model's actions; the other events look at what is there. */
const ACTIONS: ReadonlySet<EventKind> = new Set(["freeze", "freeze register", "write", "vote", "propose"]);

/** Throws TableFileError for files that are no logs, or logs of nothing that the model knows; CannotBeJudged. */
export async function validateLog(
  table: QuorumTable,
  files: readonly string[],
  options: ValidateOptions = {},
): Promise<Validation> {
  const { variant = PLAIN, hidden = new Set<HiddenKind>(), statesMax = STATES_MAX, skew = 0 } = options;
  const log = await readLog(files, table, options);
  if (!log.isWhole) return notJudged(table, log);
  if (!log.events.some(({ event }) => ACTIONS.has(event))) {
    throw tableFileError(
      { file: files[0]!, line: 1, column: 1 },
      "the log binds to no action of the model, so nothing can be said of it",
      `actions are ${[...ACTIONS].join(", ")}`,
    );
  }
  const events = skew === 0 ? log.events : log.events.map((event) => widened(event, skew));
  const scope = new LogScope(table, events);
  const searched: Searched = { streams: streamsOf(events), scope, variant, turns: options };
  const found = await (hidden.size === 0
    ? searchOrder(searched)
    : searchWithHidden(searched, { kinds: hidden, statesMax }));
  return { ...found, files, nodes: log.nodes, scope };
}

/** What was read of a log that was not read to its end can be part of a run or not, depending on the rest. */
const notJudged = (table: QuorumTable, { files, events, nodes }: Log): Validation => ({
  ...{ verdict: "inconclusive", prefixes: [], hidden: [], files, events: events.length, nodes },
  gaveUp: "it was interrupted while the log was read",
  scope: new LogScope(table, []),
});

const widened = (event: LogEvent, skew: number): LogEvent =>
  event.time === ANY_TIME ? event : { ...event, time: { from: event.time.from - skew, to: event.time.to + skew } };
