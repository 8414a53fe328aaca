/**
 * Replicas under chosen schedules: a correct one raises no alarm, faults are found, and what keeps to no protocol is
 * told of.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLAIN } from "../../../model/registers/variant.js";
import { runIn } from "../../cli/test/quorate.js";
import { ReplicaNodes } from "../../replay/replicas/replica-nodes.js";
import type { Verification } from "../../verify/report.js";
import { Adapter } from "../adapter.js";
import { AdapterError, AdapterMisfit } from "../adapter-error.js";
import type { Body, Envelope } from "../messages.js";
import { type Handler, type Lines, LocalAdapter } from "./local-adapter.js";
import { lacksProgram } from "./programs.js";
import { type Trial, verifiedAt, verifiedWith } from "./verified.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-replicas-test-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const EXAMPLE = "examples/adapters/replica.py";

/** The command of the example with a line of it changed. */
function changed(line: string, faulty: string): string {
  const source = readFileSync(EXAMPLE, "utf8");
  expect(source.split(line)).toHaveLength(2);
  const file = path.join(directory, "replica.py");
  writeFileSync(file, source.replace(line, faulty));
  return `python3 ${file}`;
}

const stepsOf = ({ replicas }: Verification): number => replicas!.divergence!.run.steps.length;

const A_AND_B = 'S0 says that "A" is decided, and S1 says that "B" is.';

describe.skipIf(lacksProgram("python3"))("replicas of Paxos", () => {
  it("agree, and what was tried is told, and what was not", async () => {
    const found = await verifiedAt(`python3 ${EXAMPLE}`, { table: "majorities", seconds: 1 });
    expect([found.verdict, found.replay, found.divergence]).toEqual(["safe", null, null]);
    const { agrees, levels, requests, crashes, divergence } = found.replicas!;
    expect([agrees, crashes, divergence]).toEqual([true, true, null]);
    expect(levels[0]).toEqual({ deviations: 0, plans: 1, played: 1 });
    expect(requests.answered).toBeGreaterThanOrEqual(3);
    expect(found.notExplored).toContain(
      "Only what clients are told was compared: what replicas hold, when they answer, and whether their quorums are those of the table was not.",
    );
    expect(found.notExplored.some((gap) => /^Of [\d,]+ plans that are known, [\d,]+ were run, and/.test(gap))).toBe(
      true,
    );
  });

  it.each<[what: string, line: string, faulty: string, because: string, steps: number]>([
    ["accept below their promise", 'if body["ballot"] >= self.promised:', "if True:", A_AND_B, 10],
    [
      "forget in a crash what they have accepted",
      'self.accepted = self.disk["accepted"] =',
      "self.accepted =",
      'S1 says that "A" is decided, and S2 says that "B" is.',
      11,
    ],
  ])("are found out if they %s", async (_, line, faulty, because, steps) => {
    const found = await verifiedAt(changed(line, faulty), { table: "majorities" });
    expect([found.verdict, found.because, stepsOf(found)]).toEqual(["diverges", because, steps]);
  });

  it("are shown with the run in lanes", async () => {
    const command = changed("max(told)[1]", "self.value");
    const table = path.join(directory, "majorities.yaml");
    writeFileSync(table, "{name: m, servers: [S0, S1, S2], registers: [{sets: 0..1, decide: majority}]}");
    const { code, stdout } = await runIn(directory, "verify", table, "--adapter", command);
    expect(code).toBe(3);
    expect(stdout).toContain("DIVERGES  m  the replicas do not reach consensus\n");
    expect(stdout).toContain('    1  ├────────>│         │         │  c1: propose value="A"\n');
    expect(stdout).toContain("What was different from an undisturbed run\n  nothing\n");
    expect(stdout).toContain(`  the replica ${command} does not agree\n`);
  });
});

const KEEPS = `
import json, os, sys
for line in sys.stdin:
    batch, said = json.loads(line), []
    for message in batch if isinstance(batch, list) else [batch]:
        body = message["body"]
        if body["type"] == "init": file = body["quorate"]["data"] + "/value"
        if body["type"] == "propose" and not os.path.exists(file): open(file, "w").write(body["value"])
        answer = {"type": body["type"] + "_ok", "in_reply_to": body["msg_id"], "quorate": {"version": 1, "role": "replica"}}
        if body["type"] == "propose": answer["value"] = open(file).read()
        if body["type"] == "idle": answer["next_ms"] = 7
        said.append({"src": message["dest"], "dest": message["src"], "body": answer})
    print(json.dumps(said), flush=True)
`;

