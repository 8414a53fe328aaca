import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { PinnedResult } from "../../../policy/manifest.js";
import { EXIT } from "../../../shell/exit-codes.js";
import type { VerifyTable } from "../../../verify/files/outcome.js";
import { diverges, inconclusive, recordingTerminal, safe, unsafe } from "../../../verify/test/reports.js";
import { verifyBundledTables } from "../tables.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-tables-"));
  for (const name of ["safe", "unsafe"]) {
    writeFileSync(
      path.join(directory, `${name}.yaml`),
      `name: ${name}\nservers: [S0]\nregisters:\n  - sets: 0..\n    decide: all\n`,
    );
  }
});
afterEach(() => rmSync(directory, { recursive: true }));

const pinnedSafe: PinnedResult = {
  file: "safe.yaml",
  verdict: "safe",
  brokenRule: null,
  registerSets: [0, 1],
  distinctStates: 558,
  transitions: 1598,
  depth: 8,
  shortestRun: null,
};
const pinnedUnsafe: PinnedResult = {
  file: "unsafe.yaml",
  verdict: "unsafe",
  brokenRule: "PQ",
  registerSets: [0, 9, 10, 11],
  distinctStates: 177_382,
  transitions: 834_676,
  depth: 16,
  shortestRun: 7,
};

async function tables(pinned: readonly PinnedResult[], reports = { safe, unsafe }) {
  writeFileSync(path.join(directory, "manifest.json"), JSON.stringify({ tables: pinned }));
  const terminal = recordingTerminal();
  const verifyTable: VerifyTable = async (_file, table) => reports[table.name as "safe" | "unsafe"];
  const signal = new AbortController().signal;
  const exitCode = await verifyBundledTables(
    { directory, replay: true, format: "text", outputs: [], signal },
    terminal,
    {
      verifyTable,
      concurrency: 2,
    },
  );
  return { exitCode, ...terminal.printed };
}

it("is content when every table comes out as pinned, unsafe ones unsafe", async () => {
  const { exitCode, out, err } = await tables([pinnedSafe, pinnedUnsafe]);
  expect(out).toMatchInlineSnapshot(`
    "   table           verdict  rules  sets        states  transitions  depth  shortest run  replayed
    ✓  three-majority  safe     ✓ PQ   0 1            558        1,598      8                    100%
    ✓  wrong-half      unsafe   ✗ PQ   0 9 10 11  177,382      834,676     16             7       <1%

    2 of 2 tables came out as pinned.
    "
  `);
  expect({ exitCode, err }).toEqual({ exitCode: EXIT.safe, err: "" });
});

it("names every count that is not as pinned", async () => {
  const { exitCode, out, err } = await tables([{ ...pinnedSafe, registerSets: [0, 2], depth: 9 }, pinnedUnsafe]);
  expect(err).toBe("✗ safe.yaml: registerSets is 0 1, pinned 0 2; depth is 8, pinned 9.\n");
  expect(out).toContain("1 of 2 tables came out as pinned.");
  expect(exitCode).toBe(EXIT.unsafe);
});

it("misses tables that are not pinned, and pins without a table", async () => {
  const { exitCode, err } = await tables([pinnedSafe, { ...pinnedUnsafe, file: "gone.yaml" }]);
  expect(err).toBe(
    "✗ unsafe.yaml: it is not in manifest.json.\n✗ gone.yaml: it is in manifest.json, but there is no such table.\n",
  );
  expect(exitCode).toBe(EXIT.unsafe);
});

it("exits 3 when the implementation diverges", async () => {
  expect((await tables([pinnedSafe, pinnedUnsafe], { safe: diverges, unsafe })).exitCode).toBe(EXIT.diverges);
});

it("does not say of a table that was cut short that it is not as pinned", async () => {
  writeFileSync(path.join(directory, "manifest.json"), JSON.stringify({ tables: [pinnedSafe, pinnedUnsafe] }));
  const terminal = recordingTerminal();
  const interruption = new AbortController();
  const verifyTable: VerifyTable = async (_file, { name }) => {
    if (name === "safe") return safe;
    interruption.abort();
    return inconclusive;
  };
  const job = { directory, replay: true, format: "text", outputs: [], signal: interruption.signal } as const;
  expect(await verifyBundledTables(job, terminal, { verifyTable, concurrency: 1 })).toBe(EXIT.inconclusive);
  expect(terminal.printed.out).toContain("1 of 1 table came out as pinned.");
  expect(terminal.printed.err).toBe("Interrupted: 1 table not verified.\n");
});
