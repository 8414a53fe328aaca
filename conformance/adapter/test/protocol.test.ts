/** Adapters that do not keep to the protocol: one sentence about what they did, no hang, no process left behind. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { AdapterError, AdapterMisfit } from "../adapter-error.js";
import type { Body, Envelope } from "../messages.js";
import { acceptors } from "./acceptors.js";
import { answerTo, type Handler, type Lines, LocalAdapter } from "./local-adapter.js";
import { type Trial, verifiedAt, verifiedWith } from "./verified.js";

const good = acceptors({});

/** What is said of the adapter, after its name. */
async function complaintAt(command: string, trial: Trial): Promise<string> {
  const error = await verifiedAt(command, trial).catch((error: unknown) => error);
  if (!(error instanceof AdapterError)) throw error;
  const beginning = `the adapter ${command} `;
  expect(error.message.startsWith(beginning)).toBe(true);
  return error.message.slice(beginning.length);
}

async function complaintAbout(handler: Handler, trial: Trial = {}): Promise<string> {
  const adapter = await LocalAdapter.start(handler, trial.lines);
  try {
    return await complaintAt(adapter.command, trial);
  } finally {
    await adapter.close();
  }
}

/** The adapter is good but for its answers of this type. */
const answering =
  (type: string, change: (answer: Body) => object | null): Handler =>
  (node, body) => {
    const answer = good(node, body) as Body;
    return body.type === type ? (change(answer) as Body | null) : answer;
  };

/** The adapter is good but for what it prints in the place of its answer to the first message of this type. */
const printing =
  (type: string, print: (answer: Envelope) => readonly string[]): Lines =>
  (batch, handler) =>
    batch.flatMap((message) => {
      const answers = answerTo(message, handler);
      return message.body.type === type ? print(answers[0]!) : answers.map((answer) => JSON.stringify(answer));
    });

const withQuorate = (fields: object) =>
  answering("init", (answer) => ({ ...answer, quorate: { ...(answer.quorate as object), ...fields } }));

