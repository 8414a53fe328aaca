/** What an adapter tells of what it did inside: it must be so. */
import { describe, expect, it } from "vitest";
import { AdapterError } from "../adapter-error.js";
import type { Body, Envelope } from "../messages.js";
import { acceptors } from "./acceptors.js";
import { answerTo, type Lines } from "./local-adapter.js";
import { NO_HANDLER, proposers } from "./proposers.js";
import { type Trial, verifiedWith } from "./verified.js";

/** What is told by itself before the answer. */
type Telling = (request: Body, answer: Body) => readonly object[];

const telling =
  (tell: Telling, as?: string): Lines =>
  (batch, handler) =>
    batch.flatMap((message) =>
      answerTo(message, handler).flatMap((answer) => {
        const events = tell(message.body, answer.body).map(
          (event): Envelope => ({ src: as ?? answer.src, dest: answer.dest, body: { type: "event", ...event } }),
        );
        return [...events, answer].map((envelope) => JSON.stringify(envelope));
      }),
    );

const told = async (tell: Telling, trial: Trial = {}, as?: string) =>
  verifiedWith(acceptors({}), { ...trial, lines: telling(tell, as) });

/** An acceptor that tells all that it does. */
const candid: Telling = ({ type, register, value }, answer) => {
  switch (answer.type) {
    case "prepare_ok":
      return [{ event: "freeze", registerSet: register, values: answer.values, note: "promised" }];
    case "write_ok":
      return [{ event: "write", registerSet: register, value }];
    case "refused":
      return [{ event: "refuse", registerSet: register, holds: answer.holds }];
    case "crash_ok":
      return [{ event: "start", frozenBelow: 0, values: [] }];
    default:
      return type === "init" ? [{ note: "for people" }] : [];
  }
};

/** Candid, but for events of this kind. */
const but =
  (kind: string, change: (event: Record<string, unknown>) => object): Telling =>
  (request, answer) =>
    candid(request, answer).map((event) =>
      "event" in event && event.event === kind ? change(event as Record<string, unknown>) : event,
    );

describe("events that are so", () => {
  it("raise no alarm", async () => {
    const { verdict, replay } = await told(candid, { table: "single" });
    expect([verdict, replay!.transitionsCovered]).toEqual(["safe", replay!.transitionsReachable]);
  });
});

describe("an event that is not so is found:", () => {
  it.each<[string, Telling, string, number, Trial?]>([
    [
      "another value",
      but("write", (event) => ({ ...event, value: `${event.value}'` })),
      `S0 says "write A' to R0 at S0", and holds A in R0`,
      2,
    ],
    [
      "another register set",
      but("write", (event) => ({ ...event, registerSet: 1 - (event.registerSet as number) })),
      'S0 says "write A to R1 at S0", and holds nothing in R1',
      2,
    ],
    [
      "a promise of more",
      but("freeze", (event) => ({ ...event, registerSet: 2, values: undefined })),
      'S1 says "freeze below R2 at S1", and holds nothing in R0',
      1,
      { table: "three" },
    ],
    [
      "a promise that tells nothing",
      but("freeze", (event) => ({ ...event, values: [] })),
      'S1 says "freeze below R1 at S1", and holds B in R0, of which it says nothing',
      2,
    ],
    [
      "a promise that tells what is not there",
      but("freeze", (event) => ({ ...event, values: [[0, "Z"]] })),
      'S0 says "freeze below R1 at S0", and holds nil in R0',
      1,
    ],
    [
      "another reason to refuse",
      but("refuse", (event) => ({ ...event, holds: "Z" })),
      'S0 says "refuse a write to R0 at S0", and holds nil in R0',
      2,
    ],
    [
      "a start with what is not there",
      but("start", (event) => ({ ...event, values: [[0, "A"]] })),
      'S0 says "start of S0", and holds nil in R0',
      1,
    ],
  ])("%s", async (_, tell, what, steps, trial) => {
    const { verdict, divergence } = await told(tell, trial);
    expect({ verdict, what: divergence?.what, steps: divergence?.steps.length }).toEqual({
      verdict: "diverges",
      what,
      steps,
    });
  });
});

