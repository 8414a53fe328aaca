/** The language's front door: declare a model in the words of its paper. */
export {
  type AnyDomain,
  type ContentOf,
  type Fields,
  type PlaceOf,
  type RecordContent,
  type RecordPlace,
  record,
  type SequencePlace,
  type SubsetPlace,
  sequenceOf,
  subsetOf,
} from "./composite.js";
export { counter, type Domain, flag, memberOf, noneOr, type Optional, oneOf } from "./domain.js";
export {
  type IndexSet,
  type IndexSetOptions,
  indexSet,
  numbers,
  type PowerSet,
  powerSet,
  values,
} from "./index-set.js";
export type { Picture, PictureShape, PictureTable } from "./picture.js";
export type { Atom, Place } from "./place.js";
export {
  type Accessor,
  type Accessors,
  auxiliary,
  type Declarations,
  type Declared,
  over,
  single,
} from "./variable.js";
export {
  type Change,
  changesBetween,
  defineInWords,
  type ParameterSets,
  type TransitionProperty,
  type WordedAction,
  type WordedDeclaration,
  type WordedModel,
  type WordedProperty,
} from "./worded-model.js";
