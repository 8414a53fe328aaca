/** The examples do what they say, with the package as it is. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { loadTable } from "../../spec/table-file.js";
import { runNode } from "../cli/test/quorate.js";
import { judgeTable } from "../verify/evidence.js";
import { DEFAULT_SCOPE } from "../verify/request.js";

it("each script is run here; those in folders are run where what they show is tested", () => {
  const files = readdirSync("examples", { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual(["README.md", "flexible-quorums.mjs", "two-phase-commit.mjs"]);
});

it("each table per use comes to what its row says", () => {
  const row = /^\| .* \| `npx quorate verify (examples\/tables\/[\w-]+\.yaml)` \| (\w+) \|$/gm;
  const rows = [...readFileSync("examples/README.md", "utf8").matchAll(row)];
  const files = readdirSync("examples/tables").map((file) => `examples/tables/${file}`);
  expect(rows.map(([, file]) => file).sort()).toEqual(files.sort());
  const verdicts = rows.map(([, file]) => {
    const { answer } = judgeTable(file!, loadTable(file!), DEFAULT_SCOPE);
    return answer?.verdict;
  });
  expect(verdicts).toEqual(rows.map(([, , verdict]) => verdict));
});

it("two-phase commit has the 288 states that TLC finds, and is broken by who gives up", async () => {
  const { code, stdout, stderr } = await runNode("examples/two-phase-commit.mjs");
  expect([code, stderr]).toEqual([0, ""]);
  const [waits, givesUp] = stdout.split("who gives up");
  expect(waits).toBe("who waits: 288 states, depth 10\n  all or none: holds in every state\n");
  // Two prepare and wait, one gives up after it has told; then somebody commits.
  expect(givesUp).toContain("all or none: broken after 9 steps\n");
  expect(givesUp!.trim().split("\n").at(-1)).toMatch(/^ +(commit|abort alone) \d$/);
});

it("flexible quorums are safe exactly where the two sizes are more than all together", async () => {
  const directory = mkdtempSync(path.join(tmpdir(), "quorate-examples-"));
  const picture = path.join(directory, "picture.svg");
  const { code, stdout } = await runNode("examples/flexible-quorums.mjs", "3", picture);
  expect(code).toBe(0);
  // By the closed formula: two proposals, a freeze at each server that is asked, and the writes of two quorums.
  expect(stdout).toContain("1 | 5 | 6 | safe\n2 | 7 | safe | safe\n3 | safe | safe | safe\n");
  expect(stdout).toContain("safe exactly where both together are more than 3: yes\n");
  const drawn = readFileSync(picture, "utf8");
  expect(drawn.match(/<rect /g)).toHaveLength(9);
  expect(drawn.match(/>safe</g)).toHaveLength(6);
  rmSync(directory, { recursive: true });
});
