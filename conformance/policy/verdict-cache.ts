/**
 * Evidence that was gathered before, by what it depends on: the meaning of the table, the options, and this program.
 *
 * It never makes a failure pass. The rules are judged anew each time, and with them the verdict; evidence of a
 * divergence or of an inconclusive verdict is not kept; and what cannot be read back, or has been changed, is not
 * there.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { TooComplex } from "../../spec/families/too-complex.js";
import { normalForm } from "../../spec/normal-form.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { systemReason } from "../../spec/table-file/system-reason.js";
import { CommandError } from "../shell/command-error.js";
import { EXIT } from "../shell/exit-codes.js";
import { makeFolders } from "../shell/make-folders.js";
import { packageDirectory, packageVersion } from "../shell/package-directory.js";
import type { Evidence } from "../verify/evidence.js";
import type { Verification } from "../verify/report.js";
import type { VerifyRequest } from "../verify/request.js";
import { evidenceOf, verificationFrom } from "../verify/verify.js";

export interface VerdictCache {
  /** Null where nothing is known of the table under these options. */
  find(file: string, table: QuorumTable, request: VerifyRequest): Verification | null;
  /** Keeps what is worth keeping. Throws CommandError where the folder cannot be written. */
  keep(verification: Verification, request: VerifyRequest): void;
}

/** Keeps nothing, and knows nothing. */
export const NO_CACHE: VerdictCache = { find: () => null, keep: () => {} };

/**
 * In files of the folder, one for each key; `program` says which program the evidence is of. Throws CommandError where
 * the folder cannot be made.
 */
export function openVerdictCache(directory: string, program = programIdentity()): VerdictCache {
  // It is not meant to be committed.
  write(directory, ".gitignore", "*\n");
  return {
    find(file, table, request) {
      const key = keyOf(table, request, program);
      const evidence = key === null ? null : readEvidence(directory, key);
      if (evidence === null) return null;
      const verification = verificationFrom(file, table, request, evidence);
      return verification !== null && isWorthKeeping(verification) ? verification : null;
    },
    keep(verification, request) {
      const key = keyOf(verification.table, request, program);
      if (key === null || !isWorthKeeping(verification)) return;
      const evidence = JSON.stringify(evidenceOf(verification));
      write(directory, key, JSON.stringify({ checksum: checksumOf(key + evidence), evidence }));
    },
  };
}

/** Whoever reads meanwhile finds the whole or nothing. */
function write(directory: string, name: string, text: string): void {
  const draft = path.join(directory, `${name}.${process.pid}`);
  try {
    makeFolders(directory);
    writeFileSync(draft, text);
    renameSync(draft, path.join(directory, name));
  } catch (error) {
    const message = `cannot write the cache ${directory}: ${systemReason(error)}; --no-cache does without`;
    throw new CommandError(EXIT.unavailable, message, { cause: error });
  }
}

/** What failed is verified again, and so is what was interrupted. */
const isWorthKeeping = ({ verdict, exploration, replay }: Verification): boolean =>
  (verdict === "safe" || verdict === "unsafe") &&
  !(exploration.stoppedBy ?? "").startsWith("interrupted") &&
  replay?.stoppedBy !== "interrupted" &&
  replay?.agrees !== false;

/**
 * The scope depends on how ranges are cut. How many threads there are makes no difference. Null for a table that is too
 * complex to be told from others.
 */
function keyOf(table: QuorumTable, request: VerifyRequest, program: string): string | null {
  const { workers: _, ...options } = request;
  try {
    const ranges = table.ranges.map(({ first, last }) => [first, `${last}`]);
    return `${checksumOf(JSON.stringify([program, normalForm(table), ranges, options]))}.json`;
  } catch (error) {
    if (error instanceof TooComplex) return null;
    throw error;
  }
}

const checksumOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The version, and where it is bundled a checksum of the bundle's front file, which names all other parts by their
 * content.
 */
function programIdentity(): string {
  const bundle = path.join(packageDirectory(), "bundle/quorate.js");
  return `${packageVersion()} ${existsSync(bundle) ? checksumOf(readFileSync(bundle, "utf8")) : "not bundled"}`;
}

/** Null where there is none, or what is there is not what was written under this key. */
function readEvidence(directory: string, key: string): Evidence | null {
  try {
    const { checksum, evidence } = JSON.parse(readFileSync(path.join(directory, key), "utf8"));
    return checksum === checksumOf(key + evidence) ? JSON.parse(evidence) : null;
  } catch {
    return null;
  }
}
