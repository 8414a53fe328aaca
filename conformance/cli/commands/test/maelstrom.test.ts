/** `quorate maelstrom` as a command, on nodes with faults that one deviation shows. Needs Linux and a C compiler. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import { isSkipped, NodesUnderTest, TELLS_ONCE } from "../../../maelstrom/test/nodes.js";
import { WORKLOAD_NAMES } from "../../../maelstrom/workloads/registry.js";
import { quorate } from "../../test/quorate.js";
import { WORKLOADS } from "../maelstrom-command.js";

const nodes = new NodesUnderTest();
afterAll(() => nodes.remove());
const at = (name: string) => `${nodes.directory}/${name}`;

/** Every node has a store of its own. */
const ALONE = `
kind, key, to = body["type"], body["key"], body["msg_id"]
if kind == "write": state[key] = body["value"]
if key not in state: return send(src, type="error", code=20, in_reply_to=to)
if kind == "cas" and state[key] != body["from"]: return send(src, type="error", code=22, in_reply_to=to)
if kind == "cas": state[key] = body["to"]
send(src, type=kind + "_ok", in_reply_to=to, value=state[key])`;

it("declares the workloads that there are", () => expect(WORKLOADS).toEqual(WORKLOAD_NAMES));

describe("what cannot be searched gets one sentence", () => {
  it.each([
    [[], 64, "quorate: --workload says what clients ask. Hint: --workload lin-kv\n"],
    [["--workload", "echo"], 64, "quorate: --bin says how a node is started. Hint: --bin ./node\n"],
    [["--replay", "/nonexistent"], 65, '/nonexistent:1:1: cannot read "/nonexistent": there is no such file.\n'],
  ])("%j", async (words, code, sentence) => {
    expect(await quorate("maelstrom", ...words)).toEqual({ code, stdout: "", stderr: sentence });
  });

  it("a file that holds no run", async () => {
    const refusal = async (text: string) => {
      writeFileSync(at("run.json"), text);
      return (await quorate("maelstrom", "--replay", at("run.json"))).stderr.replace(at("run.json"), "FILE");
    };
    const run = { workload: "echo", command: "x", nodes: 1, seed: 1, realTime: false };
    const hint = ". Hint: --run writes such files.\n";
    expect(await refusal(JSON.stringify({ ...run, steps: [{ kind: "crash" }] }))).toBe(
      `FILE:1:1: this is no run of maelstrom: "steps.0" is none of what belongs there${hint}`,
    );
    expect(await refusal(JSON.stringify({ ...run, steps: [{ kind: "crash", node: "n1" }] }))).toBe(
      `FILE:1:1: one of its steps is at n1, which is none of its nodes${hint}`,
    );
    expect(await refusal(JSON.stringify({ ...run, workload: "no", steps: [] }))).toBe(
      `FILE:1:1: there is no workload "no"${hint}`,
    );
  });
});

describe.skipIf(isSkipped)("nodes with a fault", () => {
  const left = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith("quorate-maelstrom-") && !name.includes("test"));

  it("are found, shown, and broken again by the run that was written", async () => {
    const before = left();
    const words = ["--workload", "lin-kv", "--bin", nodes.answering("alone.py", ALONE), "--workers", "1"];
    const found = await quorate("maelstrom", ...words, "--run", at("run.json"), "--diagram", at("run.mmd"));
    expect(found.code).toBe(3);
    const [headline, sentence] = found.stdout.split("\n");
    expect(headline).toMatch(/^VIOLATED {2}lin-kv {2}/);
    expect(sentence).toMatch(/^ {2}Key 0 is not linearizable: no order explains these requests: /);
    expect(found.stdout).toContain("0 deviations: all 1 plan");
    // A write at one node, and a read at another.
    expect(JSON.parse(readFileSync(at("run.json"), "utf8")).steps).toHaveLength(2);
    expect(readFileSync(at("run.mmd"), "utf8")).toMatch(/^sequenceDiagram\n {2}actor p0 as clients\n/);
    const again = await quorate("maelstrom", "--replay", at("run.json"), "--format", "json");
    expect(again.code).toBe(3);
    expect(JSON.parse(again.stdout)).toMatchObject({
      workload: "lin-kv",
      left: 0,
      violation: { property: "linearizability" },
    });
    expect(left()).toEqual(before);
  });

  it("are found in the end, where only the end tells", async () => {
    const words = [
      "--workload",
      "broadcast",
      "--bin",
      nodes.answering("tells-once.py", TELLS_ONCE),
      "--format",
      "json",
    ];
    const found = await quorate("maelstrom", ...words, "--deviations", "1");
    expect(found.code).toBe(3);
    const { verdict, violation, deviations } = JSON.parse(found.stdout);
    expect([verdict, violation.property, deviations.length]).toEqual(["violated", "lost message", 1]);
  });

  it("are not looked for where nobody answers, and that shows nothing", async () => {
    const words = ["--workload", "echo", "--bin", nodes.answering("silent.py", "pass"), "--deviations", "1"];
    const found = await quorate("maelstrom", ...words, "--requests", "1", "--nodes", "1");
    expect(found.code).toBe(2);
    expect(found.stdout.split("\n")[1]).toBe("  No request was ever answered, so that nothing was shown.");
  });

  it("that are no nodes end it, with what they said last", async () => {
    const found = await quorate("maelstrom", "--workload", "echo", "--bin", nodes.answering("ends.py", "sys.exit()"));
    expect(found.code).toBe(70);
    expect(found.stderr.split("\n")[0]).toBe("quorate: node n0 has ended by itself");
    expect(found.stderr.split("\n")[1]).toMatch(/^ {2}→ \{"src":"c0","dest":"n0","body":\{"type":"init"/);
  });
});

it.skipIf(isSkipped)("finds nothing in a node that is right, and says what it looked at", async () => {
  const answer = `send(src, type="echo_ok", in_reply_to=body["msg_id"], echo=body["echo"])`;
  const bin = nodes.answering("echo.py", answer);
  const bounds = ["--nodes", "1", "--requests", "1", "--deviations", "1"];
  const { code, stdout } = await quorate("maelstrom", "--workload", "echo", "--bin", bin, ...bounds);
  expect(code).toBe(0);
  expect(stdout).toContain("NOTHING FOUND  echo  ");
  // The node in a hurry, and the node that is asked.
  expect(stdout).toContain("  1 deviation: all 2 plans\n");
  expect(stdout).toContain("  more than 1 deviation\n");
});
