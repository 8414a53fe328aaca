/** What `import … from "quorate"` gives: models of one's own, their exploration, the shortest run to a state. */

export { actionInstanceOf } from "./kernel/expand.js";
export type { Exploration, ExploreOptions, Level, Progress, StopReason } from "./kernel/exploration.js";
export { explore } from "./kernel/explore.js";
export {
  type ActionDeclaration,
  type ActionInstance,
  defineModel,
  type Guard,
  type Model,
  type ModelDeclaration,
  type Parameters,
  type PropertyDeclaration,
  type Variable,
} from "./kernel/model.js";
export { shortestRunTo } from "./kernel/shortest-run.js";
