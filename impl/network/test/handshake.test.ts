import { describe, expect, it } from "vitest";
import { UNNUMBERED_CLIENTS } from "../../core/ownership.js";
import { encodeGreeting, encodeHello, type Hello, type Signed } from "../../encoding/handshake-messages.js";
import type { ServerPins } from "../../encoding/pins.js";
import { newServerPins } from "../../storage/server-directory.js";
import { type Accepted, answerRefusal, CLIENTS_MAX, greetingRefusal, judgeHello, type Refused } from "../handshake.js";
import { proofOf } from "../token.js";

/** As if drawn: sixteen times the same digits. */
const drawn = (digits: string): string => digits.repeat(16);

const TABLE = { name: "five-majority", hash: drawn("7a") };
const NEW = newServerPins(drawn("a0"), { server: "S0", servers: ["S0", "S1", "S2"], table: TABLE });
const GREETING = encodeGreeting({ nonce: drawn("01"), server: "S0", incarnation: drawn("a0") });
const ALICE = { index: 1, count: 3, identity: drawn("ac") };
const S1 = { server: "S1", incarnation: drawn("a1") };

const helloOf = (facts: Partial<Hello> = {}): Hello => ({
  nonce: drawn("02"),
  server: "S0",
  table: TABLE,
  client: ALICE,
  known: [],
  ...facts,
});

const signed = (said: Hello, proof: string | null = null): Signed<Hello> => ({ said, proof, bytes: encodeHello(said) });

const judge = (facts: Partial<Hello>, pins: ServerPins = NEW): Refused | Accepted =>
  judgeHello(signed(helloOf(facts)), pins, GREETING, null);

const havingHeard = (...hellos: Partial<Hello>[]): ServerPins =>
  hellos.reduce<ServerPins>((pins, facts) => (judge(facts, pins) as Accepted).pins, NEW);

describe("a server that met nobody", () => {
  it("remembers who comes first, and whom that one works with", () => {
    expect(judge({ known: [{ server: "S0", incarnation: drawn("a0") }, S1] })).toEqual({
      proof: null,
      pins: { ...NEW, clientCount: 3, clients: new Map([[1, drawn("ac")]]), peers: new Map([["S1", drawn("a1")]]) },
    });
  });

  it("remembers nothing of those who only read, but for the servers that they work with", () => {
    expect(judge({ client: null })).toEqual({ proof: null, pins: NEW });
    expect(havingHeard({ client: null, known: [S1] })).toEqual({ ...NEW, peers: new Map([["S1", drawn("a1")]]) });
  });

  it("keeps no names that its table does not have", () => {
    expect(havingHeard({ known: [{ server: "S9", incarnation: drawn("a9") }] }).peers.size).toBe(0);
  });
});

