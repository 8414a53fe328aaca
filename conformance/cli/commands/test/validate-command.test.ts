/**
 * `quorate validate` as a user runs it, over logs by hand and over those that servers and clients wrote while they were
 * killed.
 */
import { readFileSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { eventSchema } from "../../../validate/event-schema.js";
import { CommandCluster } from "../../test/cluster.js";
import { quorate } from "../../test/quorate.js";

const TABLE = "spec/tables/three-majority.yaml";

const isEvent = new Ajv({ strict: false }).compile(eventSchema());

it.each(["explained", "refused"])(
  "the example of docs/validate.md is %s, in the words of the page",
  async (verdict) => {
    const file = verdict === "explained" ? "examples/logs/relay.ndjson" : "examples/logs/wrong-relay.ndjson";
    const { code, stdout } = await quorate("validate", TABLE, file);
    expect(code).toBe(verdict === "explained" ? 0 : 1);
    const page = readFileSync("docs/validate.md", "utf8");
    const [, shown] = page.split(`$ npx quorate validate ${TABLE} ${file}\n`);
    const lines = shown!.slice(0, shown!.indexOf("```")).trimEnd().split("\n…")[0]!;
    expect(stdout.startsWith(lines)).toBe(true);
    const example = readFileSync(file, "utf8").trimEnd();
    if (verdict === "explained") expect(page).toContain(example);
    for (const line of example.split("\n")) expect([isEvent(JSON.parse(line)), isEvent.errors]).toEqual([true, null]);
  },
);

it("says the same to programs, and to code scanning", async () => {
  const sarif = path.join(tmpdir(), `quorate-validate-${process.pid}.sarif`);
  const words = ["examples/logs/wrong-relay.ndjson", "--format", "json", "--output", `sarif=${sarif}`];
  const { code, stdout } = await quorate("validate", TABLE, ...words);
  expect(code).toBe(1);
  expect(JSON.parse(readFileSync(sarif, "utf8")).runs[0].results).toMatchObject([{ ruleId: "refused-event" }]);
  rmSync(sarif);
  expect(JSON.parse(stdout)).toMatchObject({
    table: "three-majority",
    verdict: "refused",
    nodes: 5,
    events: 9,
    explained: 5,
    refused: [
      {
        events: [
          {
            file: "examples/logs/wrong-relay.ndjson",
            line: 6,
            node: "client 1",
            event: "propose pear in R1",
            because: 'selection "greatest" does not allow "pear" in R1, having heard {S0, S1}: it allows "apple"',
          },
        ],
        state: { registerSets: [0, 1] },
      },
    ],
  });
});

it.each<[string, readonly string[], number, string]>([
  ["no log", [], 64, "missing required argument 'log'"],
  [
    "what cannot be hidden",
    ["examples/logs/relay.ndjson", "--hidden", "votes"],
    64,
    '"votes" is no step that can be hidden: these are freeze, write, propose.',
  ],
  ["no time", ["examples/logs/relay.ndjson", "--skew", "-1"], 64, "It must be a number that is not negative."],
  ["an empty log", ["/dev/null"], 65, "/dev/null:1:1: the log is empty"],
])("%s is a sentence, and not a verdict", async (_, words, exit, sentence) => {
  const { code, stdout, stderr } = await quorate("validate", TABLE, ...words);
  expect([code, stdout]).toEqual([exit, ""]);
  expect(stderr).toContain(sentence);
});

// Takes processes and seconds, since what is claimed is about processes that are killed.
it("what serve and propose write is explained, kills and all, and what was changed in it is refused", async () => {
  const cluster = await CommandCluster.create(["S0", "S1", "S2"]);
  try {
    const servers = [...cluster.addresses.keys()];
    const logs = (...names: string[]) => names.map((name) => `${name}.ndjson`);
    const serve = (server: string, ...more: string[]) => cluster.serve(server, "--events", `${server}.ndjson`, ...more);
    for (const server of servers) await serve(server, "--new");
    const propose = (client: number, value: string) =>
      cluster.propose(value, [
        "--client",
        `${client}`,
        "--clients",
        "3",
        "--new",
        "--timeout",
        "60",
        "--events",
        `c${client}.ndjson`,
      ]);
    const racing = [propose(0, "apple"), propose(1, "pear")];
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cluster.kill("S1");
    await serve("S1");
    const [first, second] = await Promise.all(racing);
    expect([first!.code, second!.code]).toEqual([0, 0]);
    expect(first!.stdout).toBe(second!.stdout);
    await cluster.kill("S0");
    expect((await propose(2, "plum")).code).toBe(0);
    await serve("S0");
    const all = logs("S0", "S1", "S2", "c0", "c1", "c2");
    const validate = () => cluster.quorate("validate", path.resolve(TABLE), ...all);
    expect(await validate()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^EXPLAINED {2}three-majority: /),
    });
    const texts = await Promise.all(all.map((file) => readFile(path.join(cluster.directory, file), "utf8")));
    for (const line of texts.join("").trimEnd().split("\n")) expect(isEvent(JSON.parse(line))).toBe(true);
    // A write that S2 never made, and a write of it that the log has lost.
    const file = path.join(cluster.directory, "S2.ndjson");
    const text = await readFile(file, "utf8");
    const lines = text.trimEnd().split("\n");
    const write = lines.findIndex((line) => line.includes('"event":"write"'));
    await writeFile(file, lines.with(write, lines[write]!.replace(/"value":"\w+"/, '"value":"fig"')).join("\n"));
    expect(await validate()).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('nobody has proposed "fig" in R'),
    });
    await writeFile(file, lines.toSpliced(write, 1).join("\n"));
    expect(await validate()).toMatchObject({ code: 1, stdout: expect.stringContaining("what was logged is missing") });
  } finally {
    await cluster.remove();
  }
});