it.skipIf(lacksProgram("python3"))(
  "a replica that cannot crash is killed, one that cannot reset starts anew",
  async () => {
    const file = path.join(directory, "keeps.py");
    writeFileSync(file, KEEPS);
    const options = { command: `python3 ${file}`, transcript: null, answer_ms: 5_000 };
    const adapter = await Adapter.start(options, { table: "one", servers: ["S0"] });
    try {
      const nodes = new ReplicaNodes(adapter);
      const told = async (value: string): Promise<unknown> => {
        const heard = await nodes.give({ src: "c1", dest: "S0", body: { type: "propose", value, msg_id: 1 } });
        return heard.map(({ envelope }) => envelope.body.value).join();
      };
      await nodes.start();
      expect(nodes.untilDue_ns("S0")).toBe(7_000_000);
      expect(await told("A")).toBe("A");
      await nodes.crash({ src: "c0", dest: "S0", body: { type: "init" } });
      expect(await told("B")).toBe("A");
      await nodes.start();
      expect(await told("C")).toBe("C");
    } finally {
      await adapter.close();
    }
  },
);

/** A node by itself: what it has decided first, it tells. */
function alone(): Handler {
  let decided: unknown = null;
  return (_, { type, value }: Body) => {
    if (type === "reset") decided = null;
    if (type === "propose") decided ??= value;
    const quorate = { version: 1, role: "replica", hosts: "all", can: ["reset", "crash"] };
    return { type: `${type}_ok`, ...(type === "init" && { quorate }), ...(type === "propose" && { value: decided }) };
  };
}

/** It is good but for its messages of this type. */
const saying =
  (type: string, change: (said: Envelope) => unknown): Lines =>
  (batch, handler) => {
    const said = batch.flatMap(({ src, dest, body }) => {
      const answer = { src: dest, dest: src, body: { ...handler(dest, body)!, in_reply_to: body.msg_id } as Body };
      return answer.body.type === type ? change(answer) : answer;
    });
    return [JSON.stringify(said)];
  };

const withBody = (fields: object) => (said: Envelope) => ({ ...said, body: { ...said.body, ...fields } });

it("a replica that never tells a decision agrees with nothing", async () => {
  const never = withBody({ type: "error", code: 11 });
  const found = await verifiedWith(alone(), { table: "one", lines: saying("propose_ok", never) });
  expect(found.verdict).toBe("diverges");
  expect(found.because).toBe("No client was ever told a decision, in a run that nothing disturbs.");
});

it("a replica that tells what nobody has proposed is found out", async () => {
  const found = await verifiedWith(alone(), { table: "one", lines: saying("propose_ok", withBody({ value: "Z" })) });
  expect([found.because, stepsOf(found)]).toEqual(['S0 says that "Z" is decided, which nobody has proposed.', 1]);
});

it("what takes an order that no plan has is found in a run drawn by chance", async () => {
  let decided: unknown = null;
  let heard = "";
  const answer = (node: string, { type, value, n }: Body): Partial<Body> => {
    if (type === "reset") [decided, heard] = [null, ""];
    if (type === "propose") decided = heard === "321" && node === "S1" ? "Z" : (decided ?? value);
    if (type === "number") heard += n;
    const quorate = { version: 1, role: "replica", hosts: "all", can: ["reset"] };
    return { type: `${type}_ok`, ...(type === "init" && { quorate }), ...(type === "propose" && { value: decided }) };
  };
  const lines: Lines = (batch) => {
    const said = batch.flatMap(({ src, dest, body }) => {
      const reply = { src: dest, dest: src, body: { ...answer(dest, body), in_reply_to: body.msg_id } };
      const isFirst = body.type === "propose" && dest === "S0" && heard === "";
      const numbers = isFirst ? [1, 2, 3].map((n) => ({ src: "S0", dest: "S1", body: { type: "number", n } })) : [];
      return body.type === "number" ? [] : [...numbers, reply];
    });
    return [JSON.stringify(said)];
  };
  const found = await verifiedWith(alone(), { table: "pair", lines });
  expect(found.because).toBe('S1 says that "Z" is decided, which nobody has proposed.');
  expect(found.replicas!.divergence!.deviations).toBeNull();
  // Asked, three messages, asked.
  expect(stepsOf(found)).toBe(5);
  expect(found.replicas!.crashes).toBe(false);
});

/** S0 decides. A request that it has heard before is taken for a majority. */
function misled(can: readonly string[]): Lines {
  let decided: unknown = null;
  let heard = new Set<string>();
  const asking = new Map<unknown, Envelope>();
  const take = ({ src, dest, body }: Envelope): object[] => {
    const answer = (fields: object) => ({ src: dest, dest: src, body: { ...fields, in_reply_to: body.msg_id } });
    const { type, value } = body;
    if (type === "init")
      return [answer({ type: "init_ok", quorate: { version: 1, role: "replica", hosts: "all", can } })];
    if (type === "reset") [decided, heard] = [null, new Set()];
    if (type === "told") {
      const { src: client, dest: node, body: request } = asking.get(body.number)!;
      return [{ src: node, dest: client, body: { type: "propose_ok", value, in_reply_to: request.msg_id } }];
    }
    if (type === "ask") {
      decided = heard.has(`${src} ${body.number}`) ? value : (decided ?? value);
      heard.add(`${src} ${body.number}`);
      return [{ src: dest, dest: src, body: { type: "told", value: decided, number: body.number } }];
    }
    if (type === "propose" && dest !== "S0") {
      asking.set(body.msg_id, { src, dest, body });
      return [{ src: dest, dest: "S0", body: { type: "ask", value, number: body.msg_id } }];
    }
    if (type === "propose") decided ??= value;
    return [answer({ type: `${type}_ok`, ...(type === "propose" && { value: decided }) })];
  };
  return (batch) => [JSON.stringify(batch.flatMap(take))];
}

