/**
 * One-line faults in votes, at gates and around arbiters: `verify` of a small table must find each of them, exit 3 and
 * show the step.
 */
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Change } from "./changed-builds.js";
import { expectFound, FaultWorkshop } from "./fault-workshop.js";

interface Fault extends Omit<Change, "changed"> {
  readonly faulty: string;
  readonly table: keyof typeof TABLES;
  /** Options of the verification. */
  readonly options?: readonly string[];
  /** Part of the sentence that says what differs. */
  readonly shows: RegExp;
}

/** Each is covered whole in a moment. */
const TABLES = {
  elected: "{servers: [S0, S1], registers: [{sets: 0..1, decide: all, prepare: all, allocation: elected}]}",
  "elected apart":
    "{servers: [S0, S1], registers: [{sets: 0..1, decide: all, elect: all, allocation: elected, vote: apart}]}",
  "elected by one": "{servers: [S0, S1], registers: [{sets: 0..1, decide: all, prepare: any 1, allocation: elected}]}",
  gated: `{servers: [S0, S1], registers: [
    {sets: 0, decide: S0}, {sets: 1, decide: all, prepare: S0, after: decided}, {sets: 2, decide: S1, prepare: S0, after: decided}]}`,
  "gated on two sets": `{servers: [S0, S1], registers: [
    {sets: 0..1, decide: all, prepare: any 1}, {sets: 2, decide: S0, prepare: S0, after: decided}]}`,
  arbiter:
    "{servers: [S0, X], arbiters: [X], registers: [{sets: 0..1, decide: all, prepare: all, allocation: elected}]}",
  "arbiter that promises":
    "{servers: [S0, S1, X], arbiters: [X], registers: [{sets: 0..1, decide: all, prepare: any 2}]}",
} as const;

