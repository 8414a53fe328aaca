/** What the built code says when something in it is changed: the command as users run it, front door included. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Command } from "commander";
import { expect } from "vitest";
import { recordingTerminal } from "../../verify/test/reports.js";
import { type Change, ChangedBuilds } from "./changed-builds.js";

export interface Verified {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: JSON, of which tests look at a little
  readonly report: any;
}

/** The verdict, the sentence on the first difference, and how many steps lead there: some unless it is said. */
export function expectFound({ code, report }: Verified, shows: RegExp, steps?: number): void {
  expect({ code, verdict: report.verdict, agrees: report.replay.agrees }).toEqual({
    code: 3,
    verdict: "diverges",
    agrees: false,
  });
  expect(report.divergence.what).toMatch(shows);
  if (steps === undefined) expect(report.divergence.steps.length).toBeGreaterThan(0);
  else expect(report.divergence.steps).toHaveLength(steps);
}

/** However busy the machine is, all is explored and replayed. */
const WORDS = ["verify", "--exhaust", "--format=json"];

/** What is loaded in this process: a command without the command line. */
const ENTRANCES = ["verify-command.js", "crash-images-command.js"].map((module) => `conformance/cli/${module}`);

const run = promisify(execFile);

export class FaultWorkshop {
  readonly #builds: ChangedBuilds;

  private constructor(builds: ChangedBuilds) {
    this.#builds = builds;
  }

  static async open(): Promise<FaultWorkshop> {
    return new FaultWorkshop(await ChangedBuilds.open());
  }

  /**
   * What the changed code says about the table. The line to be changed must be there, once. The command runs in this
   * process, where spec, model and libraries are loaded already: starting one of its own takes longer than most faults
   * take to be found.
   */
  async verify(change: Change, table: string, options: readonly string[] = []): Promise<Verified> {
    const home = await this.#copyWith(change, table);
    const { registerVerify } = await load<typeof import("../../cli/commands/verify-command.js")>(
      home,
      "cli/commands/verify-command.js",
    );
    return reportOf(registerVerify, [...WORDS, path.join(home, "table.yaml"), ...options]);
  }

  /** What `crash-images` of the changed code says, likewise. */
  async crashImages(change: Change, options: readonly string[]): Promise<Verified> {
    const home = await this.#copyWith(change, "");
    const { registerCrashImages } = await load<typeof import("../../cli/commands/crash-images-command.js")>(
      home,
      "cli/commands/crash-images-command.js",
    );
    return reportOf(registerCrashImages, ["crash-images", "--format=json", ...options]);
  }

  /** The same in a process of its own. */
  async verifyApart(change: Change, table: string): Promise<Verified> {
    const home = await this.#copyWith(change, table);
    const words = [path.join(home, "conformance/cli/quorate.js"), ...WORDS, path.join(home, "table.yaml")];
    const { code, stdout } = await run(process.execPath, words).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error) => ({ code: error.code, stdout: error.stdout }),
    );
    return { code, report: JSON.parse(stdout) };
  }

  async #copyWith(change: Change, table: string): Promise<string> {
    const home = await this.#builds.with([change], ENTRANCES);
    await writeFile(path.join(home, "table.yaml"), table);
    return home;
  }

  close(): Promise<void> {
    return this.#builds.close();
  }
}

/** Runs the command in this process. */
async function reportOf(
  register: (program: Command, terminal: ReturnType<typeof recordingTerminal>) => void,
  words: readonly string[],
): Promise<Verified> {
  const terminal = recordingTerminal();
  const program = new Command().exitOverride();
  register(program, terminal);
  const before = process.exitCode;
  try {
    await program.parseAsync(words, { from: "user" });
    return { code: Number(process.exitCode), report: JSON.parse(terminal.printed.out) };
  } finally {
    process.exitCode = before;
  }
}

const load = <Module>(home: string, module: string): Promise<Module> =>
  import(/* @vite-ignore */ pathToFileURL(path.join(home, "conformance", module)).href);
