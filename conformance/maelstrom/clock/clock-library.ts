/** The library that gives nodes their clock (clock.c), compiled for this machine. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { packageDirectory } from "../../shell/package-directory.js";

/** The file of the library, in `directory`; or why there is none, as the rest of "time-outs are real: ". */
export type ClockLibrary =
  | { readonly kind: "compiled"; readonly file: string }
  | { readonly kind: "none"; readonly why: string };

export function compileClock(directory: string): ClockLibrary {
  if (process.platform !== "linux") return { kind: "none", why: "the clock that Quorate sets is made for Linux" };
  const file = path.join(directory, "quorate-clock.so");
  const source = path.join(packageDirectory(), "conformance/maelstrom/clock/clock.c");
  const compiler = process.env.CC ?? "cc";
  const compiled = spawnSync(compiler, ["-O1", "-shared", "-fPIC", "-o", file, source, "-ldl"], { encoding: "utf8" });
  if (compiled.error !== undefined)
    return { kind: "none", why: `there is no C compiler "${compiler}" to make a clock with` };
  if (compiled.status === 0) return { kind: "compiled", file };
  return { kind: "none", why: `the C compiler cannot make a clock here (${compiled.stderr.trim().split("\n")[0]})` };
}