const FAULTS: readonly Fault[] = [
  {
    name: "forget a vote in a crash",
    file: "core/server.js",
    line: 'return { records: [...frozen, record], reply: { kind: "voted", registerSet, candidate } };',
    faulty: 'return { records: frozen, reply: { kind: "voted", registerSet, candidate } };',
    table: "elected",
    shows:
      /^S\d says that its vote in R\d is client \d's where in the model its vote in R\d is client \d's after a restart$|^S\d replied "voted" to "vote" for R\d, one of several requests, before it was durable that its vote in R\d is given$/,
  },
  {
    name: "give a vote twice",
    file: "core/server.js",
    line: "candidate: given });",
    faulty: "candidate });",
    table: "elected",
    shows: /^S\d says that its vote in R\d is client \d's where in the model its vote in R\d is client \d's/,
  },
  {
    name: "vote without the promise that comes with it",
    file: "core/server.js",
    line: "promise ? this.#freezeBelow(registerSet) : []",
    faulty: "[]",
    table: "elected",
    shows: /^S\d holds nothing in R0 where the model holds nil$/,
  },
  {
    name: "count votes of another set",
    file: "core/election.js",
    line: "if (registerSet !== this.request.registerSet)",
    faulty: "if (false)",
    table: "elected",
    shows:
      /^the client of R\d with input [AB], having heard \{.*\} and with the votes of \{.*\}, chose [AB] where the model has it wait$/,
  },
  {
    name: "count votes for others",
    file: "core/election.js",
    line: "if (candidate === this.request.candidate)",
    faulty: "if (true)",
    table: "elected",
    shows:
      /^the client of R0 with input [AB], having heard \{.*\} and with the votes of \{.*\}, chose [AB] where the model has it wait$/,
  },
  {
    name: "skip the election",
    file: "core/client.js",
    line: "if (this.#election !== null && !this.#election.isWon)",
    faulty: "if (false)",
    table: "elected apart",
    shows:
      /^the client of R\d with input [AB], having heard \{.*\} and with the votes of \{.*\}, chose [AB] where the model has it wait$/,
  },
  {
    name: "hear of registers from servers that have voted for others",
    file: "core/client.js",
    line: "if (this.#election?.isPromised === true && !this.#election.hasVoteOf(server) && !isLifting)",
    faulty: "if (false)",
    table: "elected by one",
    shows:
      /^the client of R1 with input [AB], having heard \{(S\d)?\} and with the votes of \{S\d\}, chose [AB] where the model (allows only [AB]|has it wait)$/,
  },
  {
    name: "forget the gate",
    file: "core/client.js",
    line: "isGated(table, registerSet) ? new Gate(table, registerSet) : null",
    faulty: "null",
    table: "gated",
    shows:
      /^the client of R1, told what \{\} holds, passes its gate where the model has nothing decided in the range before$/,
  },
  {
    name: "pass the gate on a value that was read, but not decided",
    file: "core/gate.js",
    line: "if (quorumsOf(this.#table, registerSet).phase2.isQuorum(servers))",
    faulty: "if (true)",
    table: "gated",
    shows: /^the client of R[12], told what \{S1\} holds, passes its gate where the model has nothing decided in/,
  },
  {
    name: "pass the gate on a decision of another range",
    file: "core/gate.js",
    line: "if (!(first <= registerSet && registerSet <= last))",
    faulty: "if (registerSet > last)",
    table: "gated",
    shows: /^the client of R2, told what \{S0\} holds, passes its gate where the model has nothing decided in/,
  },
  {
    name: "wait at the gate for ever",
    file: "core/gate.js",
    line: "this.#isOpen = true;",
    faulty: ";",
    table: "gated",
    shows:
      /^the client of R1, told what \{S0\} holds, waits at its gate though a value was decided in the range before$/,
  },
  {
    name: "promise too little with a vote",
    file: "core/server.js",
    line: "promise ? this.#freezeBelow(registerSet) : []",
    faulty: "promise ? this.#freezeBelow(registerSet - 1) : []",
    table: "elected",
    shows: /^S\d holds nothing in R0 where the model holds nil$/,
  },
  {
    name: "count the votes of others too",
    file: "core/election.js",
    line: "this.#quorums.isQuorum(this.#votes);",
    faulty: "this.#quorums.isQuorum(this.#votes | this.#lost);",
    table: "elected apart",
    shows:
      /^the client of R\d with input [AB], having heard .* and with the votes of .*, chose [AB] where the model has it/,
  },
  {
    name: "ask for votes that promise nothing",
    file: "core/election.js",
    line: "promise: votesPromise(table, registerSet)",
    faulty: "promise: false",
    table: "elected by one",
    shows:
      /^client \d of R\d asks for votes for client \d in R\d that come apart from promises, where the model's promise$/,
  },
  {
    name: "ask for votes that promise, where votes are apart",
    file: "core/election.js",
    line: "promise: votesPromise(table, registerSet)",
    faulty: "promise: true",
    table: "elected apart",
    shows: /^client \d of R\d asks for votes for client \d in R\d that promise, where the model's come apart/,
  },
  {
    name: "pass the gate on what two sets hold together",
    file: "core/gate.js",
    line: "this.#holders.get(registerSet)",
    faulty: "this.#holders.get(first)",
    table: "gated on two sets",
    shows: /^the client of R2, told what \{.*\} holds, waits at its gate though a value was decided/,
  },
  {
    name: "write to an arbiter",
    file: "core/client.js",
    line: 'return this.#phase !== "write" || !isArbiter(this.table, server);',
    faulty: "return true;",
    table: "arbiter",
    shows: /^the client of R\d writes [AB] to X, which is an arbiter$/,
  },
  {
    name: "write to an arbiter once it is asked what comes next",
    file: "core/client.js",
    line: " || !this.asks(server))",
    faulty: ")",
    table: "arbiter",
    shows: /^the client of R\d writes [AB] to X, which is an arbiter$/,
  },
  {
    name: "let an arbiter take writes",
    file: "core/server.js",
    line: "if (this.#isArbiter)",
    faulty: "if (false)",
    table: "arbiter",
    shows: /^X, an arbiter, answered "(written|refused)" to a write of [AB] to R\d$/,
  },
  {
    name: "let an arbiter that promises take writes",
    file: "core/server.js",
    line: "if (this.#isArbiter)",
    faulty: "if (false)",
    table: "arbiter that promises",
    shows: /^X, an arbiter, answered "(written|refused)" to a write of [AB] to R\d$/,
  },
  {
    name: "have an arbiter reject votes as well",
    file: "core/server.js",
    line: "if (given !== null)",
    faulty: 'if (this.#isArbiter) return unchanged(rejected("no")); if (given !== null)',
    table: "arbiter",
    shows: /^X (answered|says) "?rejected/,
  },
  {
    name: "have an arbiter reject promises as well",
    file: "core/server.js",
    line: "const records = this.#freezeBelow(registerSet);",
    faulty: 'if (this.#isArbiter) return unchanged(rejected("no")); const records = this.#freezeBelow(registerSet);',
    table: "arbiter that promises",
    shows: /^X answered "rejected" to the prepare of R\d+$/,
  },
  {
    name: "put values into an arbiter's cells",
    file: "core/register-by-register.js",
    line: "if (!this.#core.asks(server))",
    faulty: "if (false)",
    table: "arbiter that promises",
    options: ["--freeze=register"],
    shows: /^the client of R\d asks X to put [AB] into R\d$/,
  },
];

let workshop: FaultWorkshop;

beforeAll(async () => {
  workshop = await FaultWorkshop.open();
});

afterAll(() => workshop.close());

describe("verify exits 3 and shows the step when the implementation would", () => {
  it.for(FAULTS)("$name", async ({ table, shows, faulty, options, ...fault }) => {
    expectFound(await workshop.verify({ ...fault, changed: faulty }, TABLES[table], options), shows);
  });
});