describe("what is no event is said in one sentence:", () => {
  const always =
    (event: object): Telling =>
    ({ type }) =>
      type === "prepare" ? [event] : [];

  it.each<[string, Telling, string, string?]>([
    [
      "an unknown kind",
      always({ event: "wrote", registerSet: 0, value: "A" }),
      'sent an event that is none: there is no event "wrote" (did you mean "write"?)',
    ],
    [
      "neither event nor note",
      always({ ballot: 3 }),
      'sent an event that is none: "event" is missing (it is one of freeze, freeze register, write, vote, refuse, start, told, learn, propose, output)',
    ],
    [
      "a field too few",
      always({ event: "write", registerSet: 0 }),
      'sent an event that is none: a "write" needs "value"',
    ],
    [
      "a register set that is none",
      always({ event: "freeze", registerSet: "R1" }),
      'sent an event that is none: "R1" is no register set (register sets are whole numbers from 0 on)',
    ],
    [
      "an event of clients",
      always({ event: "output", value: "A" }),
      'sent the event "output", where the role acceptor has freeze, write, refuse, start',
    ],
    [
      "an event of nobody",
      always({ event: "write", registerSet: 0, value: "A" }),
      "sent an event as S9, and is S0, S1",
      "S9",
    ],
  ])("%s", async (_, tell, complaint, as) => {
    const error = await told(tell, {}, as).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AdapterError);
    expect((error as AdapterError).message.replace(/^the adapter \S+ /, "")).toBe(complaint);
  });
});

/** The proposer tells of what it proposes, learns and outputs; `tell` may change it, or tell it later than it may. */
function client(tell: (event: Record<string, unknown>) => object = (event) => event, isLate = false): Lines {
  const plain = proposers();
  return (batch, handler) => {
    const heard = batch.filter(({ body }) => body.type === "prepare_ok");
    const said = (JSON.parse((plain(batch, handler) as readonly string[])[0]!) as Envelope[]).flat();
    const [write] = said.filter(({ body }) => body.type === "write");
    const output = said.find(({ body }) => body.type === "propose_ok");
    const events = [
      ...heard.map(({ src, body }) => ({
        event: "learn",
        registerSet: body.register,
        server: src,
        values: body.values,
      })),
      ...(write === undefined ? [] : [{ event: "propose", registerSet: write.body.register, value: write.body.value }]),
      ...(output === undefined ? [] : [{ event: "output", value: output.body.value }]),
    ].map((event) => ({ src: "client", dest: "quorate", body: { type: "event", ...tell(event) } }));
    return isLate ? [JSON.stringify(said), JSON.stringify(events)] : [JSON.stringify([...events, ...said])];
  };
}

describe("of a proposer", () => {
  it("events that are so raise no alarm", async () => {
    const { verdict, replay } = await verifiedWith(NO_HANDLER, { table: "single", lines: client() });
    expect([verdict, replay!.transitionsCovered]).toEqual(["safe", replay!.transitionsReachable]);
  });

  it.each<[string, string, object, string]>([
    [
      "another proposal",
      "propose",
      { value: "Z" },
      'the client of R0 says "propose Z in R0", and has proposed A in R0',
    ],
    ["another output", "output", { value: "Z" }, 'the client of R0 says "output Z", and has output A'],
    [
      "a promise that it has not heard",
      "learn",
      { registerSet: 0 },
      'the client of R1 says "client learns a promise for R0", and has no such promise',
    ],
    [
      "a promise that told more",
      "learn",
      { values: [[0, "Z"]] },
      'the client of R1 says "client learns a promise for R1", and was not told of Z in R0',
    ],
  ])("%s is found", async (_, kind, change, what) => {
    const lines = client((event) => (event.event === kind ? { ...event, ...change } : event));
    const { verdict, divergence } = await verifiedWith(NO_HANDLER, { lines });
    expect([verdict, divergence?.what]).toEqual(["diverges", what]);
  });

  it("an event that comes once it has said that it is idle is out of turn", async () => {
    const error = await verifiedWith(NO_HANDLER, { lines: client((event) => event, true) }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AdapterError);
    expect(error.message).toMatch(/ sent "event" to quorate after it had said that it is idle$/);
  });
});