it("messages come twice where the adapter says that they may", async () => {
  const found = await verifiedWith(alone(), { table: "majorities", lines: misled(["reset", "duplicates"]) });
  expect(found.because).toMatch(/^S\d says that "A" is decided, and S\d says that "B" is\.$/);
  const again = found.replicas!.divergence!.run.steps.filter((step) => "isAgain" in step);
  expect(again).toHaveLength(1);
  const without = await verifiedWith(alone(), { table: "majorities", lines: misled(["reset"]), seconds: 0.5 });
  expect([without.verdict, without.replicas!.duplicates]).toEqual(["safe", false]);
});

describe("what is wrong with a replica is said in one sentence", () => {
  async function errorOf(lines: Lines, trial: Trial): Promise<Error> {
    const adapter = await LocalAdapter.start(alone(), lines);
    try {
      const error = await verifiedAt(adapter.command, { table: "one", ...trial }).catch((error: unknown) => error);
      if (!(error instanceof AdapterError || error instanceof AdapterMisfit)) throw error;
      error.message = error.message.replace(`the adapter ${adapter.command} `, "");
      return error;
    } finally {
      await adapter.close();
    }
  }

  const also = (said: Envelope, more: Partial<Envelope>) => [said, { ...said, body: { type: "vote" }, ...more }];

  it.each<[string, Lines, string]>([
    ["silence", saying("idle_ok", () => []), 'has not answered message 3, "idle" to S0, within 0.3 s'],
    ["garbage", () => ["got it"], "sent a line that is not JSON; what is not a message belongs on stderr"],
    [
      "no reset",
      saying("reset_ok", withBody({ type: "error", text: "no" })),
      'answered "reset" with "error": no, not with "reset_ok"',
    ],
    [
      "a time that is none",
      saying("idle_ok", withBody({ next_ms: "soon" })),
      'has "next_ms": "soon" in "idle_ok", which is neither a number of milliseconds nor null',
    ],
    [
      "another answer",
      saying("propose_ok", withBody({ type: "write_ok" })),
      'answered "propose" with "write_ok", not with one of propose_ok, refused, error',
    ],
    ["no value", saying("propose_ok", withBody({ value: 7 })), 'sent "propose_ok" with "value": 7, which is no text'],
    [
      "a message in another's name",
      saying("propose_ok", (said) => also(said, { src: "S1" })),
      "is at fault: node S0 sent a message in the name of S1",
    ],
    [
      "a message to nobody",
      saying("propose_ok", (said) => also(said, { dest: "S7" })),
      "is at fault: node S0 sent a message to S7, which is nobody or has not asked for it",
    ],
    [
      "a message to itself, without end",
      saying("idle_ok", (said) => also(said, { dest: "S0" }).reverse()),
      "is at fault: node S0 and S0 are not done after 1000 messages, without a step of time",
    ],
  ])("%s", async (_, lines, sentence) => {
    expect((await errorOf(lines, { answer_ms: 300 })).message).toBe(sentence);
  });

  it("talk after it is idle", async () => {
    const talks: Lines = async (batch, handler) => {
      const [line] = await saying("", () => [])(batch, handler);
      const late = { src: "S0", dest: "S0", body: { type: "vote" } };
      return batch.some(({ body }) => body.type === "propose") ? [`${line}\n${JSON.stringify(late)}`] : [line!];
    };
    expect((await errorOf(talks, {})).message).toBe('sent "vote" to S0 after it had said that it is idle');
  });

  it("an end", async () => {
    const said = `{"src":"S0","dest":"quorate","body":{"type":"init_ok","in_reply_to":1,"quorate":{"version":1,"role":"replica"}}}`;
    const command = `read line; echo '${said}'; read line; exit 4`;
    const error = await verifiedAt(command, { table: "one" }).catch((error: unknown) => error);
    expect((error as AdapterError).message).toBe(`the adapter ${command} has ended with exit code 4`);
  });

  it.each<[string, Trial, string]>([
    [
      "too many of them",
      { table: "ten" },
      "the adapter is a replica, of which there are 9 at most, and the table has 10 servers",
    ],
    [
      "a name that is a client's",
      { table: "client" },
      "the adapter is a replica, and the name c1 of a server is taken, for a client or a service",
    ],
    [
      "freezes of registers",
      { variant: { ...PLAIN, freezes: "register" } },
      "the adapter is a replica, whose storage nobody looks at",
    ],
  ])("%s", async (_, trial, sentence) => {
    expect(
      (
        await errorOf(
          saying("", () => []),
          trial,
        )
      ).message,
    ).toBe(sentence);
  });
});
