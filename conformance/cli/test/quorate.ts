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
export const runNode = (...words: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, words, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });

export const quorate = (...words: string[]): Promise<Ended> => runNode(QUORATE, ...words);
