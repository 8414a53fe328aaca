import { quote } from "../quote.js";
import { decoder, type Shape, type ShapeIssue } from "../schema/decode.js";
import { closest, didYouMean } from "./did-you-mean.js";
import { Problems } from "./problems.js";
import type { Path, YamlSource } from "./yaml-source.js";

/** What a file is called in sentences, and an item of its list of mappings: `a quorum table`, `a range`. */
export interface ShapeNouns {
  readonly whole: string;
  readonly item: string;
}

/**
 * Reads a file's data with the right keys and kinds of values; throws TableFileError that names every one that is not.
 */
export function shapeReader<Type, Written>(
  shape: Shape.Schema<Type, Written>,
  nouns: ShapeNouns,
): (source: YamlSource) => Type {
  const decode = decoder(shape);
  return (source) => {
    const decoded = decode(source.plain);
    if (decoded.ok) return decoded.value;
    const problems = new Problems();
    for (const issue of decoded.issues) {
      if (!isExplained(issue, decoded.issues)) report(issue, nouns, source, problems);
    }
    problems.throwIfAny();
    throw new Error("a shape that does not fit has a problem");
  };
}

/** `sevrers: …` is one mistake: the unknown key also explains the missing one. */
function isExplained(issue: ShapeIssue, issues: readonly ShapeIssue[]): boolean {
  if (issue.kind !== "missing-key") return false;
  return issues.some(
    (other) =>
      other.kind === "unknown-key" &&
      samePath(other.path, issue.path) &&
      closest(other.key, other.allowed) === issue.key,
  );
}

function report(issue: ShapeIssue, nouns: ShapeNouns, source: YamlSource, problems: Problems): void {
  const { path } = issue;
  switch (issue.kind) {
    case "unknown-key": {
      const hint =
        splitExpression(issue.key) ?? didYouMean(issue.key, issue.allowed, `use ${issue.allowed.join(", ")}`);
      problems.report(
        source.atKey([...path, issue.key]),
        `unknown key ${quote(issue.key)} in ${placeOf(path, nouns)}`,
        hint,
      );
      return;
    }
    case "missing-key":
      problems.report(source.at(path), `the key ${quote(issue.key)} is missing from ${placeOf(path, nouns)}`);
      return;
    case "wrong-kind": {
      const isEmptyPrepare = path.at(-1) === "prepare" && issue.actual === null;
      const hint = isEmptyPrepare ? "leave the key out to have phase 1 derived" : splitExpression(`${path.at(-1)}`);
      problems.report(
        source.at(path),
        `${nameOf(path, nouns)} is ${kindOf(issue.actual)} but must be ${issue.expected}`,
        hint,
      );
    }
  }
}

/** `{ decide: 2 of (S0, S1) }` is split by YAML at its comma, into a key "S1)" among others. */
const splitExpression = (key: string): string | null =>
  key.includes(")") ? "inside { } an expression with commas needs quotes around it" : null;

function placeOf(path: Path, { whole, item }: ShapeNouns): string {
  const last = path.at(-1);
  if (last === undefined) return whole;
  return typeof last === "number" ? item : quote(last);
}

/** What stands at the path, as the subject of a sentence. */
function nameOf(path: Path, { whole }: ShapeNouns): string {
  const key = path.findLast((step) => typeof step === "string");
  if (key === undefined) return whole;
  return typeof path.at(-1) === "number" ? `an item of ${quote(`${key}`)}` : quote(`${key}`);
}

function kindOf(actual: unknown): string {
  if (actual === null) return "empty";
  if (typeof actual === "string") return `the text ${quote(actual)}`;
  return Array.isArray(actual) ? "a list" : "a mapping";
}

const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((step, index) => step === b[index]);