describe("what is wrong with the adapter is said in one sentence", () => {
  it.each<[string, Handler, string]>([
    ["no init_ok", answering("init", () => ({ type: "ok" })), 'answered "init" with "ok", not with "init_ok"'],
    [
      "no word about itself",
      answering("init", () => ({ type: "init_ok" })),
      'does not say in "init_ok" what it is: "quorate" is missing there',
    ],
    ["another version", withQuorate({ version: 2 }), "speaks version 2 of the protocol, and Quorate version 1"],
    [
      "a misspelt role",
      withQuorate({ role: "aceptor" }),
      'has the role "aceptor" in "init_ok": did you mean "acceptor"?',
    ],
    [
      "no role",
      withQuorate({ role: undefined }),
      'has the role undefined in "init_ok": it is one of store, acceptor, proposer, replica',
    ],
    [
      "an unknown ability",
      withQuorate({ can: ["fly"] }),
      'has the can "fly" in "init_ok": it is one of reset, crash, cut, observe, retry, snapshot, duplicates',
    ],
    ["abilities that are no list", withQuorate({ can: "reset" }), 'has a "can" in "init_ok" that is no list'],
    [
      "an answer of another kind",
      answering("prepare", (answer) => ({ ...answer, type: "promise" })),
      'answered "prepare" with "promise", not with "prepare_ok", "refused" or "error"',
    ],
    [
      "values that are no pairs",
      answering("prepare", (answer) => ({ ...answer, values: { 0: "A" } })),
      'sent "prepare_ok" with "values": {"0":"A"}, which are no pairs [register, value]',
    ],
    [
      "no values",
      answering("observe", (answer) => ({ ...answer, values: undefined })),
      'sent "observe_ok" with "values": nothing, which are no pairs [register, value]',
    ],
    [
      "a frozen_below that is no number",
      answering("observe", (answer) => ({ ...answer, frozen_below: "1" })),
      'sent "frozen_below": "1", which is no number of registers',
    ],
    [
      "a refusal that holds a number",
      answering("write", (answer) => (answer.type === "refused" ? { ...answer, holds: 7 } : answer)),
      'sent "holds": 7, which is neither a value nor null',
    ],
    [
      "a reset that fails",
      answering("reset", () => ({ type: "error", text: "disk is busy" })),
      'answered "reset" with "error": disk is busy, not with "reset_ok"',
    ],
  ])("%s", async (_, handler, complaint) => {
    expect(await complaintAbout(handler)).toBe(complaint);
  });

  it.each<[string, Lines, string]>([
    [
      "a line for people",
      printing("reset", () => ["acceptor ready"]),
      "sent a line that is not JSON; what is not a message belongs on stderr",
    ],
    ["a number", printing("reset", () => ["7"]), "sent a message that is no JSON object"],
    [
      "no names",
      printing("reset", ({ body }) => [JSON.stringify({ body })]),
      'sent a message without the names "src" and "dest"',
    ],
    [
      "no body",
      printing("reset", ({ src, dest }) => [JSON.stringify({ src, dest })]),
      'sent a message without a body that has a "type"',
    ],
    [
      "two answers",
      printing("reset", (answer) => [JSON.stringify([answer, answer])]),
      'answered message 3 twice, the second time with "reset_ok"',
    ],
    [
      "an answer to nothing",
      printing("reset", (answer) => [JSON.stringify({ ...answer, body: { type: "reset_ok", in_reply_to: 99 } })]),
      'answered message 99 with "reset_ok", which was never sent',
    ],
    [
      "an answer that says not to what",
      printing("reset", (answer) => [JSON.stringify({ ...answer, body: { type: "reset_ok" } })]),
      'sent "reset_ok" from S0, which answers nothing: it has no "in_reply_to"',
    ],
    [
      "an answer by somebody else",
      printing("reset", (answer) => [JSON.stringify({ ...answer, src: "S1" })]),
      "answered message 3, which was for S0, as S1",
    ],
  ])("%s", async (_, lines, complaint) => {
    expect(await complaintAbout(good, { lines })).toBe(complaint);
  });

  it("silence", async () => {
    const silent = answering("prepare", () => null);
    expect(await complaintAbout(silent, { answer_ms: 100 })).toMatch(
      /^has not answered message \d+, "prepare" to S0, within 0\.1 s$/,
    );
  });

  it("nobody who listens", async () => {
    const adapter = await LocalAdapter.start(good);
    await adapter.close();
    const address = adapter.command.slice("tcp://".length);
    expect(await complaintAt(adapter.command, {})).toBe(`cannot be reached: connect ECONNREFUSED ${address}`);
  });

  it("no ability to reset, where Quorate did not start it", async () => {
    expect(await complaintAbout(acceptors({ can: ["observe"] }))).toBe(
      'cannot "reset", and Quorate cannot start it anew, since it only connects to it',
    );
  });

  it("an acceptor where stores are asked for", async () => {
    const misfit = verifiedWith(good, { variant: { freezes: "register", writesFreezeBelow: false } });
    await expect(misfit).rejects.toThrow(AdapterMisfit);
    await expect(misfit).rejects.toThrow("the adapter is an acceptor, which freezes whole rows");
  });
});

describe("a command", () => {
  it.each([
    ["exit 3", "has ended with exit code 3"],
    ["no-such-command-at-all", "has ended with exit code 127"],
    ["kill -9 $$", "was ended by SIGKILL"],
  ])("%s", async (command, complaint) => {
    expect(await complaintAt(command, {})).toBe(complaint);
  });

  it("that hangs is ended, with all that it started", async () => {
    // Its number of seconds is what tells it from others.
    const command = "sleep 7654321 & sleep 7654321";
    expect(await complaintAt(command, { answer_ms: 200 })).toBe(
      'has not answered message 1, "init" to S0, within 0.2 s',
    );
    const running = execFileSync("ps", ["-A", "-o", "args"], { encoding: "utf8" });
    expect(running).not.toContain("sleep 7654321");
  });

  it("that has left behind who holds its stdout is let go", async () => {
    const file = path.join(tmpdir(), `quorate-left-behind-${process.pid}`);
    // In a session of its own nobody ends it, but for this test.
    const command = `setsid sh -c 'echo $$ >${file}; exec sleep 60' & exit 0`;
    try {
      expect(await complaintAt(command, { answer_ms: 500 })).toBe(
        'has not answered message 1, "init" to S0, within 0.5 s',
      );
    } finally {
      process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
      rmSync(file);
    }
  });
});

it("an adapter that says things by itself without end is ended", async () => {
  const event = JSON.stringify({ src: "S0", dest: "quorate", body: { type: "event", note: "" } });
  const flood: Lines = () => [`[${new Array(100_001).fill(event).join()}]`];
  expect(await complaintAbout(good, { lines: flood })).toBe("says more than 100000 things by itself at once");
});
