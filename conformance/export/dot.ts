/**
 * The reachable states of a table as a graph for Graphviz: each with its registers, and where two values are decided in
 * red.
 */
import { type StateGraph, searchWithGraph, Walk } from "../../model/kernel/index.js";
import { RegisterFacts } from "../../model/registers/facts.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import { type RegistersModel, registersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { valueName } from "../../model/registers/values.js";
import { formatRegister } from "../../spec/register.js";
import { decidedValues, type StateTable } from "../../spec/state-table.js";
import { formatStep } from "../../spec/trace.js";

/** More than anybody lays out. */
const TRANSITIONS_MAX = 120_000;

export interface Drawing {
  readonly text: string;
  /** How many states there are, and how many are drawn: the first ones, by their distance from the initial one. */
  readonly states: number;
  readonly drawn: number;
}

/** Null where there are more transitions than can be kept. A state that is not drawn is a dot. */
export async function dotOf(scope: Scope, statesMax: number): Promise<Drawing | null> {
  const model = registersModel(scope);
  const exploration = await searchWithGraph(model, { graphTransitionsMax: TRANSITIONS_MAX });
  if (exploration === null || exploration.graph === null) return null;
  const { graph } = exploration;
  const drawn = Math.min(statesMax, graph.stateCount);
  const states = statesOf(model, scope, graph, drawn);
  const edges = states.flatMap((_, state) => edgesOf(model, scope, graph, state, drawn));
  const text = [
    `// ${scope.table.name}: ${drawn} of ${graph.stateCount} states`,
    "digraph states {",
    '  node [shape=box, fontname="monospace"];',
    ...states.map((state, number) => `  ${number} [label="${labelOf(state)}"${colourOf(scope, state)}];`),
    ...[...new Set(edges.map(({ cut }) => cut).filter((cut) => cut !== null))].map((cut) => `  ${cut} [shape=point];`),
    ...edges.map(({ line }) => `  ${line}`),
    "}",
    "",
  ].join("\n");
  return { text, states: graph.stateCount, drawn };
}

/** A state, and what is proposed in it by register set. */
interface DrawnState {
  readonly state: StateTable;
  readonly proposed: readonly (readonly string[])[];
}

/** The first states of the graph, in its order: each is reached from one before it. */
function statesOf(model: RegistersModel, scope: Scope, graph: StateGraph, count: number): DrawnState[] {
  const walk = new Walk(model);
  const facts = new RegisterFacts(scope, model.variables);
  const values = Array.from({ length: scope.values }, (_, value) => value);
  const words: Int32Array[] = [walk.words.slice()];
  const states: DrawnState[] = [];
  for (let state = 0; state < count; state++) {
    walk.goTo(words[state]!);
    const proposed = scope.registerSets.map((_, r) =>
      values.filter((value) => facts.isProposed(r, value)).map(valueName),
    );
    states.push({ state: stateTableOf(model, scope), proposed });
    for (let t = graph.firstTransition[state]!; t < graph.firstTransition[state + 1]!; t++) {
      const target = graph.targetOf[t]!;
      if (target >= count || words[target] !== undefined) continue;
      walk.goTo(words[state]!);
      walk.take(graph.stepOf[t]!);
      words[target] = walk.words.slice();
    }
  }
  return states;
}

function edgesOf(model: RegistersModel, scope: Scope, graph: StateGraph, state: number, drawn: number) {
  const edges: { line: string; cut: string | null }[] = [];
  for (let t = graph.firstTransition[state]!; t < graph.firstTransition[state + 1]!; t++) {
    const target = graph.targetOf[t]!;
    const label = formatStep(stepOf(model, scope, graph.stepOf[t]!));
    const cut = target < drawn ? null : `${target}`;
    edges.push({ line: `${state} -> ${target} [label="${label}"];`, cut });
  }
  return edges;
}

/** A line for each register set: registers, and behind a bar what is proposed. */
const labelOf = ({ state: { registerSets, rows }, proposed }: DrawnState): string =>
  rows
    .map((row, index) => {
      const registers = row.map((register) => formatRegister(register) || ".").join(" ");
      const values = proposed[index]!;
      return `R${registerSets[index]} ${registers}${values.length === 0 ? "" : ` | ${values.join(" ")}`}`;
    })
    .join("\\n");

function colourOf({ table }: Scope, { state }: DrawnState): string {
  const decided = decidedValues(table, state).length;
  if (decided > 1) return ", color=red, penwidth=3";
  return decided === 1 ? ", color=green" : "";
}
