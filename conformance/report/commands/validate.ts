/** What `validate` prints: whether a log is a run of the model, and if not, where it stops being one, and why. */

import { FIRST_VALUE } from "../../../model/registers/facts.js";
import { registerOf as modelRegister } from "../../../model/registers/reading.js";
import { quote } from "../../../spec/quote.js";
import { holding, type Register } from "../../../spec/register.js";
import type { StateTable } from "../../../spec/state-table.js";
import { STANDARD_INPUT } from "../../../spec/table-file/read-text.js";
import type { Case, Finding, Results, Told } from "../../results/results.js";
import type { ExitCode } from "../../shell/exit-codes.js";
import { type Paint, plain } from "../../shell/terminal.js";
import { formatEvent, type LogEvent } from "../../validate/event.js";
import type { LogState } from "../../validate/log-state.js";
import type { Prefix } from "../../validate/prefix.js";
import type { Validation } from "../../validate/validate.js";
import { capitalized } from "../../verify/because.js";
import { DEFAULT_REQUEST } from "../../verify/request.js";
import { counted, formatCount } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";
import { renderDecisions } from "../pieces/state-picture.js";

export interface ValidateReport extends Validation {
  /** The table's file. */
  readonly file: string;
  readonly hiddenKinds: readonly string[];
}

/** Register sets that are drawn of a state: the last ones that matter. */
const SETS_SHOWN_MAX = 8;
const PREFIXES_SHOWN_MAX = 4;

/** The log as a whole is the one case. */
export function validateResults(report: ValidateReport, exitCode: ExitCode): Results {
  const { verdict, scope, file, events, nodes, prefixes, gaveUp } = report;
  const summary = headline(report, plain).replace("  ", ": ");
  const told: Told = {
    noun: "log",
    verdict,
    meaning: `${counted(events, "event")} of ${counted(nodes, "node")}`,
    figures: [
      ["events", formatCount(events)],
      ["explained", formatCount(prefixes[0]?.explained ?? 0)],
    ],
    findings: verdict === "refused" ? findingsOf(report) : [],
    text: renderValidation(report, plain),
  };
  const judged: Case = {
    ...{ name: scope.table.name, file, outcome: null, request: DEFAULT_REQUEST, justification: null, told },
    status: STATUSES[verdict],
    complaints: verdict === "inconclusive" ? [`${capitalized(gaveUp!)}.`] : [],
  };
  return {
    command: "quorate validate",
    summary,
    exitCode,
    cases: [judged],
    comparisons: [],
    text: (paint) => renderValidation(report, paint),
    json: () => validationJson(report),
  };
}

const STATUSES = { explained: "passed", refused: "failed", inconclusive: "error" } as const;

