/** Spin's side of the benchmark: from Promela to an analyser (`pan`), compiled, run, and its report read. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";

/** What the benchmark needs and the machine may lack. */
export class MissingTool extends Error {
  override readonly name = "MissingTool";
}

/** pan did not finish, or said something that this reader does not know. */
export class PanFailure extends Error {
  override readonly name = "PanFailure";
}

/** pan prints its counts with eight digits (`%9.8g`): from here on, in exponential notation and rounded. */
const EXACT_COUNTS_END = 1e8;

export interface PanReport {
  /** Spin's "states, stored": the initial state included. Rounded if large; see mayBeCountOf. */
  readonly distinctStates: number;
  /**
   * Generated successors, with repeats. Spin counts the arrival at the initial state as one more; that one is taken
   * off.
   */
  readonly transitions: number;
  /** Steps in the longest run that the depth-first search walked. */
  readonly depth: number;
  /** By pan's own clock, which starts after its hash table is there. */
  readonly elapsed_s: number;
  /** Mebibytes, hash table and stack included. */
  readonly memory_MiB: number;
}

/**
 * How pan is compiled, with -O2. SAFETY: no cycles are looked for. NOREDUCE: no partial order reduction, so that
 * every state is visited. NOCOMP: a state is stored as it stands; masking its padding away costs more time than the
 * bytes are worth (15 % measured).
 */
const COMPILER_OPTIONS = ["-DSAFETY", "-DNOREDUCE", "-DNOCOMP", "-w"];

/** Of the free memory; the rest is for the file cache and for others. */
const MEMORY_SHARE = 0.9;

/** Hash slots for a state, at least. Measured: with more Spin is no faster than the noise. */
const SLOTS_PER_STATE = 2;
/** The smallest hash table, as a power of two of slots; pan's default is 24. */
const HASH_BITS_MIN = 16;

/**
 * The version as Spin prints it, e.g. `Spin Version 6.5.2 -- 6 December 2019`. Throws MissingTool, which says what to
 * install.
 */
export function spinVersion(): string {
  for (const [tool, flag, debianPackage] of [
    ["spin", "-V", "spin"],
    ["cc", "--version", "gcc libc6-dev"],
  ] as const) {
    try {
      execFileSync(tool, [flag], { stdio: "ignore" });
    } catch (error) {
      if (!isMissing(error)) continue;
      const install = `On Debian: apt-get update && apt-get install -y ${debianPackage}`;
      throw new MissingTool(`${tool} is not installed, and the benchmark runs it. ${install}`);
    }
  }
  return execFileSync("spin", ["-V"], { encoding: "utf8" }).trim();
}

/** Whether spinVersion would not throw. */
export function hasSpin(): boolean {
  try {
    spinVersion();
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes model.pml, Spin's C and the program `pan` to the directory. Tests on small models want a fast compiler
 * instead.
 */
export function buildPan(promela: string, directory: string, optimisation: "-O2" | "-O0" = "-O2"): void {
  writeFileSync(join(directory, "model.pml"), promela);
  // Spin reports what it cannot parse on stdout, and not always by its exit code.
  const output = execFileSync("spin", ["-a", "model.pml"], { cwd: directory, encoding: "utf8" });
  if (/error/i.test(output)) throw new PanFailure(`spin -a: ${output}`);
  const memory_MiB = Math.floor((freemem() / 2 ** 20) * MEMORY_SHARE);
  const options = [optimisation, ...COMPILER_OPTIONS, `-DMEMLIM=${memory_MiB}`];
  execFileSync("cc", [...options, "-o", "pan", "pan.c"], { cwd: directory });
}

export interface PanSize {
  /** The distinct states that are expected; the hash table is made for them. */
  readonly states: number;
  /** Steps in the longest run possible; the stack is made for it. */
  readonly depth: number;
}

/**
 * Runs the pan in the directory to its end. Throws PanFailure where it stops earlier: at its memory limit, or at an
 * error.
 */
export function runPan(directory: string, size: PanSize): PanReport {
  const hashBits = Math.max(HASH_BITS_MIN, Math.ceil(Math.log2(size.states * SLOTS_PER_STATE)));
  // One for the initial state, and one to see that nothing lies deeper.
  const options = [`-m${size.depth + 2}`, `-w${hashBits}`];
  const { error, stdout, stderr } = spawnSync("./pan", options, { cwd: directory, encoding: "utf8" });
  if (error !== undefined) throw error;
  // Its exit code tells less than its report does.
  return readPanReport(`${stdout}${stderr}`);
}

/**
 * Reads what pan 6.5 prints at the end of its search. Throws PanFailure where that was no complete search without
 * errors.
 */
export function readPanReport(output: string): PanReport {
  const report = output.replaceAll(/^Depth=.*\n/gm, "");
  const figure = (pattern: RegExp): number => {
    const found = pattern.exec(report)?.[1];
    if (found === undefined) throw new PanFailure(`pan's report has no ${pattern.source}:\n${report}`);
    return Number(found);
  };
  if (/search not completed|max search depth too small|out of memory|reached -DMEMLIM/i.test(report)) {
    throw new PanFailure(`pan did not search everything:\n${report}`);
  }
  if (figure(/errors: (\S+)/) > 0)
    throw new PanFailure(`pan found an error, and the model asserts nothing:\n${report}`);
  return {
    distinctStates: figure(/^\s*(\S+) states, stored/m),
    transitions: figure(/^\s*(\S+) transitions \(= stored\+matched\)/m) - 1,
    depth: figure(/depth reached (\d+)/),
    elapsed_s: figure(/elapsed time (\S+) seconds/),
    // Without compression pan prints one line; a search of few states may print the other kind.
    memory_MiB: figure(/([\d.]+)\s+(?:total actual memory usage|memory usage \(Mbyte\))/),
  };
}

/** Whether pan, which reported this, can have counted this many. */
export function mayBeCountOf(reported: number, count: number): boolean {
  if (reported < EXACT_COUNTS_END && count < EXACT_COUNTS_END) return reported === count;
  const lastDigit = 10 ** (Math.floor(Math.log10(reported)) - 7);
  return Math.abs(reported - count) <= lastDigit;
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";
