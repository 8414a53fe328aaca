/** All flawed protocols at a glance: what each breaks, where that ends, and in how many steps. */
import { RULE_BROKEN_BY } from "../../model/flawed/flaw.js";
import type { Chapter, OutcomeKind } from "../../model/flawed/lesson.js";
import type { Study } from "../../model/flawed/study.js";
import type { Paint } from "../cli/terminal.js";
import { formatGrid } from "./grid.js";
import { counted, formatCount } from "./words.js";

const HEADINGS = ["", "protocol", "breaks", "ends in", "steps", "states", "what is wrong"];

const SHORT_OUTCOMES: Record<OutcomeKind, string> = {
  "two values decided": "two values",
  stuck: "stuck",
  safe: "safe",
};

const COLOURS = { "two values decided": "red", stuck: "yellow", safe: "green" } as const;

/** A line each, under the title of its chapter; a mark says whether it came out as pinned. */
export function renderLessons(chapters: readonly Chapter[], studies: readonly Study[], paint: Paint): string {
  const rows = studies.map((study) => rowOf(study, paint));
  const alignments = ["left", "left", "left", "left", "right", "right"] as const;
  const [heading, ...lines] = formatGrid([HEADINGS.map((text) => paint("dim", text)), ...rows], { alignments })
    .split("\n")
    .map((line) => `${line}\n`);
  const lineOf = new Map(studies.map(({ lesson }, index) => [lesson.name, lines[index]!]));
  const asPinned = studies.filter(({ differences }) => differences.length === 0).length;
  return [
    heading,
    ...chapters.flatMap(({ title, lessons }) => [
      `${paint("bold", title)}\n`,
      ...lessons.map(({ name }) => lineOf.get(name) ?? ""),
    ]),
    `\n${asPinned} of ${counted(studies.length, "protocol")} came out as pinned. Three servers with majorities each.\n`,
    "Any of them, step by step: quorate flaws NAME\n",
  ].join("");
}

export const formatOutcome = (outcome: OutcomeKind, paint: Paint, text: string): string =>
  paint(["bold", COLOURS[outcome]], text);

function rowOf({ lesson, findings, differences }: Study, paint: Paint): string[] {
  const rule = RULE_BROKEN_BY[lesson.system.flaw];
  return [
    differences.length === 0 ? paint("green", "✓") : paint("red", "✗"),
    lesson.name,
    rule === null ? "" : `rule ${rule}`,
    formatOutcome(findings.outcome, paint, SHORT_OUTCOMES[findings.outcome]),
    findings.length === null ? "" : formatCount(findings.length),
    formatCount(findings.distinctStates),
    lesson.inShort,
  ];
}
