/** An adapter that is a command: it reads its stdin and writes its stdout. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { Channel, ChannelListener } from "./channel.js";

/** An adapter whose stdin has ended has this long to end by itself. */
const GRACE_MS = 1_000;

export function startProcess(command: string, listener: ChannelListener): Channel {
  // A shell, since it is a command line; a group of its own, so that what the shell starts ends with it.
  const child = spawn(command, { shell: true, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const gone = once(child, "close");
  listen(child, listener);
  const kill = async (): Promise<void> => {
    killGroup(child.pid, "SIGKILL");
    await gone;
  };
  return {
    send: (lines) => void child.stdin.write(`${lines.join("\n")}\n`),
    kill,
    async close() {
      child.stdin.end();
      await Promise.race([gone, setTimeout(GRACE_MS, undefined, { ref: false })]);
      await kill();
    },
  };
}

function listen(child: ChildProcessByStdio<Writable, Readable, Readable>, listener: ChannelListener): void {
  createInterface({ input: child.stdout }).on("line", listener.onLine);
  createInterface({ input: child.stderr }).on("line", listener.onNote);
  // Whoever is gone reads nothing any more; that it is gone is told by its end.
  child.stdin.on("error", () => {});
  child.once("error", (error) => listener.onEnd(`cannot be started: ${error.message}`));
  child.once("close", (code, signal) =>
    listener.onEnd(signal === null ? `has ended with exit code ${code}` : `was ended by ${signal}`),
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
