/** The command without its threads: options, what is printed, exit codes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTable } from "../../../spec/table-file.js";
import { runSweep, sweepRequestOf } from "../../cli/commands/sweep.js";
import { declareSweepOptions } from "../../cli/commands/sweep-command.js";
import { EXIT } from "../../shell/exit-codes.js";
import { recordingTerminal } from "../../verify/test/reports.js";
import type { ExamineOptions } from "../examine.js";
import { type Examiners, examinersHere } from "../examiners.js";
import type { SweepRequest } from "../request.js";
import { rulesJudge } from "../rules-judge.js";
import { DEFAULT_REQUEST, requestOf } from "./requests.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-sweep-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function requestFrom(...words: string[]): SweepRequest {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  const command = declareSweepOptions(quiet).parse(words, { from: "user" });
  return sweepRequestOf(command, command.opts());
}

describe("options of sweep", () => {
  it("default to every exclusive table of 3 servers and 2 ranges, every interleaving", () => {
    expect(requestFrom()).toEqual(DEFAULT_REQUEST);
  });

  it("are read", () => {
    const words = "--servers 2 --ranges 3 --shapes ten --selection strict --allocation open-first --shortest";
    expect(requestFrom(...words.split(" "))).toEqual({
      servers: 2,
      ranges: 3,
      shapes: "ten",
      selection: "strict",
      allocation: "open-first",
      explorer: "whole",
      random: null,
      seed: null,
    });
    expect(requestFrom("--random", "10")).toMatchObject({ random: 10, seed: 1 });
    expect(requestFrom("--random", "10", "--seed", "0")).toMatchObject({ random: 10, seed: 0 });
  });

  it("say how tables are explored", () => {
    expect(requestFrom("--servers", "4")).toMatchObject({ explorer: "reduced" });
    expect(requestFrom("--servers", "4", "--shortest")).toMatchObject({ explorer: "whole" });
    expect(requestFrom("--servers", "4", "--selection", "decision-table")).toMatchObject({ explorer: "whole" });
  });

  it.each([
    ["--servers 6", "whole number from 1 to 5"],
    ["--servers 5", "of 5 servers there are too many tables to examine; --random takes a sample"],
    ["--servers three", "whole number from 1 to 5"],
    ["--ranges 0", "whole number from 1 to 4"],
    ["--random 0", "whole number from 1 to 100000000"],
    ["--random 5 --seed 4294967296", "whole number from 0 to 4294967295"],
    ["--random 5 --shapes ten", "cannot be used with option '--shapes <shapes>'"],
    ["--seed 5", "--seed says which random tables, and needs --random"],
    ["--shapes two", "Allowed choices are one, ten"],
    ["--selection keen", "Allowed choices are greatest, eager, strict, decision-table"],
    ["--workers 0", "whole number from 1 to 64"],
    ["--servers 4 --ranges 3", "these are 5,317,366,063 tables, too many to examine; --random takes a sample"],
  ])("%j is refused: %s", (words, complaint) => {
    expect(() => requestFrom(...words.split(" "))).toThrow(complaint);
  });
});

async function swept(
  request: SweepRequest,
  {
    judge = rulesJudge,
    statesMax = 5_000_000,
    output = null,
    examiners = examinersHere({ explorer: request.explorer, judge, statesMax }),
    signal = new AbortController().signal,
  }: Partial<ExamineOptions> & { output?: string | null; examiners?: Examiners; signal?: AbortSignal } = {},
) {
  const terminal = recordingTerminal();
  const exitCode = await runSweep(
    { request, record: output, format: "text", outputs: [], signal },
    terminal,
    examiners,
  );
  const err = terminal.printed.err.replace(/ in [\d.]+ s, [\d.,]+ tables\/s/, " in N s, N tables/s");
  return { exitCode, out: terminal.printed.out, err };
}

describe("sweep", () => {
  it("says what agrees, how far it goes, and how to do it again", async () => {
    const { exitCode, out, err } = await swept(requestOf({ servers: 2 }));
    expect(out).toMatchInlineSnapshot(`
      "AGREE  36 tables examined: the rules hold iff the explorer finds no violation

      Tables
        2 servers, 2 ranges, one register set in each but the last; phase 1 explicit
        36 tables up to the names of the servers, standing for 64
        clients select by "greatest"; every register set is exclusive
        15 safe, 21 unsafe

      Explored
        two sets of every range that has two, 2 values, free inputs, the first proposal called A
        every interleaving, up to the nearest violation
        12,464 states and 30,450 transitions in all
        the shortest run has as many steps as the closed formula says: 21 of 21 unsafe tables

      Not covered
        Larger tables and scopes follow by argument (proofs-notes.md), not from this.

      Reproduce
        npx quorate sweep --servers 2 --ranges 2
      "
    `);
    expect(err).toContain("36 tables examined in N s, N tables/s on 1 thread\n");
    expect(exitCode).toBe(EXIT.safe);
  });

  it("says so where only the verdict was looked at, and of random tables", async () => {
    const request = requestOf({
      servers: 4,
      ranges: 1,
      explorer: "reduced",
      random: 20,
      seed: 2,
      allocation: "open-first",
      selection: "eager",
    });
    const { exitCode, out } = await swept(request);
    expect(out).toMatchInlineSnapshot(`
      "AGREE  20 tables examined: the rules hold iff the explorer finds no violation

      Tables
        20 random tables of up to 4 servers, 1 range; seed 2
        clients select by "eager"; the register sets of the first range are open
        10 safe, 10 unsafe

      Explored
        two sets of every range that has two, 2 values, free inputs, the first proposal called A
        the ascending reduction, which keeps the verdict (proofs-notes.md), up to the nearest violation
        23,028 states and 54,783 transitions in all
        the run found has as many steps as the closed formula says (it may have more, not fewer): 10 of
          10 unsafe tables

      Not covered
        Larger tables and scopes follow by argument (proofs-notes.md), not from this.
        A sample is evidence only for tables like those drawn.

      Reproduce
        npx quorate sweep --servers 4 --ranges 1 --selection eager --allocation open-first --random 20 --seed 2
      "
    `);
    expect(exitCode).toBe(EXIT.safe);
  });

  it("prints a contradiction with the table as a file, and exits with 70", async () => {
    const { exitCode, out } = await swept(requestOf({ servers: 1, ranges: 1 }), {
      judge: { ...rulesJudge, saySafe: () => false },
    });
    expect(out).toMatchInlineSnapshot(`
      "DISAGREE  the rules and the explorer contradict each other on 1 table; 1 table examined

      Table 0  a rule is broken, and yet no run of the scope decides two values
        name: sweep-0
        servers: [S0]
        registers:
          - sets: 0..
            decide: [[S0]]
            prepare: [[S0]]

      Tables
        1 server, 1 range; phase 1 explicit
        1 table up to the names of the servers, standing for 1
        clients select by "greatest"; every register set is exclusive
        1 safe, 0 unsafe

      Explored
        two sets of every range that has two, 2 values, free inputs, the first proposal called A
        every interleaving, up to the nearest violation
        15 states and 18 transitions in all

      Not covered
        Larger tables and scopes follow by argument (proofs-notes.md), not from this.

      Reproduce
        npx quorate sweep --servers 1 --ranges 1
      "
    `);
    expect(exitCode).toBe(EXIT.internal);
    const yaml = out.slice(out.indexOf("  name:"), out.indexOf("\nTables"));
    expect(parseTable(yaml.replaceAll(/^ {2}/gm, ""), "table.yaml")).toMatchObject({
      name: "sweep-0",
      ranges: [{ first: 0, decide: { text: "[[S0]]" }, prepare: { text: "[[S0]]" } }],
    });
  });

  it("prints ten contradictions and counts the rest", async () => {
    const output = path.join(directory, "contradictions.ndjson");
    const { exitCode, out } = await swept(requestOf({ servers: 2 }), {
      judge: { ...rulesJudge, saySafe: ({ name }) => name === "sweep-0" },
      output,
    });
    expect(out.match(/^Table \d+ /gm)).toHaveLength(10);
    const contradictions = readFileSync(output, "utf8")
      .split("\n")
      .filter((line) => line.includes("a rule is broken, and yet"));
    expect(out).toContain(`\nand ${contradictions.length - 10} more tables; with --record, the file has them all.\n`);
    expect(exitCode).toBe(EXIT.internal);
    // Nothing is examined again, and yet the contradictions are still there.
    expect(await swept(requestOf({ servers: 2 }), { output })).toEqual({
      exitCode,
      out,
      err: "36 tables known; 0 tables examined in N s, N tables/s on 1 thread\n",
    });
  });

  it("is inconclusive, 2, where a table was not explored to the end", async () => {
    const { exitCode, out } = await swept(requestOf({ servers: 1, ranges: 1 }), { statesMax: 5 });
    expect(out).toContain(
      "INCONCLUSIVE  1 table not explored to the end; 1 table examined: so far the rules hold iff the explorer finds no violation\n",
    );
    expect(out).toContain("  0 safe, 0 unsafe, 1 undecided\n");
    expect(exitCode).toBe(EXIT.inconclusive);
  });

  it("ends with what it has when it is interrupted, 2, and goes on from there", async () => {
    const output = path.join(directory, "my sweep.ndjson");
    const request = requestOf({ servers: 2, ranges: 3 });
    const controller = new AbortController();
    const here = examinersHere({ explorer: "whole" });
    let batches = 0;
    const examiners: Examiners = {
      ...here,
      examineAll: (tables) => {
        if (++batches === 3) controller.abort();
        return here.examineAll(tables);
      },
    };
    const { exitCode, out } = await swept(request, { examiners, signal: controller.signal, output });
    expect(out).toContain(
      "INCONCLUSIVE  interrupted; 16 of 528 tables examined: so far the rules hold iff the explorer finds no violation\n",
    );
    expect(out).toContain(`\nGo on\n  npx quorate sweep --servers 2 --ranges 3 --record '${output}'\n`);
    expect(exitCode).toBe(EXIT.inconclusive);
    const { out: rest, err } = await swept(request, { output });
    expect(rest).toContain("AGREE  528 tables examined");
    expect(err).toContain("16 tables known; 512 tables examined in N s, N tables/s on 1 thread\n");
  });

  it("refuses a file that is not its own, 65", async () => {
    const output = path.join(directory, "notes.txt");
    writeFileSync(output, "my notes\n");
    expect(await swept(requestOf({ servers: 1 }), { output })).toEqual({
      exitCode: EXIT.unreadable,
      out: "",
      err: `error: ${output} is not the record of a sweep, and is left as it is: name another file\n`,
    });
    expect(readFileSync(output, "utf8")).toBe("my notes\n");
  });
});
