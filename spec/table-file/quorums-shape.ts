/** The forms in which a file may write quorums: which one it is, and its text. */
import type { QuorumsShape, WeightsShape } from "../schema/table-shape.js";

export const isWeights = (shape: QuorumsShape): shape is WeightsShape =>
  typeof shape === "object" && "weights" in shape;

/** Names alone: a list of servers or groups, and no quorums. */
export const isFlatList = (shape: QuorumsShape): shape is readonly string[] =>
  Array.isArray(shape) && shape.length > 0 && shape.every((item) => typeof item === "string");

/** Quorums on one line, in the form that the file uses. */
export function textOf(shape: QuorumsShape): string {
  if (typeof shape === "string") return shape.trim().replace(/\s+/g, " ");
  if (isWeights(shape)) {
    const weights = Object.entries(shape.weights).map(([server, weight]) => `${server}: ${weight}`);
    return `{ weights: { ${weights.join(", ")} }, threshold: ${shape.threshold} }`;
  }
  return `[${shape.map((item) => (typeof item === "string" ? item : `[${item.join(", ")}]`)).join(", ")}]`;
}
