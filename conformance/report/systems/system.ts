/** A system's story, and a variant of it: what was asked, what came out, and the run that shows it. */
import type { Picture } from "../../../model/language/index.js";
import type { Answer } from "../../../model/questions/index.js";
import type { StudiedAnswer, Study, ToldLink, ToldRun } from "../../../model/systems/study.js";
import type { Parameter, System } from "../../../model/systems/system.js";
import type { Paint } from "../../shell/terminal.js";
import { counted, formatCount } from "../../words/words.js";
import { formatGrid } from "../pieces/grid.js";
import { fitted, lineLengthOf, visibleLength, wrap } from "../pieces/wrap.js";
import { badNewsOf, paintedVerdict, QUESTION_WORDS } from "./system-words.js";

export function renderSystem(study: Study, isFirst: boolean, paint: Paint): string {
  const { system, variant, answers } = study;
  const section = (heading: string, text: string) =>
    `\n${paint("bold", heading)}\n${wrap(text, "  ", lineLengthOf(paint))}\n`;
  const optional = (heading: string, text: string | undefined) => (text === undefined ? "" : section(heading, text));
  const worst = answers.find(({ answer }) => answer.run !== null || answer.chain !== null) ?? answers[0]!;
  const { verdict } = worst.answer;
  return [
    ...(isFirst
      ? [
          `${paint("bold", system.name)}\n`,
          `${wrap(system.about, "  ", lineLengthOf(paint))}\n`,
          section("Source", system.source),
          renderParameters(system, paint),
          "\n",
        ]
      : []),
    fitted(`${paintedVerdict(verdict, verdict.toUpperCase(), paint)}  ${variant.name}  ${variant.inShort}\n`, paint),
    optional("What it does", variant.story),
    ...answers.map((studied) => renderAnswer(studied, paint)),
    optional("What mends it", variant.mend),
    optional("Trap", variant.trap),
    section("Explored", explored(study)),
  ].join("");
}

/** What may be set, with its usual value and its bounds; and sets of values that have names. */
function renderParameters({ parameters, presets }: System, paint: Paint): string {
  const shape = { indent: "  ", limit: paint.limit };
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    `${name}=${parameter.usual}`,
    allowedWords(parameter),
    parameter.means,
  ]);
  const named = presets.map(({ name, inShort }) => [name, inShort]);
  return [
    `\n${paint("bold", "Parameters")}  for --set\n`,
    formatGrid(rows, shape),
    named.length === 0 ? "" : `\n${paint("bold", "Presets")}  for --preset\n${formatGrid(named, shape)}`,
  ].join("");
}

function allowedWords(parameter: Parameter): string {
  switch (parameter.kind) {
    case "number":
      return `${parameter.least} to ${parameter.most}`;
    case "choice":
      return parameter.choices.join(", ");
    case "members":
      return `some of ${parameter.prefix}0 to ${parameter.prefix}${parameter.most - 1}`;
  }
}

function renderAnswer({ answer, run, chain }: StudiedAnswer, paint: Paint): string {
  const { ask, verdict, vacuous, valences } = answer;
  const badNews = badNewsOf(answer);
  // Which outcomes are still possible is told below, and is neither good nor bad.
  const found = valences === null ? paintedVerdict(verdict, verdict, paint) : "";
  const asked = `${paint("bold", "Asked")}  ${QUESTION_WORDS[ask]}  ${found}${badNews === null ? "" : `: ${badNews}`}`;
  return [
    fitted(`\n${asked.trimEnd()}\n`, paint),
    ...(run === null ? [] : [renderRun(run, answer, paint)]),
    ...(chain === null ? [] : [renderChain(chain, paint)]),
    ...(valences === null ? [] : [renderValences(valences, paint)]),
    ...vacuous.map((clause) => `  Nothing is shown of this: ${clause}.\n`),
  ].join("");
}

function renderRun(run: ToldRun, { ask }: Answer, paint: Paint): string {
  const stem = run.steps.length - (run.cycle ?? 0);
  const rows = run.steps.map(({ sentence, changes }, index) => [
    index >= stem ? "↻" : "",
    `${index + 1}`,
    sentence,
    paint("dim", changes.map(({ place, before, after }) => changeWords(place, before, after)).join(", ")),
  ]);
  const marked = run.cycle === null ? rows.map((row) => row.slice(1)) : rows;
  const heading =
    run.cycle === null
      ? `${paint("bold", "Shortest run")}  ${counted(stem, "step")}`
      : `${paint("bold", "A run that goes on for ever")}  ${counted(stem, "step")}, and then ${cycleWords(run.cycle)}`;
  const alignments = run.cycle === null ? (["right"] as const) : (["left", "right"] as const);
  const ends = ask === "stuck" ? "The state from which it cannot be reached" : "The state in which it ends";
  return [
    `\n${heading}\n`,
    run.steps.length === 0
      ? "  none: it is so at first\n"
      : formatGrid(marked, { alignments, indent: "  ", limit: paint.limit }),
    `\n${paint("bold", ends)}\n`,
    renderPicture(run.picture, paint),
  ].join("");
}

