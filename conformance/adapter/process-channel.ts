/** An adapter that is a command: it reads its stdin and writes its stdout. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { Channel, ChannelListener } from "./channel.js";
import { readLines } from "./read-lines.js";

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * An adapter whose stdin has ended has this long to end by itself; and what it has said before it ended comes within
 * that.
 */
const GRACE_MS = 1_000;

export function startProcess(command: string, listener: ChannelListener): Channel {
  // A shell, since it is a command line; a group of its own, so that what the shell starts ends with it.
  const child = spawn(command, { shell: true, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const happened = (event: "exit" | "close"): Promise<void> =>
    new Promise((resolve) => {
      child.once(event, () => resolve());
      child.once("error", () => resolve());
    });
  const [ended, closed] = [happened("exit"), happened("close")];
  listen(child, listener);
  const kill = async (): Promise<void> => {
    killGroup(child.pid, "SIGKILL");
    await ended;
    // Whoever has left the group may hold its end of the pipes for as long as it likes.
    await Promise.race([closed, pause()]);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  };
  return {
    send: (lines) => void child.stdin.write(`${lines.join("\n")}\n`),
    kill,
    async close() {
      child.stdin.end();
      await Promise.race([closed, pause()]);
      await kill();
    },
  };
}

const pause = (): Promise<void> => setTimeout(GRACE_MS, undefined, { ref: false });

function listen(child: Child, { onLine, onNote, onEnd }: ChannelListener): void {
  readLines(child.stdout, onLine, onEnd);
  // What is for people may be cut.
  readLines(child.stderr, onNote, () => {});
  // Whoever is gone reads nothing any more; that it is gone is told by its end.
  child.stdin.on("error", () => {});
  child.once("error", (error) => onEnd(`cannot be started: ${error.message}`));
  child.once("close", (code, signal) =>
    onEnd(signal === null ? `has ended with exit code ${code}` : `was ended by ${signal}`),
  );
}

function killGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // All of it is gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
