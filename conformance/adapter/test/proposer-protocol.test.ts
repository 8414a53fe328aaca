/** Proposers that do not keep to the protocol: one sentence about what they did, and no hang. */
import { describe, expect, it } from "vitest";
import { PLAIN } from "../../../model/registers/variant.js";
import { AdapterError, AdapterMisfit } from "../adapter-error.js";
import type { Envelope } from "../messages.js";
import { type Lines, LocalAdapter } from "./local-adapter.js";
import { NO_HANDLER, type ProposerOptions, proposers } from "./proposers.js";
import { type Trial, verifiedAt, verifiedWith } from "./verified.js";

/** What is said of the adapter, after its name. */
async function complaintAbout(lines: Lines, trial: Trial = {}): Promise<string> {
  const adapter = await LocalAdapter.start(NO_HANDLER, lines);
  try {
    const error = await verifiedAt(adapter.command, { table: "pair", ...trial }).catch((error: unknown) => error);
    if (!(error instanceof AdapterError)) throw error;
    return error.message.replace(`the adapter ${adapter.command} `, "");
  } finally {
    await adapter.close();
  }
}

/** The adapter is good but for its messages of this type. */
const saying = (type: string, change: (said: Envelope) => unknown, options: ProposerOptions = {}): Lines => {
  const good = proposers(options);
  return (batch, handler) => {
    const said = JSON.parse((good(batch, handler) as string[])[0]!) as Envelope[];
    return [JSON.stringify(said.flatMap((one) => (one.body.type === type ? change(one) : one)))];
  };
};

const withBody = (fields: Readonly<Record<string, unknown>>) => (said: Envelope) => ({
  ...said,
  body: { ...said.body, ...fields },
});

describe("what is wrong with the proposer is said in one sentence", () => {
  it.each<[string, Lines, string]>([
    [
      "a request to nobody",
      saying("write", (said) => ({ ...said, dest: "S7" })),
      'sent "write" to S7, which is no server of the table',
    ],
    [
      "a request as somebody else",
      saying("write", (said) => ({ ...said, src: "S1" })),
      'sent "write" to S0 as S1, and is client',
    ],
    [
      "a request that servers do not know",
      saying("write", withBody({ type: "put" })),
      'sent "put" to S0, where clients send "prepare" and "write"',
    ],
    [
      "a request without a number",
      saying("write", withBody({ msg_id: undefined })),
      'sent "write" to S0 without a number "msg_id", so that it cannot be answered',
    ],
    [
      "a register set that is none",
      saying("write", withBody({ register: "0" })),
      'sent "write" to S0 with "register": "0", which is no register set',
    ],
    [
      "a value that is none",
      saying("write", withBody({ value: 7 })),
      'sent "write" to S0 with "value": 7, which is no value',
    ],
    [
      "an output that is none",
      saying("propose_ok", withBody({ value: undefined })),
      'sent "propose_ok" with "value": nothing, which is no value',
    ],
    [
      "an output of another kind",
      saying("propose_ok", withBody({ type: "done" })),
      'answered "propose" with "done", not with "propose_ok", "refused" or "error"',
    ],
    [
      "a second output",
      saying("propose_ok", (said) => [said, said]),
      expect.stringMatching(/^answered message \d+ twice, the second time with "propose_ok"$/) as unknown as string,
    ],
    [
      "words out of turn",
      (batch, handler) => [
        ...(proposers()(batch, handler) as string[]),
        '{"src":"client","dest":"S0","body":{"type":"write"}}',
      ],
      'sent "write" from client, which answers nothing: it has no "in_reply_to"',
    ],
    [
      "a reset that fails",
      saying("reset_ok", withBody({ type: "no" })),
      'answered "reset" with "no", not with "reset_ok"',
    ],
  ])("%s", async (_, lines, complaint) => {
    expect(await complaintAbout(lines)).toEqual(complaint);
  });

  it("no answer", async () => {
    const silent = saying("idle_ok", () => []);
    expect(await complaintAbout(silent, { answer_ms: 100 })).toMatch(
      /^has not answered message \d+, "idle" to client, within 0\.1 s$/,
    );
  });

  it("words after it was idle", async () => {
    const good = proposers();
    const late = JSON.stringify({
      src: "client",
      dest: "S0",
      body: { type: "write", register: 0, value: "A", msg_id: 999 },
    });
    const lines: Lines = (batch, handler) => {
      const said = good(batch, handler) as readonly string[];
      return batch.some(({ body }) => body.type === "idle") ? [...said, late] : said;
    };
    expect(await complaintAbout(lines)).toBe('sent "write" to S0 after it had said that it is idle');
  });

  it("no ability to reset, where Quorate did not start it", async () => {
    expect(await complaintAbout(proposers({ can: [] }))).toBe(
      'cannot "reset", and Quorate cannot start it anew, since it only connects to it',
    );
  });
});

describe("a proposer where something else is asked for", () => {
  it.each<[string, Trial, string]>([
    [
      "storage of single registers",
      { variant: { ...PLAIN, freezes: "register" } },
      "the adapter is a proposer, which asks servers to freeze whole rows",
    ],
    [
      "elections",
      { table: "elected" },
      "the adapter is a proposer, and does not stand for election: register set 0 is elected",
    ],
    [
      "gates",
      { table: "gated" },
      "the adapter is a proposer, and is not told of gates: register set 1 waits for a decision",
    ],
  ])("%s", async (_, trial, sentence) => {
    const misfit = verifiedWith(NO_HANDLER, { ...trial, lines: proposers() });
    await expect(misfit).rejects.toThrow(AdapterMisfit);
    await expect(misfit).rejects.toThrow(sentence);
  });
});
