/**
 * Logs for tests: random runs of the register model, told by the oracle, which shares no line with model or judge; and
 * their judgement, slow on purpose.
 */
import { dumbSteps, type State } from "../../../model/registers/test/oracle.js";
import { valueName } from "../../../model/registers/values.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";

/** A line of a log as it is before it is text. Sets are real ones. */
export interface Line {
  node: string;
  event: string;
  registerSet?: number;
  value?: string;
  candidate?: string;
  at?: [number, number];
}

export interface World {
  readonly table: QuorumTable;
  readonly registerSets: readonly number[];
  readonly values: number;
}

type Steps = ReturnType<typeof dumbSteps>;

export const stepsOf = ({ table, registerSets, values }: World): Steps =>
  dumbSteps(table, { registerSets, values, clients: null });

/** Nobody else proposes in the set. */
export const proposerIn = (registerSet: number): string => `client of R${registerSet}`;

/** One of `count`, from 0 on. */
export type Draw = (count: number) => number;

/** Every event that could come next, outputs included. */
export function linesAfter(world: World, steps: Steps, state: State): { line: Line; next: State }[] {
  const { table, registerSets, values } = world;
  const found: { line: Line; next: State }[] = [];
  const add = (line: Line, next: State | null) => void (next !== null && found.push({ line, next }));
  for (const [r, registerSet] of registerSets.entries()) {
    for (const [s, node] of table.servers.entries()) {
      add({ node, event: "freeze", registerSet }, steps.freeze(state, s, r));
      for (let v = 0; v < values; v++) {
        const value = valueName(v);
        add({ node, event: "write", registerSet, value }, steps.write(state, s, r, v));
        add({ node, event: "vote", registerSet, candidate: `for ${value}` }, steps.vote(state, s, r, v));
      }
    }
    for (let v = 0; v < values; v++) {
      const value = valueName(v);
      const line = {
        node: proposerIn(registerSet),
        event: "propose",
        registerSet,
        value,
        candidate: `for ${value}`,
      };
      add(line, steps.propose(state, r, v));
    }
  }
  for (const v of steps.decided(state)) add({ node: "learner", event: "output", value: valueName(v) }, state);
  return found;
}

export function randomRun(world: World, length: number, draw: Draw): Line[] {
  const steps = stepsOf(world);
  let state = steps.initial;
  const lines: Line[] = [];
  while (lines.length < length) {
    const possible = linesAfter(world, steps, state);
    if (possible.length === 0) break;
    // Proposals and outputs are few among many freezes.
    const rare = possible.filter(({ line }) => line.event === "propose" || line.event === "output");
    const { line, next } =
      rare.length > 0 && draw(3) === 0 ? rare[draw(rare.length)]! : possible[draw(possible.length)]!;
    lines.push(line);
    state = next;
  }
  return lines;
}

/**
 * The state after the event, or null where the model has no such step. What changes nothing is a step that stutters.
 */
export function after(world: World, steps: Steps, state: State, line: Line): State | null {
  const { table, registerSets } = world;
  const s = table.servers.indexOf(line.node);
  const r = registerSets.indexOf(line.registerSet ?? -1);
  const v = line.value === undefined ? -1 : line.value.charCodeAt(0) - "A".charCodeAt(0);
  switch (line.event) {
    case "freeze": {
      const isDone = !state.register[s]!.slice(0, r).includes("unwritten");
      return isDone ? state : steps.freeze(state, s, r);
    }
    case "write":
      return state.register[s]![r] === v ? state : steps.write(state, s, r, v);
    case "vote": {
      const candidate = line.candidate!.charCodeAt("for ".length) - "A".charCodeAt(0);
      return state.vote[s]![r] === candidate ? state : steps.vote(state, s, r, candidate);
    }
    case "propose":
      return state.proposal[r]!.includes(v) ? state : steps.propose(state, r, v);
    default:
      return steps.decided(state).includes(v) ? state : null;
  }
}

/** How many of the events, in this order, are a run. */
export function explainedInOrder(world: World, lines: readonly Line[]): number {
  const steps = stepsOf(world);
  let state = steps.initial;
  for (const [index, line] of lines.entries()) {
    const next = after(world, steps, state, line);
    if (next === null) return index;
    state = next;
  }
  return lines.length;
}

export interface Loose {
  /** Whether this event must come after that one. */
  readonly isAfter: (later: number, earlier: number) => boolean;
  /** Events that may take place besides, at any time. */
  readonly hidden: readonly string[];
}

/** The most events that any order explains, by trying all orders, and all hidden steps in all places. */
export function explainedInSomeOrder(world: World, lines: readonly Line[], { isAfter, hidden }: Loose): number {
  const steps = stepsOf(world);
  const seen = new Set<string>();
  let most = 0;
  const go = (done: ReadonlySet<number>, state: State): void => {
    const key = JSON.stringify([[...done].sort(), state]);
    if (seen.has(key)) return;
    seen.add(key);
    most = Math.max(most, done.size);
    for (const index of lines.keys()) {
      if (done.has(index)) continue;
      if (lines.some((_, other) => !done.has(other) && other !== index && isAfter(index, other))) continue;
      const next = after(world, steps, state, lines[index]!);
      if (next !== null) go(new Set([...done, index]), next);
    }
    for (const { line, next } of linesAfter(world, steps, state)) if (hidden.includes(line.event)) go(done, next);
  };
  go(new Set(), steps.initial);
  return most;
}
