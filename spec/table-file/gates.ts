/** What a range of register sets waits for, as a quorum table file says it. */
import type { Gate } from "../quorum-table.js";
import { quote } from "../quote.js";
import type { RangeShape } from "../schema/table-shape.js";
import { didYouMean } from "./did-you-mean.js";
import type { Problems } from "./problems.js";
import type { YamlSource } from "./yaml-source.js";

/** Null where the range waits for nothing. */
export function readGate({ after }: RangeShape, index: number, source: YamlSource, problems: Problems): Gate | null {
  if (after === undefined) return null;
  const path = ["registers", index, "after"];
  if (index === 0) {
    problems.report(source.atKey(path), "the first range has none before it to wait for", 'leave "after" out');
  }
  if (after === "decided") return after;
  const hint = didYouMean(after, ["decided"], 'write "after: decided": a value was decided in the range before');
  problems.report(source.at(path), `unknown gate ${quote(after)}`, hint);
  return null;
}
