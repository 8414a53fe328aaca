/** One flawed protocol: its story, its shortest run step by step, and why that can happen. */
import { type FlawedSystem, RULE_BROKEN_BY } from "../../model/flawed/flaw.js";
import type { Findings } from "../../model/flawed/lesson.js";
import { type FlawedStep, formatFlawedStep, serverNames } from "../../model/flawed/steps.js";
import type { StudiedStep, Study } from "../../model/flawed/study.js";
import type { Vacuity } from "../../model/kernel/index.js";
import { formatRegister, type Register, sameRegister } from "../../spec/register.js";
import { explain } from "../../spec/rules/explain.js";
import { emptyStateTable } from "../../spec/run.js";
import { namesOf } from "../../spec/server-set.js";
import type { StateTable } from "../../spec/state-table.js";
import type { Paint } from "../cli/terminal.js";
import { formatGrid } from "./grid.js";
import { formatOutcome } from "./lessons.js";
import { vacuityWords } from "./vacuity-words.js";
import { counted, formatRegisterSets } from "./words.js";
import { wrap } from "./wrap.js";

export function renderLesson(study: Study, paint: Paint): string {
  const { lesson, findings, run, vacuity } = study;
  const titled = (heading: string, body: string) => `\n${paint("bold", heading)}\n${body}\n`;
  const section = (heading: string, text: string) => titled(heading, wrap(text, "  "));
  return [
    `${formatOutcome(findings.outcome, paint, findings.outcome.toUpperCase())}  ${lesson.name}  ${lesson.inShort}\n`,
    section("The protocol", lesson.story),
    `\n${runHeading(findings, paint)}, changed registers only\n`,
    renderStudiedSteps(lesson.system, run, paint),
    section("Because", lesson.because),
    titled("What it breaks", brokenRule(lesson.system, findings)),
    section("What mends it", lesson.mend),
    section("Explored", `${explored(lesson.system, findings)}${vacuityClause(vacuity)}`),
    section("Source", lesson.source),
  ].join("");
}

/** A line without its line feed. */
export const renderLessonJson = ({ lesson, findings, run, vacuity, differences }: Study): string =>
  JSON.stringify({
    flaw: lesson.name,
    breaks: RULE_BROKEN_BY[lesson.system.flaw],
    outcome: findings.outcome,
    length: findings.length,
    steps: run.map(({ step, refused, outputs, remark }) => ({ ...step, refused, decided: outputs, remark })),
    system: { ...lesson.system, quorums: lesson.system.quorums.map((set) => namesOf(set, serverNames(lesson.system))) },
    exploration: {
      distinctStates: findings.distinctStates,
      transitions: findings.transitions,
      depth: findings.depth,
      stuckStates: findings.stuckStates,
      ...vacuity,
    },
    asPinned: differences.length === 0,
    differences,
    inShort: lesson.inShort,
    story: lesson.story,
    because: lesson.because,
    mend: lesson.mend,
    source: lesson.source,
  });

function runHeading({ outcome, length }: Findings, paint: Paint): string {
  if (length === null) return `${paint("bold", "A run that would break it")}  refused at its last step`;
  const end = outcome === "stuck" ? "a state from which no decision can be reached" : "two decided values";
  return `${paint("bold", "Shortest run")}  ${counted(length, "step")} to ${end}`;
}

function brokenRule({ flaw }: FlawedSystem, { outcome }: Findings): string {
  const rule = RULE_BROKEN_BY[flaw];
  if (rule !== null) return `${wrap(`${explain(`${rule}`)!.title}.`, "  ")}\n  More: quorate explain ${rule}`;
  return outcome === "stuck"
    ? wrap("No rule: the four rules keep decisions from contradicting each other. They do not promise any.", "  ")
    : "  No rule.";
}

function explored(
  { servers, registerSets, values, allocation, leases }: FlawedSystem,
  { outcome, distinctStates, transitions, depth, stuckStates }: Findings,
): string {
  const sets = Array.from({ length: registerSets }, (_, r) => r);
  const system = `${counted(servers, "server")} with majorities, ${formatRegisterSets(sets)} ${allocation}, ${counted(values, "value")}${leases ? ", leases" : ""}`;
  const counts = `${counted(distinctStates, "distinct state")}, ${counted(transitions, "transition")}, depth ${depth}`;
  return `${system}: ${counts}. That is all of them, so ${conclusion(outcome, stuckStates)}.`;
}

const vacuityClause = (vacuity: Vacuity): string =>
  vacuityWords(vacuity)
    .map((sentence) => ` ${sentence}`)
    .join("");

function conclusion(outcome: Findings["outcome"], stuckStates: number): string {
  switch (outcome) {
    case "two values decided":
      return "no shorter run decides two values";
    case "stuck":
      return `two values are never decided; from ${counted(stuckStates, "state")} no decision can be reached, and no shorter run leads to one`;
    case "safe":
      return "two values are never decided, and a decision stays within reach";
  }
}

/**
 * Steps count from 1: what happens, what it changes under the server that it happens at, what is decided by it, and
 * the remark.
 */
function renderStudiedSteps(system: FlawedSystem, run: readonly StudiedStep[], paint: Paint): string {
  const servers = serverNames(system);
  // Servers that nothing happens at would only push the others apart.
  const shown = servers.filter((server) => run.some(({ step }) => "server" in step && step.server === server));
  const initial = emptyStateTable(servers, run[0]?.registers.registerSets ?? []);
  const verb = system.flaw === "no quorum" ? "output" : "decided";
  const rows = run.map(({ step, refused, registers, outputs, remark }, index) => {
    const before = run[index - 1];
    const changes = shown.map((server) => changesAt(servers.indexOf(server), before?.registers ?? initial, registers));
    const decided = outputs.filter((value) => !before?.outputs.includes(value)).map((value) => `${value} ${verb}`);
    return [
      `${index + 1}`,
      formatFlawedStep(step),
      ...(refused ? shown.map((server) => refusalAt(server, step, paint)) : changes),
      paint(["bold", "red"], decided.join(", ")),
      paint("dim", remark),
    ];
  });
  // A column without anything in it is none.
  const used = rows.some((row) => row.at(-2) !== "") ? rows : rows.map((row) => row.toSpliced(-2, 1));
  const heading = ["", "", ...shown.map((server) => paint("bold", server))];
  return formatGrid([heading, ...used], { alignments: ["right"], indent: "  " });
}

const refusalAt = (server: string, step: FlawedStep, paint: Paint): string =>
  "server" in step && step.server === server ? paint("green", "refused") : "";

/** What the step changed at the server, e.g. `R0=A`, `R0,R1=-` or `R0 lost`; a step does one kind of thing. */
function changesAt(server: number, before: StateTable, after: StateTable): string {
  const changed = after.registerSets.flatMap((registerSet, row) => {
    const register = after.rows[row]![server]!;
    return sameRegister(before.rows[row]![server]!, register) ? [] : [{ registerSet, register }];
  });
  if (changed.length === 0) return "";
  return `${changed.map(({ registerSet }) => `R${registerSet}`).join(",")}${formatContent(changed[0]!.register)}`;
}

const formatContent = (register: Register): string =>
  register.state === "unwritten" ? " lost" : `=${formatRegister(register)}`;
