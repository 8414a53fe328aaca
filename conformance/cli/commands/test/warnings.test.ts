/** What is sound in a table file but was hardly meant is said, and changes no verdict. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { quorate } from "../../test/quorate.js";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-warnings-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

it("names groups that nothing uses, and servers in no quorum", async () => {
  const file = path.join(directory, "spares.yaml");
  writeFileSync(
    file,
    "servers: [S0, S1, S2, S3, S4]\ngroups:\n  odd: [S1, S3]\nregisters:\n  - sets: 0..\n    decide: 2 of (S0, S1, S2)\n",
  );
  const { code, stdout } = await quorate("verify", "--no-replay", "--format=json", file);
  const report = JSON.parse(stdout);
  expect({ code, verdict: report.verdict, warnings: report.warnings }).toEqual({
    code: 0,
    verdict: "safe",
    warnings: [
      `group "odd" is used by no register set: ${file}:3:3`,
      "S3, S4 are in no quorum: no decision needs them, and the exploration is larger for them",
    ],
  });
});
