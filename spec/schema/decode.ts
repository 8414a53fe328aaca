/**
 * Shapes of files, and what in plain data does not have them. The only file that imports @effect/schema; everything
 * else sees plain types and plain issues.
 */
import type { AST } from "@effect/schema/AST";
import * as JSONSchema from "@effect/schema/JSONSchema";
import * as ParseResult from "@effect/schema/ParseResult";
import * as Shape from "@effect/schema/Schema";

export { Shape };

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

export type Decoded<Type> =
  | { readonly ok: true; readonly value: Type }
  | { readonly ok: false; readonly issues: readonly ShapeIssue[] };

/** Reads plain data as what the shape says; any key that it does not have is an issue. */
export function decoder<Type, Written>(shape: Shape.Schema<Type, Written>): (plain: unknown) => Decoded<Type> {
  const decode = ParseResult.decodeUnknownEither(shape, { errors: "all", onExcessProperty: "error" });
  return (plain) => {
    const decoded = decode(plain);
    if (decoded._tag === "Right") return { ok: true, value: decoded.right };
    return { ok: false, issues: issuesIn(decoded.left, shape.ast, []) };
  };
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

/**
 * The shape as a JSON Schema, for editors. A word may be written as a number or a truth value too: in the files of
 * this project every scalar is text.
 */
export const jsonSchemaOf = <Type, Written>(shape: Shape.Schema<Type, Written>): object =>
  wordsLoosened(JSONSchema.make(shape)) as object;

function wordsLoosened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(wordsLoosened);
  if (typeof schema !== "object" || schema === null) return schema;
  const loosened = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, wordsLoosened(value)]));
  const isWord = loosened.type === "string" && loosened.enum === undefined && loosened.format === undefined;
  return isWord ? { ...loosened, type: ["string", "number", "boolean"] } : loosened;
}
