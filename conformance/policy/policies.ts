/** Which tables a config is about, and what it says of each. */
import { readdirSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import { quote } from "../../spec/quote.js";
import { Problems } from "../../spec/table-file/problems.js";
import type { VerifyRequest } from "../verify/request.js";
import type { Acceptance, Config, Entry } from "./config.js";
import { requestFrom } from "./options.js";

/** What is demanded of one table. */
export interface Policy {
  readonly request: VerifyRequest;
  readonly expect: "safe" | "unsafe";
  /** The rule that an unsafe table must break; null for whichever. */
  readonly breaks: Entry["breaks"];
  readonly accept: Acceptance | null;
  readonly replayCoverage: number | null;
}

/** Folders that hold what others have written, or no tables. */
const SKIPPED = /^(\..*|node_modules)$/;

/** Every file below the directory, by its path from there with slashes, sorted. */
export const filesBelow = (directory: string, prefix = ""): string[] =>
  readdirSync(path.join(directory, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : filesBelow(directory, name);
      return [name];
    })
    .sort();

/**
 * The policies of those of the files that some entry names, in the order of the files. A later entry overrides an
 * earlier one key by key; of the options, option by option. Throws TableFileError for options that do not go together.
 */
export function policiesFor(config: Config, files: readonly string[]): Map<string, Policy> {
  const [everywhere, ...entries] = config.entries;
  const matchers = entries.map((entry) => ({ entry, matches: matcherOf(entry) }));
  const policies = new Map<string, Policy>();
  for (const file of files) {
    const own = matchers.filter(({ matches }) => matches(file)).map(({ entry }) => entry);
    if (own.length > 0) policies.set(file, policyOf([everywhere!, ...own]));
  }
  return policies;
}

/** Throws TableFileError for every entry that names no file: it would check nothing, unnoticed. */
export function refuseIdleEntries(config: Config, files: readonly string[]): void {
  const problems = new Problems();
  for (const entry of config.entries.slice(1)) {
    const matches = matcherOf(entry);
    if (files.some(matches)) continue;
    const globs = entry.globs.map(quote).join(", ");
    problems.report(
      entry.at,
      `no file matches ${globs}`,
      "globs are relative to the config; mend them, or take the entry out",
    );
  }
  problems.throwIfAny();
}

/** Some glob matches, and none of those that begin with an exclamation mark. */
function matcherOf({ globs }: Entry): (file: string) => boolean {
  const excluded = globs.filter((glob) => glob.startsWith("!")).map((glob) => plain(glob.slice(1)));
  return picomatch(globs.filter((glob) => !glob.startsWith("!")).map(plain), { ignore: excluded });
}

const plain = (glob: string): string => glob.replace(/^\.\//, "");

const policyOf = (entries: readonly Entry[]): Policy => ({
  request: requestFrom(
    Object.assign({}, ...entries.map(({ options }) => options)),
    new Map(entries.flatMap(({ optionsAt }) => [...optionsAt])),
  ),
  expect: lastOf(entries, "expect") ?? "safe",
  breaks: lastOf(entries, "expect") === "unsafe" ? lastOf(entries, "breaks") : null,
  accept: lastOf(entries, "accept"),
  replayCoverage: lastOf(entries, "replayCoverage"),
});

const lastOf = <Key extends keyof Entry>(entries: readonly Entry[], key: Key): Entry[Key] | null =>
  entries.findLast((entry) => entry[key] !== null)?.[key] ?? null;
