/**
 * The kernel's front door, and the only file of it that anyone outside imports: declare a model, explore it, ask what
 * was found.
 *
 * declaration → compile → store → search → analysis: every room imports only from rooms before it (model/README.md).
 */
export { AllSuccessors } from "./analysis/all-successors.js";
export { reachableLabels } from "./analysis/backward.js";
export { edgeCover, runToState } from "./analysis/edge-cover.js";
export { findStatesWithoutGoal } from "./analysis/goal-search.js";
export { randomWalks } from "./analysis/random-walks.js";
export { shortestRunTo, shortestRunToAny, violatingRun } from "./analysis/shortest-run.js";
export { Walk } from "./analysis/walk.js";
export { type CellRun, cellRunsOf } from "./compile/cell-runs.js";
export { type MemoryContext, memoryContextOf, RememberedAnswer } from "./compile/closure-memory.js";
export { actionInstanceOf, type Expand, generateExpand, stepCount } from "./compile/expand.js";
export { generateJudge } from "./compile/judge.js";
export type { StepNumbers } from "./compile/transitions.js";
export type { ModelDeclaration } from "./declaration/declaration.js";
export type { Parameters } from "./declaration/guard.js";
export {
  type Action,
  type ActionDeclaration,
  type ActionInstance,
  type Condition,
  defineModel,
  type Guard,
  type Model,
  type ModelDescriptor,
  type Property,
  type PropertyDeclaration,
  type VariableShape,
} from "./declaration/model.js";
export { Misuse, ModelError, shown } from "./declaration/model-error.js";
export type { Shape, Variable } from "./declaration/variable.js";
export { nextTurn } from "./platform.js";
export { type OrbitExploration, searchConcurrently } from "./search/concurrent-search.js";
export type {
  Exploration,
  ExplorationFigures,
  ExploreOptions,
  Level,
  Progress,
  StopReason,
  Tuning,
  Vacuity,
} from "./search/exploration.js";
export { explore } from "./search/explore.js";
export { searchWithGraph } from "./search/search-with-graph.js";
export type { StateGraph } from "./store/graph.js";
export { StateStore } from "./store/state-store.js";
export type { Symmetry } from "./store/symmetry.js";
