/** The shape of quorate.config.yaml: which keys there are, and what kind of value each takes. */
import { RULE_NAMES } from "../../spec/rules/judgement.js";
import { Shape } from "../../spec/schema/decode.js";

const word = (description: string) => Shape.String.annotations({ description });

const optional = <Type>(shape: Shape.Schema<Type>) => Shape.optionalWith(shape, { exact: true });

/** A word of which editors know more than that it is text. */
const known = (description: string, jsonSchema: object) =>
  word(description).annotations({ jsonSchema: { ...jsonSchema, description } });

const choice = (...words: string[]) => known(words.map((each) => JSON.stringify(each)).join(" or "), { enum: words });

const whole = known("a whole number", { type: "integer" });

const yesNo = known('"true" or "false"', { type: "boolean" });

/** As on the command line of `quorate verify`, without the dashes; what is on by default is switched off by `false`. */
const OptionsShape = Shape.Struct({
  "register-sets": optional(whole),
  values: optional(whole),
  clients: optional(whole),
  freeze: optional(choice("row", "register")),
  "writes-freeze": optional(yesNo),
  replay: optional(yesNo),
  seed: optional(whole),
  messages: optional(yesNo),
  symmetry: optional(yesNo),
  reduce: optional(yesNo),
  "stop-at-violation": optional(yesNo),
  exhaust: optional(yesNo),
  "max-states": optional(whole),
  "max-memory": optional(whole),
  "max-seconds": optional(whole),
}).annotations({ description: "a mapping from options of verify to values such as { register-sets: 3 }" });

const AcceptanceShape = Shape.Struct({
  reason: word("one sentence that says why"),
  until: known("a date such as 2027-01-31", { type: "string", format: "date" }),
}).annotations({ description: 'a mapping with the keys "reason" and "until"' });

const EntryShape = Shape.Struct({
  files: Shape.Union(Shape.String, Shape.Array(word("a glob such as tables/*.yaml"))).annotations({
    description: "a glob such as tables/*.yaml, or a list of them",
  }),
  options: optional(OptionsShape),
  expect: optional(choice("safe", "unsafe")),
  breaks: optional(choice(...RULE_NAMES)),
  accept: optional(
    Shape.Struct({ inconclusive: AcceptanceShape }).annotations({
      description: 'a mapping with the key "inconclusive"',
    }),
  ),
  "replay-coverage": optional(word("a share such as 90%")),
}).annotations({ description: 'a mapping with the key "files"' });

export const ConfigShape = Shape.Struct({
  options: optional(OptionsShape),
  tables: Shape.Array(EntryShape).annotations({ description: "a list of entries such as [{ files: tables/*.yaml }]" }),
}).annotations({ description: 'a mapping with the key "tables"' });

/** The names of options that a config may set. */
export const OPTION_NAMES: readonly string[] = Object.keys(OptionsShape.fields);

export type OptionsShape = typeof OptionsShape.Type;
export type EntryShape = typeof EntryShape.Type;
export type ConfigShape = typeof ConfigShape.Type;
