/** The command as a user runs it: that of the bundle, in a process of its own. */
import { execFile } from "node:child_process";
import path from "node:path";

export const QUORATE = path.resolve("bundle/quorate.js");

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
    execFile(process.execPath, words, { cwd: directory }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });

export const quorate = (...words: string[]): Promise<Ended> => runNode(QUORATE, ...words);