describe("a server that has met a client", () => {
  const pins = havingHeard({ known: [S1] });

  it("welcomes it again, and learns nothing", () => {
    expect((judge({ known: [S1] }, pins) as Accepted).pins).toBe(pins);
  });

  it("welcomes the others, and remembers them too", () => {
    const bob = { index: 2, count: 3, identity: drawn("b0") };
    expect((judge({ client: bob }, pins) as Accepted).pins.clients.get(2)).toBe(drawn("b0"));
  });

  it.each<[string, Partial<Hello>, string]>([
    ["with another server in mind", { server: "S1" }, "this is server S0, not S1; mend --at"],
    [
      "with another table",
      { table: { name: "flexible-simple-5", hash: drawn("f1") } },
      "the tables differ in meaning: S0 serves five-majority (7a7a7a7a), this client has flexible-simple-5 (f1f1f1f1); give this client the servers' table with --table",
    ],
    [
      "with another number of clients",
      { client: { index: 2, count: 4, identity: drawn("b0") } },
      "S0 knows 3 numbered clients, and this client says that there are 4 numbered clients; give every client of these servers the same --clients, always",
    ],
    [
      "without a number",
      { client: { index: 5, count: UNNUMBERED_CLIENTS, identity: drawn("b0") } },
      "S0 knows 3 numbered clients, and this client says that there are clients that draw their numbers; give every client of these servers the same --clients, always",
    ],
    [
      "with the number of another",
      { client: { ...ALICE, identity: drawn("cc") } },
      "client 1 is one that S0 knows from another directory (acacacac, this one is cccccccc); no two clients may share a number: give this one the directory that client 1 has had, with --data, or another number",
    ],
    [
      "that works with a server of another cluster",
      { known: [{ server: "S1", incarnation: drawn("b1") }] },
      "S0 is in one cluster with S1 a1a1a1a1, and this client speaks to S1 b1b1b1b1: servers of two clusters are mixed, then mend --at; or S1 has lost its data and was begun anew, then stop it and start it from its old directory",
    ],
    [
      "that took it for another",
      { known: [{ server: "S0", incarnation: drawn("b0") }] },
      "this client has met S0 as b0b0b0b0, and this is S0 a0a0a0a0: it has lost its data and was begun anew, then stop it and start it from its old directory; or it is of another cluster, then mend --at, or give this client another directory with --data",
    ],
  ])("refuses one %s", (_, facts, refusal) => {
    expect(judge(facts, pins)).toEqual({ refusal });
  });

  it("remembers only a number of them", () => {
    const clients = new Map(Array.from({ length: CLIENTS_MAX }, (_, index) => [index, drawn("cc")]));
    const crowded = { ...NEW, clients, clientCount: UNNUMBERED_CLIENTS };
    const client = { index: CLIENTS_MAX, count: UNNUMBERED_CLIENTS, identity: drawn("cc") };
    expect(judge({ client }, crowded)).toEqual({
      refusal: "S0 remembers 65,536 clients and can remember no more; use the directory of one of them, with --data",
    });
    expect(judge({ client: { ...client, index: 7 } }, crowded)).toMatchObject({ pins: crowded });
  });
});

describe("a client", () => {
  const greeting = { nonce: drawn("01"), server: "S0", incarnation: drawn("a0") };

  it("takes a server for the one that it met before, or meets it", () => {
    for (const pinned of [undefined, drawn("a0")]) expect(greetingRefusal(greeting, "S0", pinned)).toBeNull();
  });

  it("notices another server, and one that has lost its memory", () => {
    expect(greetingRefusal(greeting, "S1", undefined)).toBe("this is server S0, not S1; mend --at");
    expect(greetingRefusal(greeting, "S0", drawn("b0"))).toMatch(
      /^this client has met S0 as b0b0b0b0, and this is S0 a0a0a0a0: it has lost its data/,
    );
  });
});

describe("a token", () => {
  const token = Buffer.from("a token that nobody else knows");
  const hello = encodeHello(helloOf());
  const ask = (proof: string | null) => judgeHello(signed(helloOf(), proof), NEW, GREETING, token);
  const clientProof = proofOf(token, "client", GREETING, hello);

  it("is proved by both sides", () => {
    const { proof } = ask(clientProof) as Accepted;
    const said = { server: "S0", token, greeting: GREETING, hello };
    expect(answerRefusal({ kind: "welcome", proof }, said)).toBeNull();
    // The client's own proof is not the server's.
    expect(answerRefusal({ kind: "welcome", proof: clientProof }, said)).toBe(
      "S0 has another token than this client; give both the same --token-file",
    );
    expect(answerRefusal({ kind: "welcome", proof: null }, said)).toBe(
      "S0 does not know of any token; start it with the --token-file of this client, or mend --at",
    );
  });

  it("is asked for before anything else is told", () => {
    const mistaken = { ...helloOf(), table: { name: "other", hash: drawn("0f") } };
    expect(judgeHello(signed(mistaken), NEW, GREETING, token)).toEqual({
      refusal: "S0 asks for a token; give this client the servers' token with --token-file",
    });
  });

  it.each([
    ["another token", proofOf(Buffer.from("a guess"), "client", GREETING, hello)],
    [
      "another connection",
      proofOf(token, "client", encodeGreeting({ nonce: drawn("03"), server: "S0", incarnation: drawn("a0") }), hello),
    ],
    ["another hello", proofOf(token, "client", GREETING, encodeHello(helloOf({ known: [S1] })))],
    ["the other side", proofOf(token, "server", GREETING, hello)],
  ])("is not proved by what %s gives", (_, proof) => {
    expect(ask(proof)).toEqual({
      refusal: "S0 has another token than this client; give both the same --token-file",
    });
  });
});
