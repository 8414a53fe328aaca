/** What has changed since an earlier run: of each table its verdict, its rules, its shortest run. */

import { tableFileError } from "../../spec/table-file/problems.js";
import { readText } from "../../spec/table-file/read-text.js";
import type { Report } from "../verify/report.js";

/** What is compared of a table. */
export interface Snapshot {
  readonly verdict: string;
  /** Names of broken rules, in the order in which they are judged. */
  readonly broken: readonly string[];
  /** Steps of the run that breaks agreement; null where there is none. */
  readonly length: number | null;
}

/** By file; null for a file that held no quorum table. */
export type Snapshots = ReadonlyMap<string, Snapshot | null>;

export const snapshotOf = ({ verdict, rules, counterexample }: Report): Snapshot => ({
  verdict,
  broken: rules.filter(({ holds }) => !holds).map(({ rule }) => rule),
  length: counterexample?.length ?? null,
});

/** What an earlier `quorate check --output json=FILE` has written. Throws TableFileError where it is something else. */
export function readBaseline(file: string): Snapshots {
  const lines = readText(file).split("\n");
  return new Map(
    lines.flatMap((line, index) => (line === "" ? [] : [readLine(line, { file, line: index + 1, column: 1 })])),
  );
}

function readLine(line: string, at: Parameters<typeof tableFileError>[0]): [string, Snapshot | null] {
  const object = parsed(line);
  if (typeof object?.file === "string" && object.error !== undefined) return [object.file, null];
  const { file, verdict, rules, counterexample } = object ?? {};
  if (typeof file !== "string" || typeof verdict !== "string" || !Array.isArray(rules)) {
    const hint = "a baseline is what quorate check --output json=FILE has written";
    throw tableFileError(at, "this is not the result of a table", hint);
  }
  const broken = rules.filter(({ holds }) => holds === false).map(({ rule }) => `${rule}`);
  return [file, { verdict, broken, length: counterexample?.length ?? null }];
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the line holds; the caller looks.
function parsed(line: string): any {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A clause for each difference, such as `tables/a.yaml: safe before, unsafe (PQ) now`; in the order of the files. */
export function changesBetween(before: Snapshots, now: Snapshots): string[] {
  const files = [...new Set([...now.keys(), ...before.keys()])];
  return files.flatMap((file) => {
    const [was, is] = [phrase(before, file), phrase(now, file)];
    return was === is ? [] : [`${file}: ${was} before, ${is} now`];
  });
}

function phrase(snapshots: Snapshots, file: string): string {
  const snapshot = snapshots.get(file);
  if (snapshot === undefined) return "not there";
  if (snapshot === null) return "no quorum table";
  const { verdict, broken, length } = snapshot;
  const details = [
    ...(broken.length === 0 ? [] : [broken.join(" and ")]),
    ...(length === null ? [] : [`${length} steps`]),
  ];
  return details.length === 0 ? verdict : `${verdict} (${details.join(", ")})`;
}
