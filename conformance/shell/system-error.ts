/** What the operating system refuses, as one sentence with what to do about it: never a fault of Quorate's own. */
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-codes.js";

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "there is no permission for it; give it to this user, or name another directory with --data",
  EPERM: "there is no permission for it; give it to this user, or name another directory with --data",
  EROFS: "the file system is read-only; name another directory with --data",
  ENOSPC: "no space is left on the device; make room, then start again: nothing was promised that is not on disk",
  EDQUOT: "the quota of disk space is used up; make room, then start again: nothing was promised that is not on disk",
  EIO: "the device failed; look after it, then start again: nothing was promised that is not on disk",
  EMFILE: "this process has too many files open; raise the limit (ulimit -n)",
  ENFILE: "the system has too many files open; close some, or raise its limit",
  ENOTDIR: "something on the way there is a file; name another directory with --data",
  EISDIR: "a directory stands where a file ought to be; name another directory with --data",
  ENAMETOOLONG: "that name is too long; name another directory with --data",
  ELOOP: "its links lead in a circle; name another directory with --data",
};

/** Null for an error that is not the operating system's. */
export function systemErrorSentence(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return null;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const remedy = REMEDIES[code ?? ""];
  return remedy === undefined ? message : `${path === undefined ? "" : `${path}: `}${remedy} (${code})`;
}

/** The error as the person at the shell needs it, said of what could not be done; any other error as it is. */
export function explainSystemError(what: string, error: unknown): unknown {
  const sentence = systemErrorSentence(error);
  return sentence === null ? error : new CommandError(EXIT.unavailable, `${what}: ${sentence}`, { cause: error });
}
