/** Explores a lesson's system, walks the run that it tells, and compares both with what is pinned. */
import type { Value } from "../../spec/register.js";
import type { StateTable } from "../../spec/state-table.js";
import {
  type Exploration,
  explore,
  reachableLabels,
  shortestRunTo,
  type Vacuity,
  violatingRun,
  Walk,
} from "../kernel/index.js";
import type { FlawedSystem } from "./flaw.js";
import { type FlawedModel, flawedRegistersModel } from "./flawed-registers.js";
import type { Findings, Lesson, ToldStep } from "./lesson.js";
import { type FlawedStep, flawedStepOf, formatFlawedStep, outputsOf, registersOf, stepNumbered } from "./steps.js";

/** Far more than any lesson has; their graphs are kept to see what can still be reached. */
const TRANSITIONS_MAX = 10_000_000;

export interface StudiedStep {
  readonly step: FlawedStep;
  /** What it means in the story; empty in a run that is not told but found. */
  readonly remark: string;
  /** Whether the protocol does not permit the step. Only the last of a safe lesson's run is refused. */
  readonly refused: boolean;
  /** After the step. */
  readonly registers: StateTable;
  /** Values that clients can output, or could before. */
  readonly outputs: readonly Value[];
}

export interface Study {
  readonly lesson: Lesson;
  readonly findings: Findings;
  readonly run: readonly StudiedStep[];
  /** Actions that no run takes, and properties whose premise never holds. */
  readonly vacuity: Vacuity;
  /** What is not as pinned, a clause each. */
  readonly differences: readonly string[];
}

/** All lessons together take about a second, so nothing is kept from one time to the next. */
export async function studyLesson(lesson: Lesson): Promise<Study> {
  const model = flawedRegistersModel(lesson.system);
  const { findings, vacuity, shortestRun, isStuck } = await findOut(model, lesson.system);
  const told = walk(model, lesson.system, lesson.run);
  const complaint = complaintAbout(told, lesson, findings, isStuck(model.workspace.words));
  const found = shortestRun.map((step): ToldStep => [formatFlawedStep(flawedStepOf(model, step)), ""]);
  const pinned = Object.keys(lesson.expected) as (keyof Findings)[];
  return {
    lesson,
    findings,
    vacuity,
    run: complaint === null ? told : walk(model, lesson.system, found),
    differences: [
      ...pinned
        .filter((key) => findings[key] !== lesson.expected[key])
        .map((key) => `${key} is ${findings[key]}, pinned ${lesson.expected[key]}`),
      ...(complaint === null ? [] : [complaint]),
    ],
  };
}

interface Discovery {
  readonly findings: Findings;
  readonly vacuity: Vacuity;
  /** To two decided values, or to a stuck state; empty if safe. */
  readonly shortestRun: readonly number[];
  /** Whether the packed state is one from which no decision can be reached. */
  readonly isStuck: (words: Int32Array) => boolean;
}

async function findOut(model: FlawedModel, system: FlawedSystem): Promise<Discovery> {
  const exploration = await explore(model, { graphTransitionsMax: TRANSITIONS_MAX });
  const { distinctStates, transitions, depth, violations, vacuity } = exploration;
  if (vacuity === null) throw new Error(`${model.name}: not every state was explored`);
  const stuck = stuckStates(model, system, exploration);
  const isViolated = violations.has("agreement");
  // States are numbered breadth-first, so the first stuck one is one of the nearest.
  const [nearest] = stuck;
  const toStuck = nearest === undefined ? null : shortestRunTo(exploration, nearest);
  const shortestRun = isViolated ? violatingRun(exploration, "agreement") : toStuck;
  const keys = new Set(stuck.map((state) => keyOf(exploration, state)));
  return {
    findings: {
      outcome: isViolated ? "two values decided" : stuck.length > 0 ? "stuck" : "safe",
      length: shortestRun?.length ?? null,
      distinctStates,
      transitions,
      depth,
      stuckStates: stuck.length,
    },
    vacuity,
    shortestRun: shortestRun ?? [],
    isStuck: (words) => keys.has(words.join()),
  };
}

/** The states that break `AG EF decided`, by number, ascending. Throws where the graph was not kept. */
function stuckStates(model: FlawedModel, system: FlawedSystem, { graph, states }: Exploration): number[] {
  if (graph === null) throw new Error(`${model.name}: too large for a lesson`);
  const decided = Int32Array.from({ length: graph.stateCount }, (_, state) => {
    model.workspace.load(states.packed, state * model.workspace.words.length);
    return outputsOf(model, system).length > 0 ? 1 : 0;
  });
  return [...reachableLabels(graph, decided).entries()].filter(([, label]) => label === 0).map(([state]) => state);
}

function keyOf({ model, states }: Exploration, state: number): string {
  const width = model.workspace.words.length;
  return states.packed.subarray(state * width, (state + 1) * width).join();
}

/**
 * Takes the steps as far as they are permitted, and ends with the first that is not. Leaves the last state in the
 * workspace.
 */
function walk(model: FlawedModel, system: FlawedSystem, steps: readonly ToldStep[]): StudiedStep[] {
  const walk = new Walk(model);
  const studied: StudiedStep[] = [];
  for (const [text, remark] of steps) {
    const number = stepNumbered(model, text);
    const refused = !walk.isEnabled(number);
    if (!refused) walk.take(number);
    const registers = registersOf(model, system);
    studied.push({ step: flawedStepOf(model, number), remark, refused, registers, outputs: outputsOf(model, system) });
    if (refused) break;
  }
  return studied;
}

/**
 * Why the told run does not show what was found, or null if it does; `endsStuck` is whether its last state is stuck.
 */
function complaintAbout(
  told: readonly StudiedStep[],
  { run }: Lesson,
  findings: Findings,
  endsStuck: boolean,
): string | null {
  const refused = told.findIndex((step) => step.refused);
  if (findings.outcome === "safe") {
    return refused === run.length - 1 ? null : "the told run is not refused at its last step";
  }
  const last = told.at(-1)!;
  if (refused >= 0) return `the told run is refused at step ${refused + 1}, ${formatFlawedStep(last.step)}`;
  if (told.length !== findings.length) return `the told run has ${told.length} steps, the shortest ${findings.length}`;
  const shows = findings.outcome === "stuck" ? endsStuck : last.outputs.length > 1;
  return shows ? null : `the told run does not end in ${findings.outcome}`;
}