/** Of all ways to explain as many events, what each of them ends at. */
function findingsOf({ prefixes, files }: ValidateReport): Finding[] {
  const findings = prefixes.flatMap(({ refused }) =>
    refused.map(({ event, why }): Finding => {
      const file = files[event.file]!;
      const at = file === STANDARD_INPUT ? null : { file, line: event.line, column: 1 };
      return { rule: "refused-event", at, message: `${quote(formatEvent(event))} is refused: ${why}.` };
    }),
  );
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function renderValidation(report: ValidateReport, paint: Paint): string {
  const { prefixes, hidden, verdict } = report;
  const shown = verdict === "explained" ? [] : prefixes.slice(0, PREFIXES_SHOWN_MAX);
  return [
    `${headline(report, paint)}\n`,
    ...shown.map((prefix, index) => prefixSection(report, prefix, { of: prefixes.length, index }, paint)),
    hidden.length === 0 ? "" : sectionOf("Hidden steps that were added", [`${hidden.join("; ")}.`], paint),
    sectionOf(
      "Not checked",
      notChecked(report).map((sentence) => `${sentence}.`),
      paint,
    ),
  ].join("");
}

function headline({ verdict, scope, events, nodes, prefixes }: ValidateReport, paint: Paint): string {
  const { name } = scope.table;
  const all = `${counted(events, "event")} of ${counted(nodes, "node")}`;
  const explained = formatCount(prefixes[0]?.explained ?? 0);
  switch (verdict) {
    case "explained":
      return `${paint(["bold", "green"], "EXPLAINED")}  ${name}: ${all} are a run of the register model`;
    case "refused":
      return `${paint(["bold", "red"], "REFUSED")}  ${name}: ${explained} of ${all} are explained, and no run of the model has more`;
    case "inconclusive":
      if (prefixes.length === 0)
        return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${name}: ${all} were read, and none of them judged`;
      return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${name}: ${explained} of ${all} are explained so far`;
  }
}

interface Which {
  readonly index: number;
  readonly of: number;
}

function prefixSection(report: ValidateReport, prefix: Prefix, { index, of }: Which, paint: Paint): string {
  const longest = of === 1 ? "The longest prefix that is explained" : `Explained, way ${index + 1} of ${of}`;
  const refused = prefix.refused.flatMap(({ event, why }) => [
    `${placeOf(report, event)}: ${formatEvent(event)}`,
    `  ${why}.`,
  ]);
  const picture = stateTableOf(prefix);
  const state =
    picture.registerSets.length === 0
      ? ""
      : `\n${paint("bold", "Registers before it")}  deciding quorums in brackets\n${renderDecisions(report.scope.table, picture, paint).trimEnd()}\n`;
  const heading = `${longest}  ${counted(prefix.explained, "event")}; then this is refused`;
  const lines = refused.length === 0 ? ["nothing: it ends where the search was given up"] : refused;
  return `\n${paint("bold", heading)}\n${lines.map((line) => `  ${line}\n`).join("")}${state}`;
}

const placeOf = ({ files }: Pick<Validation, "files">, { file, line }: LogEvent): string => `${files[file]}:${line}`;

/** The sets that the refused events are about, and those below and above in which something is written. */
function stateTableOf({ state, refused }: Prefix): StateTable {
  const { registerSets, table } = state.scope;
  const named = new Set(
    refused.flatMap(({ event }) => ("registerSet" in event && event.registerSet !== null ? [event.registerSet] : [])),
  );
  const last = named.size === 0 ? registerSets.at(-1)! : Math.max(...named);
  const isUsed = (r: number): boolean => state.valueHolders(r) !== 0 || named.has(registerSets[r]!);
  const used = registerSets.flatMap((real, r) => (real <= last && isUsed(r) ? [r] : [])).slice(-SETS_SHOWN_MAX);
  return {
    registerSets: used.map((r) => registerSets[r]!),
    rows: used.map((r) => table.servers.map((_, s) => registerAt(state, s, r))),
  };
}

function registerAt(state: LogState, s: number, r: number): Register {
  const content = state.contentAt(s, r);
  return content < FIRST_VALUE ? modelRegister(content) : holding(state.scope.values[content - FIRST_VALUE]!);
}

function notChecked({ hiddenKinds, gaveUp, scope }: ValidateReport): string[] {
  return [
    ...(gaveUp === null ? [] : [capitalized(gaveUp)]),
    "What the log leaves out: an event that is missing is noticed where its node counts, or where another event needs it",
    ...(scope.owned.some((isOwned, r) => isOwned && scope.owners[r] === null)
      ? [
          "Whether who proposes owns the register set, for the table does not name its clients: only that no two propose in it",
        ]
      : []),
    ...(hiddenKinds.length === 0
      ? []
      : [
          `Steps of other kinds than ${hiddenKinds.join(", ")} were not added, and none in register sets that the log does not name`,
        ]),
  ];
}

/** One object. */
function validationJson(report: ValidateReport): string {
  const { verdict, scope, files, nodes, events, prefixes, hidden } = report;
  return `${JSON.stringify({
    ...{ table: scope.table.name, verdict, files, nodes, events, explained: prefixes[0]?.explained ?? 0, hidden },
    refused:
      verdict === "explained"
        ? []
        : prefixes.map((prefix) => ({
            events: prefix.refused.map(({ event, why }) => ({
              ...{
                file: files[event.file],
                line: event.line,
                node: event.node,
                event: formatEvent(event),
                because: why,
              },
            })),
            state: stateTableOf(prefix),
          })),
    notChecked: notChecked(report),
  })}\n`;
}
