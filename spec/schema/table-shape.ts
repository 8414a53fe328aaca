/**
 * The shape of a quorum table file, before names and expressions are looked at: which keys there are and what kind of
 * value each takes.
 */
import { Shape } from "./decode.js";

const Name = Shape.String.annotations({ description: "a name such as S0" });

const WeightsShape = Shape.Struct({
  weights: Shape.Record({
    key: Shape.String,
    value: Shape.String.annotations({ description: "a whole number" }),
  }).annotations({ description: "a mapping from servers or groups to whole numbers such as { S0: 3, S1: 1 }" }),
  threshold: Shape.String.annotations({ description: 'a whole number, or "majority"' }),
});

const QuorumsShape = Shape.Union(
  Shape.String,
  Shape.Array(Shape.Union(Name, Shape.Array(Name)).annotations({ description: "a list of names such as [S0, S1]" })),
  WeightsShape,
).annotations({
  description: "quorums: an expression such as majority, a list such as [[S0, S1], [S2]], or weights with a threshold",
});

/** Servers that do less than others: table-file/roles.ts. */
const ServersOf = (what: string) =>
  Shape.optionalWith(Shape.Array(Name).annotations({ description: `a list of servers that ${what}` }), { exact: true });

const Observing = {
  observers: ServersOf("are in no quorum"),
  learners: ServersOf("are in no quorum, as observers"),
};

const RangeShape = Shape.Struct({
  sets: Shape.String.annotations({ description: "a range of register sets such as 0, 10.. or 0..9" }),
  decide: QuorumsShape,
  prepare: Shape.optionalWith(QuorumsShape, { exact: true }),
  allocation: Shape.optionalWith(
    Shape.String.annotations({ description: '"round-robin", "open", "elected" or the name of a client' }),
    { exact: true },
  ),
  elect: Shape.optionalWith(QuorumsShape, { exact: true }),
  vote: Shape.optionalWith(
    Shape.String.annotations({ description: '"promise" or "apart"', jsonSchema: { enum: ["promise", "apart"] } }),
    { exact: true },
  ),
  after: Shape.optionalWith(Shape.String.annotations({ description: '"decided"', jsonSchema: { enum: ["decided"] } }), {
    exact: true,
  }),
  ...Observing,
}).annotations({ description: 'a mapping with the keys "sets" and "decide"' });

export const TableShape = Shape.Struct({
  name: Shape.optionalWith(Shape.String.annotations({ description: "one line of text" }), { exact: true }),
  servers: Shape.Array(Name).annotations({ description: "a list of names such as [S0, S1, S2]" }),
  ...Observing,
  arbiters: ServersOf("vote and hold no values"),
  witnesses: ServersOf("acknowledge writes and serve no values"),
  clients: Shape.optionalWith(
    Shape.Union(Shape.String, Shape.Array(Name), Shape.Record({ key: Shape.String, value: Name })).annotations({
      description:
        "a list of names such as [c0, c1], names with places such as { alice: S0 }, or how many clients there are",
    }),
    { exact: true },
  ),
  selection: Shape.optionalWith(
    Shape.String.annotations({
      description: "a selection rule such as greatest",
      jsonSchema: { enum: ["greatest", "eager", "strict", "decision-table"] },
    }),
    {
      exact: true,
    },
  ),
  groups: Shape.optionalWith(
    Shape.Record({ key: Shape.String, value: QuorumsShape }).annotations({
      description: "a mapping from names to lists of servers or quorums",
    }),
    { exact: true },
  ),
  registers: Shape.Array(RangeShape).annotations({
    description: "a list of ranges such as [{ sets: 0.., decide: majority }]",
  }),
}).annotations({ description: 'a mapping with the keys "servers" and "registers"' });

export type WeightsShape = typeof WeightsShape.Type;
/** An expression, a flat list of names (groups only), a list of quorums, or weights. */
export type QuorumsShape = typeof QuorumsShape.Type;
export type RangeShape = typeof RangeShape.Type;
export type TableShape = typeof TableShape.Type;
