/**
 * Whether a node has nothing left to do: none of its threads runs, or is about to. Linux tells this of any program, so
 * that nodes need not.
 */
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

/** Threads that wait for something, or were stopped, or have ended. Those that wait for a disk (D) are at work. */
const RESTS = new Set(["S", "I", "T", "t", "Z", "X"]);

export interface Activity {
  readonly isQuiet: boolean;
  /** No process is left. */
  readonly hasEnded: boolean;
}

/** Of the process and all that it has started. */
export function activityOf(root: number): Activity {
  const threads = threadsOf(root);
  const before = threads.map(ranSoFar);
  const states = threads.map(stateOf);
  if (states.every((state) => state === null || state === "Z")) return { isQuiet: true, hasEnded: true };
  if (states.some((state) => state !== null && !RESTS.has(state))) return { isQuiet: false, hasEnded: false };
  // One may have woken another after its own state was read: then one of them has run meanwhile. Or it has started
  // another, and rested before it was looked at for the first time: then there are others now.
  const isQuiet =
    threads.every((thread, i) => ranSoFar(thread) === before[i]) && isDeepStrictEqual(threadsOf(root), threads);
  return { isQuiet, hasEnded: false };
}

/** Whether one of these processes has the file in its memory, as a library that it was started with. */
export const hasLoaded = (root: number, file: string): boolean =>
  threadsOf(root).some((thread) => read(`${thread}/maps`)?.includes(file) ?? false);

/** Their directories in proc(5). */
function threadsOf(process: number): string[] {
  const threads = list(`/proc/${process}/task`).map((id) => `/proc/${process}/task/${id}`);
  return [...threads, ...threads.flatMap((thread) => childrenOf(thread).flatMap(threadsOf))];
}

/** Nanoseconds on a processor, and how often it was put on one; null for a thread that is gone. */
const ranSoFar = (thread: string): string | null => read(`${thread}/schedstat`);

const childrenOf = (thread: string): number[] =>
  (read(`${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number);

/** The letter of proc(5), or null for a thread that is gone. */
function stateOf(thread: string): string | null {
  const stat = read(`${thread}/stat`);
  // The name of the program stands before it, in parentheses, and may hold anything.
  return stat === null ? null : stat[stat.lastIndexOf(")") + 2]!;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Null where the thread has ended meanwhile. */
function read(file: string): string | null {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return null;
  }
}
