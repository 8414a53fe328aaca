/**
 * The shape of a quorum table file, before names and expressions are looked at: which keys there are and what kind of value
 * each takes. The only file that imports @effect/schema; everything else sees plain types and plain issues.
 */
import type { AST } from "@effect/schema/AST";
import * as ParseResult from "@effect/schema/ParseResult";
import * as Schema from "@effect/schema/Schema";

const Name = Schema.String.annotations({ description: "a name such as S0" });

const WeightsShape = Schema.Struct({
  weights: Schema.Record({
    key: Schema.String,
    value: Schema.String.annotations({ description: "a whole number" }),
  }).annotations({ description: "a mapping from servers or groups to whole numbers such as { S0: 3, S1: 1 }" }),
  threshold: Schema.String.annotations({ description: 'a whole number, or "majority"' }),
});

const QuorumsShape = Schema.Union(
  Schema.String,
  Schema.Array(Schema.Union(Name, Schema.Array(Name)).annotations({ description: "a list of names such as [S0, S1]" })),
  WeightsShape,
).annotations({
  description: "quorums: an expression such as majority, a list such as [[S0, S1], [S2]], or weights with a threshold",
});

const RangeShape = Schema.Struct({
  sets: Schema.String.annotations({ description: "a range of register sets such as 0, 10.. or 0..9" }),
  decide: QuorumsShape,
  prepare: Schema.optionalWith(QuorumsShape, { exact: true }),
  allocation: Schema.optionalWith(
    Schema.String.annotations({ description: '"round-robin", "open", "elected" or the name of a client' }),
    { exact: true },
  ),
  elect: Schema.optionalWith(QuorumsShape, { exact: true }),
  after: Schema.optionalWith(Schema.String.annotations({ description: '"decided"' }), { exact: true }),
  vote: Schema.optionalWith(Schema.String.annotations({ description: '"promise" or "apart"' }), { exact: true }),
}).annotations({ description: 'a mapping with the keys "sets" and "decide"' });

const TableShape = Schema.Struct({
  name: Schema.optionalWith(Schema.String.annotations({ description: "one line of text" }), { exact: true }),
  servers: Schema.Array(Name).annotations({ description: "a list of names such as [S0, S1, S2]" }),
  clients: Schema.optionalWith(
    Schema.Union(Schema.String, Schema.Array(Name)).annotations({
      description: "a list of names such as [c0, c1], or how many clients there are",
    }),
    { exact: true },
  ),
  selection: Schema.optionalWith(Schema.String.annotations({ description: "a selection rule such as greatest" }), {
    exact: true,
  }),
  groups: Schema.optionalWith(
    Schema.Record({ key: Schema.String, value: QuorumsShape }).annotations({
      description: "a mapping from names to lists of servers or quorums",
    }),
    { exact: true },
  ),
  registers: Schema.Array(RangeShape).annotations({
    description: "a list of ranges such as [{ sets: 0.., decide: majority }]",
  }),
}).annotations({ description: 'a mapping with the keys "servers" and "registers"' });

export type WeightsShape = typeof WeightsShape.Type;
/** An expression, a flat list of names (groups only), a list of quorums, or weights. */
export type QuorumsShape = typeof QuorumsShape.Type;
export type RangeShape = typeof RangeShape.Type;
export type TableShape = typeof TableShape.Type;

type ShapePath = readonly (string | number)[];

/** One way in which the data does not have the shape; `path` leads to the value, or to the mapping that lacks a key. */
export type ShapeIssue =
  | {
      readonly kind: "unknown-key";
      readonly path: ShapePath;
      readonly key: string;
      readonly allowed: readonly string[];
    }
  | { readonly kind: "missing-key"; readonly path: ShapePath; readonly key: string }
  | { readonly kind: "wrong-kind"; readonly path: ShapePath; readonly expected: string; readonly actual: unknown };

export type Decoded =
  | { readonly ok: true; readonly table: TableShape }
  | { readonly ok: false; readonly issues: readonly ShapeIssue[] };

const decode = ParseResult.decodeUnknownEither(TableShape, { errors: "all", onExcessProperty: "error" });

export function decodeTable(plain: unknown): Decoded {
  const decoded = decode(plain);
  if (decoded._tag === "Right") return { ok: true, table: decoded.right };
  return { ok: false, issues: issuesIn(decoded.left, TableShape.ast, []) };
}

/** Flattens the library's tree of issues. `ast` is the schema of the value at the path. */
function issuesIn(issue: ParseResult.ParseIssue, ast: AST, path: ShapePath): ShapeIssue[] {
  switch (issue._tag) {
    case "Composite":
      return toArray(issue.issues)
        .flatMap((inner) =>
          // Of a union's alternatives, only one of the value's own kind has anything to say about what is inside it.
          issue.ast._tag === "Union" && inner._tag === "Type" ? [] : issuesIn(inner, issue.ast, path),
        )
        .concat(noAlternativeFits(issue) ? [wrongKind(issue.ast, issue.actual, path)] : []);
    case "Pointer":
      return toArray(issue.path)
        .map(toKey)
        .flatMap((key) => issuesBehind(issue.issue, ast, path, key));
    case "Refinement":
    case "Transformation":
      return issuesIn(issue.issue, ast, path);
    case "Type":
    case "Forbidden":
    case "Missing":
    case "Unexpected":
      return [wrongKind(ast, issue.actual, path)];
  }
}

function issuesBehind(issue: ParseResult.ParseIssue, ast: AST, path: ShapePath, key: string | number): ShapeIssue[] {
  if (issue._tag === "Unexpected") return [{ kind: "unknown-key", path, key: `${key}`, allowed: keysOf(ast) }];
  if (issue._tag === "Missing") return [{ kind: "missing-key", path, key: `${key}` }];
  return issuesIn(issue, schemaAt(ast, key), [...path, key]);
}

const noAlternativeFits = (issue: ParseResult.Composite): boolean =>
  issue.ast._tag === "Union" && toArray(issue.issues).every((inner) => inner._tag === "Type");

function wrongKind(ast: AST, actual: unknown, path: ShapePath): ShapeIssue {
  const description = ast.annotations[Symbol.for("@effect/schema/annotation/Description")];
  return {
    kind: "wrong-kind",
    path,
    expected: typeof description === "string" ? description : "something else",
    actual,
  };
}

const keysOf = (ast: AST): string[] =>
  ast._tag === "TypeLiteral" ? ast.propertySignatures.map((property) => String(property.name)) : [];

/** The schema of the value behind a key or index. */
function schemaAt(ast: AST, key: string | number): AST {
  if (ast._tag === "TupleType") return ast.rest[0]?.type ?? ast;
  if (ast._tag !== "TypeLiteral") return ast;
  const property = ast.propertySignatures.find(({ name }) => name === key);
  return property?.type ?? ast.indexSignatures[0]?.type ?? ast;
}

const toArray = <T>(oneOrMany: T | readonly T[]): readonly T[] =>
  Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany as T];

const toKey = (key: PropertyKey): string | number => (typeof key === "number" ? key : String(key));
