/** The command as a user runs it: that of the bundle, in a process of its own. */
import { execFile } from "node:child_process";
import path from "node:path";

export const QUORATE = path.resolve("bundle/quorate.js");

/** An option of Node's: to optimise later. What runs for a second would spend a third of its processor time on that. */
export const BRIEF_RUNS = "--interrupt-budget=2000000";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `node [OPTIONS] SCRIPT …` says, however it ends. */
export const runNode = (...words: string[]): Promise<Ended> => run(process.cwd(), words);

/** What the command says there. */
export const runIn = (directory: string, ...words: string[]): Promise<Ended> => run(directory, [QUORATE, ...words]);

const run = (directory: string, words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [BRIEF_RUNS, ...words], { cwd: directory }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });

export const quorate = (...words: string[]): Promise<Ended> => runNode(QUORATE, ...words);
