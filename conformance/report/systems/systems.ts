/** All systems at a glance: a line for each question to each variant. */
import type { Study } from "../../../model/systems/study.js";
import type { Paint } from "../../shell/terminal.js";
import { counted, formatCount } from "../../words/words.js";
import { formatGrid } from "../pieces/grid.js";
import { visibleLength } from "../pieces/wrap.js";
import { lengthWords, paintedVerdict } from "./system-words.js";

const HEADINGS = ["", "variant", "question", "verdict", "states", "steps", "what it is"];

/** Under the name of each system; a mark says whether it came out as pinned. */
export function renderSystems(studies: readonly Study[], paint: Paint): string {
  const rowsOf = (some: readonly Study[]) => some.flatMap((study) => studyRows(study, paint));
  const names = [...new Set(studies.map(({ system }) => system.name))];
  const heading = HEADINGS.map((text) => (text === "" ? "" : paint("dim", text)));
  const alignments = ["left", "left", "left", "left", "right", "right"] as const;
  const lines = formatGrid([heading, ...rowsOf(studies)], { alignments }).match(/.*\n/g)!;
  const isTooWide = lines.some((line) => visibleLength(line) - 1 > paint.limit);
  let next = 1;
  const body = names.flatMap((name) => {
    const rows = rowsOf(studies.filter(({ system }) => system.name === name));
    const own = isTooWide
      ? [formatGrid([heading, ...rows], { limit: paint.limit, hasHeading: true })]
      : lines.slice(next, next + rows.length);
    next += rows.length;
    return [`${paint("bold", name)}\n`, ...own];
  });
  const asPinned = studies.filter(({ answers }) =>
    answers.every(({ differences }) => differences?.length === 0),
  ).length;
  return [
    isTooWide ? "" : lines[0],
    ...body,
    `\n${asPinned} of ${counted(studies.length, "variant")} of ${counted(names.length, "system")} came out as pinned.\n`,
    "Any of them, step by step: quorate systems NAME\n",
  ].join("");
}

const studyRows = ({ variant, answers }: Study, paint: Paint): string[][] =>
  answers.map(({ answer, differences }, index) => [
    mark(differences, paint),
    index === 0 ? variant.name : "",
    answer.ask,
    paintedVerdict(answer.verdict, answer.verdict, paint),
    formatCount(answer.distinctStates),
    lengthWords(answer),
    index === 0 ? variant.inShort : "",
  ]);

function mark(differences: readonly string[] | null, paint: Paint): string {
  if (differences === null) return "?";
  return differences.length === 0 ? paint("green", "✓") : paint("red", "✗");
}
