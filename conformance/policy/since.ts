/** What tables came to at an earlier commit, by the policies of now. */
import { readFileSync } from "node:fs";
import { parseTable, TableFileError } from "../../spec/table-file.js";
import type { Verifier } from "../verify/files/verify-all.js";
import { type Snapshot, type Snapshots, snapshotOf } from "./changes.js";
import { type Config, fileBelow } from "./config.js";
import { openCommit } from "./git.js";
import { type Policy, policiesFor } from "./policies.js";
import type { VerdictCache } from "./verdict-cache.js";

interface Now {
  readonly config: Config;
  readonly policies: ReadonlyMap<string, Policy>;
  /** Whether the tables are some of those that the config names: then the others are no concern of the command. */
  readonly isPartial: boolean;
  readonly cache: VerdictCache;
  readonly signal: AbortSignal;
  /** By the path from where the command runs. */
  readonly now: Snapshots;
}

/**
 * By the path from where the command runs. A file that has not changed is not verified again; one that has is verified
 * without replay: what the implementation was then is not known. Throws CommandError where there is no such commit.
 */
export async function snapshotsAt(ref: string, here: Now, verifier: Verifier): Promise<Snapshots> {
  const { config, policies, now, isPartial } = here;
  const commit = openCommit(ref, config.directory);
  // The config still names tables that are gone.
  const named = policiesFor(config, commit.files());
  const snapshots = new Map<string, Snapshot | null>();
  for (const [name, policy] of named) {
    const file = fileBelow(config, name);
    if (isPartial && !policies.has(name)) continue;
    const text = commit.text(name);
    snapshots.set(
      file,
      isAsItWas(file, text) ? (now.get(file) ?? null) : await snapshotOfText(file, text, policy, here, verifier),
    );
  }
  return snapshots;
}

function isAsItWas(file: string, text: string): boolean {
  try {
    return readFileSync(file, "utf8") === text;
  } catch {
    return false;
  }
}

async function snapshotOfText(
  file: string,
  text: string,
  { request }: Policy,
  { cache, signal }: Now,
  { verifyTable }: Verifier,
): Promise<Snapshot | null> {
  const asked = { ...request, replay: false, messages: false };
  try {
    const table = parseTable(text, file);
    const known = cache.find(file, table, asked);
    if (known !== null) return snapshotOf({ ...known, warnings: [] });
    const quiet = { onAnswer: () => {}, onProgress: () => {} };
    const verification = await verifyTable(file, table, { ...asked, ...quiet, signal });
    cache.keep(verification, asked);
    return snapshotOf({ ...verification, warnings: [] });
  } catch (error) {
    if (error instanceof TableFileError) return null;
    throw error;
  }
}
