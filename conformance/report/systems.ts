/** All systems at a glance: a line for each question to each variant. */
import type { Study } from "../../model/systems/study.js";
import type { Paint } from "../cli/terminal.js";
import { formatGrid } from "./grid.js";
import { lengthWords, paintedVerdict } from "./system-words.js";
import { counted, formatCount } from "./words.js";

const HEADINGS = ["", "variant", "question", "verdict", "states", "steps", "what it is"];

/** Under the name of each system; a mark says whether it came out as pinned. */
export function renderSystems(studies: readonly Study[], paint: Paint): string {
  const rows = studies.flatMap(({ variant, answers }) =>
    answers.map(({ answer, differences }, index) => [
      mark(differences, paint),
      index === 0 ? variant.name : "",
      answer.ask,
      paintedVerdict(answer.verdict, answer.verdict, paint),
      formatCount(answer.distinctStates),
      lengthWords(answer),
      index === 0 ? variant.inShort : "",
    ]),
  );
  const alignments = ["left", "left", "left", "left", "right", "right"] as const;
  const [heading, ...lines] = formatGrid([HEADINGS.map((text) => paint("dim", text)), ...rows], { alignments })
    .split("\n")
    .map((line) => `${line}\n`);
  const names = [...new Set(studies.map(({ system }) => system.name))];
  let next = 0;
  const body = names.flatMap((name) => {
    const own = studies.filter(({ system }) => system.name === name);
    const count = own.reduce((sum, { answers }) => sum + answers.length, 0);
    next += count;
    return [`${paint("bold", name)}\n`, ...lines.slice(next - count, next)];
  });
  const asPinned = studies.filter(({ answers }) =>
    answers.every(({ differences }) => differences?.length === 0),
  ).length;
  return [
    heading,
    ...body,
    `\n${asPinned} of ${counted(studies.length, "variant")} of ${counted(names.length, "system")} came out as pinned.\n`,
    "Any of them, step by step: quorate systems NAME\n",
  ].join("");
}

function mark(differences: readonly string[] | null, paint: Paint): string {
  if (differences === null) return "?";
  return differences.length === 0 ? paint("green", "✓") : paint("red", "✗");
}
