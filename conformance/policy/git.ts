/** Files as they were at a commit. */
import { execFileSync } from "node:child_process";
import { CommandError, usageError } from "../shell/command-error.js";
import { EXIT } from "../shell/exit-codes.js";

export interface Commit {
  /** The files below the directory, by their path from there, sorted. */
  files(): string[];
  text(file: string): string;
}

/** Throws CommandError where there is no such commit, or no git. */
export function openCommit(ref: string, directory: string): Commit {
  const here = directory === "" ? "." : directory;
  const commit = commitOf(ref, here);
  return {
    files: () => git(here, ["ls-tree", "-r", "-z", "--name-only", commit, "."]).split("\0").filter(Boolean).sort(),
    text: (file) => git(here, ["cat-file", "blob", `${commit}:./${file}`]),
  };
}

function commitOf(ref: string, directory: string): string {
  try {
    return git(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]).trim();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw usageError(
      `--since ${ref}: git knows no such commit here; fetch it first, as checkouts in CI are often shallow`,
    );
  }
}

function git(directory: string, words: readonly string[]): string {
  try {
    return execFileSync("git", ["-C", directory, ...words], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new CommandError(EXIT.unavailable, "--since asks git, which is not installed");
  }
}
