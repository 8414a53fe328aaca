/** A copy of the built code in which something was changed: what users run, front door included. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";

/** One line of the implementation, and what stands there instead. */
export interface Change {
  readonly name: string;
  /** Path under dist/impl. */
  readonly file: string;
  readonly line: string;
  readonly changed: string;
}

export interface Verified {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: JSON, of which tests look at a little
  readonly report: any;
}

const run = promisify(execFile);

export class FaultWorkshop {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** Inside the project, so that its dependencies are found. */
  static async open(): Promise<FaultWorkshop> {
    const directory = await mkdtemp(path.resolve("node_modules/.faults-"));
    await symlink(path.resolve("spec"), path.join(directory, "spec"));
    await cp("package.json", path.join(directory, "package.json"));
    await cp("dist", path.join(directory, "dist"), {
      recursive: true,
      filter: (file) => !/\.d\.ts$|\.map$/.test(file),
    });
    return new FaultWorkshop(directory);
  }

  /** What the changed code says about the table. */
  async verify(change: Change, table: string, options: readonly string[] = []): Promise<Verified> {
    const tableFile = path.join(this.#directory, "table.yaml");
    await writeFile(tableFile, table);
    // However busy the machine is.
    return this.run(change, ["verify", "--exhaust", tableFile, ...options]);
  }

  /** What a command of the changed code prints as JSON. The line to be changed must be there, once. */
  async run(change: Change, words: readonly string[]): Promise<Verified> {
    const { file, line, changed } = change;
    const target = path.join(this.#directory, "dist/impl", file);
    const source = await readFile(target, "utf8");
    expect(source.split(line)).toHaveLength(2);
    await writeFile(
      target,
      source.replace(line, () => changed),
    );
    try {
      return await this.#run(words);
    } finally {
      await writeFile(target, source);
    }
  }

  async #run(words: readonly string[]): Promise<Verified> {
    const program = path.join(this.#directory, "dist/conformance/cli/quorate.js");
    const { code, stdout } = await run(process.execPath, [program, ...words, "--format=json"]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error) => ({ code: error.code, stdout: error.stdout }),
    );
    return { code, report: JSON.parse(stdout) };
  }

  close(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true });
  }
}