const cycleWords = (cycle: number): string =>
  cycle === 0 ? "nothing more" : `${counted(cycle, "step")} round and round`;

const changeWords = (place: string, before: string, after: string): string =>
  `${place}: ${blank(before)} → ${blank(after)}`;

const blank = (text: string): string => (text === "" ? "-" : text);

function renderPicture({ tables, lines }: Picture, paint: Paint): string {
  const drawn = tables.map(({ title, head, rows }) => {
    const headed = [head.map((text) => paint("bold", text)), ...rows.map((row) => row.map(blank))];
    const shape = { indent: "  ", gap: 2, limit: paint.limit, hasHeading: true };
    return `${title === "" ? "" : `  ${title}\n`}${formatGrid(headed, shape)}`;
  });
  const said = lines.map(([name, text]) => [paint("bold", name), blank(text)]);
  return [...drawn, said.length === 0 ? "" : formatGrid(said, { indent: "  ", limit: paint.limit })]
    .filter((part) => part !== "")
    .join("");
}

function renderChain(chain: readonly ToldLink[], paint: Paint): string {
  const runWords = (opening: string, run: readonly string[] | null): string =>
    run === null ? "" : `${wrap(`${opening}: ${run.join("; ")}`, "       ", lineLengthOf(paint))}\n`;
  const columns = sideBySide(chain, paint);
  const links = chain.map(({ view, values, run, forcedBy }, index) => {
    const may = values.length === 0 ? "nothing may be decided" : `${values.join(" or ")} must be decided`;
    const named = `${`  ${index + 1}  ${view}  ${paint("dim", values.length > 1 ? "" : may)}`.trimEnd()}\n`;
    if (columns !== null) return named;
    return [
      named,
      runWords("for so it is in this run", forcedBy),
      runWords("together with the next in this run", run),
    ].join("");
  });
  const heading = `\n${paint("bold", "Chain of views")}  two that follow each other occur in one run, and decide the same\n`;
  return [heading, ...links, columns ?? ""].join("");
}

/**
 * Two views in one run, between the runs that force them; null of longer chains, and where there is no room for
 * columns.
 */
function sideBySide([first, last, ...more]: readonly ToldLink[], paint: Paint): string | null {
  const runs = [first?.forcedBy ?? null, first?.run ?? null, last?.forcedBy ?? null];
  if (more.length > 0 || runs.includes(null)) return null;
  const length = Math.max(...runs.map((run) => run!.length));
  const steps = Array.from({ length }, (_, step) => [`${step + 1}`, ...runs.map((run) => run![step] ?? "")]);
  const heads = ["", `${first!.values} must be decided`, "both views", `${last!.values} must be decided`];
  const grid = formatGrid([heads.map((head) => paint("bold", head)), ...steps], { indent: "  " });
  if (grid.split("\n").some((line) => visibleLength(line) > paint.limit)) return null;
  return `\n${paint("bold", "Side by side")}  the first view cannot tell the left two runs apart, the second the right two\n${grid}`;
}

function renderValences(valences: NonNullable<Answer["valences"]>, paint: Paint): string {
  const rows = valences.map(({ values, states }) => [
    values.length === 0 ? "none" : values.join(" or "),
    formatCount(states),
  ]);
  return `\n${paint("bold", "Still possible")}\n${formatGrid([["", "states"], ...rows], { alignments: ["left", "right"], indent: "  " })}`;
}

function explored({ values, answers }: Study): string {
  const { answer } = answers[0]!;
  const { distinctStates, transitions, depth, complete, stoppedBy, representatives } = answer;
  const scope = Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
  const counts = `${counted(distinctStates, "distinct state")}, ${counted(transitions, "transition")}, depth ${depth}`;
  const by = representatives === null ? "" : `, seen in ${formatCount(representatives)} that differ by more than names`;
  const all = complete
    ? "That is all of them; of other parameters it says nothing."
    : `Not all of them: a bound (${stoppedBy}) ended it, and what comes after was not explored.`;
  return `${scope === "" ? "" : `${scope}: `}${counts}${by}. ${all}`;
}
