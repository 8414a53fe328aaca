/** The language's front door: declare a model in the words of its paper. */
export { record, sequenceOf, subsetOf } from "./composite.js";
export { counter, flag, memberOf, noneOr, oneOf } from "./domain.js";
export { type IndexSet, indexSet, numbers, type PowerSet, powerSet, values } from "./index-set.js";
export type { Picture } from "./picture.js";
export { type Accessors, auxiliary, over, single } from "./variable.js";
export {
  type Change,
  changesBetween,
  defineInWords,
  type TransitionProperty,
  type WordedAction,
  type WordedModel,
  type WordedProperty,
} from "./worded-model.js";
