/**
 * One-line faults in the implementation: `verify` of a small table must find each of them, exit 3 and show the step.
 *
 * Each fault is made in a copy of the built code, and the command run from it as users run it, front door included.
 */
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Change } from "./changed-builds.js";
import { expectFound, FaultWorkshop } from "./fault-workshop.js";

interface Fault extends Omit<Change, "changed"> {
  readonly faulty: string;
  /** Whose verification must show it; 3-majority unless given. */
  readonly table?: keyof typeof TABLES;
  /** Part of the sentence that says what differs. */
  readonly shows: RegExp;
  /** Of the shortest run that shows it, where a longer one shows it first; 0 where servers do not start. */
  readonly steps?: number;
}

const open3 = (selection: string): string =>
  `{servers: [S0, S1, S2], selection: ${selection}, registers: [
    {sets: 0, decide: any 2, allocation: open}, {sets: 1, decide: majority, prepare: majority}]}`;

const TABLES = {
  /** Covered whole in a moment. */
  "2, both": "{servers: [S0, S1], registers: [{sets: 0..1, decide: all}]}",
  "3-majority": "{servers: [S0, S1, S2], registers: [{sets: 0.., decide: majority}]}",
  eager: open3("eager"),
  strict: open3("strict"),
  "decision-table": "{servers: [S0, S1, S2], selection: decision-table, registers: [{sets: 0.., decide: majority}]}",
  "decision-table, open": open3("decision-table"),
} as const;

const FAULTS: readonly Fault[] = [
  {
    name: "take any value read, choosable or not (eager)",
    file: "core/selection/eager.js",
    line: "this.#greatest.isChoosable(value, this.#table)",
    faulty: "true",
    table: "eager",
    steps: 5,
    shows: /^the client of R1 with input [AB], having heard \{.*\}, chose [AB] where the model allows only [AB]/,
  },
  {
    name: "take the input where two values are read (eager)",
    file: "core/selection/eager.js",
    line: "if (values.length === 1)",
    faulty: "if (values.length > 1) return input; if (values.length === 1)",
    table: "eager",
    shows: /^the client of R1 with input [AB], having heard \{.*\}, chose [AB] where the model allows only [AB]/,
  },
  {
    name: "guess instead of waiting (strict)",
    file: "core/selection/strict.js",
    line: "choosable.every((other) => other === value)",
    faulty: "choosable.length === 0 || choosable.includes(value)",
    table: "strict",
    shows: /^the client of R1 with input [AB], having heard \{S\d, S\d\}, chose [AB] where the model has it wait/,
  },
  {
    name: "wait where nothing is in doubt (strict)",
    file: "core/selection/strict.js",
    line: "if (values.length === 0)\n            return input;",
    faulty: "if (values.length === 0) return null;",
    table: "strict",
    shows: /^the client of R0 with input [AB], having heard \{\}, waits where the model allows only [AB]/,
  },
  {
    name: "count a server's nil as nothing read (decision table)",
    file: "core/decision-table.js",
    line: "if (holdNil !== NO_SERVERS)",
    faulty: "if (false)",
    table: "decision-table",
    shows:
      /^the client of R1, having heard \{.*\}, has "any" in its decision table for \{.*\} of R0 where the model has "none"/,
  },
  {
    name: "let the last value read stand for the greatest (decision table)",
    file: "core/decision-table.js",
    line: "if (registerSet > this.#leadingSet)",
    faulty: "if (true)",
    table: "decision-table",
    shows: /^the client of R2, having heard/,
  },
  {
    name: "judge an open set by servers outside the quorum (decision table)",
    file: "core/decision-table.js",
    line: 'if (range.allocation.kind !== "open")',
    faulty: "if (true)",
    table: "decision-table, open",
    shows:
      /^the client of R1, having heard \{.*\}, has "\w+( [AB])?" in its decision table for \{.*\} of R0 where the model has/,
  },
  {
    name: "never know that a quorum has decided (decision table)",
    file: "core/decision-table.js",
    line: 'known.state === "maybe" && contains(heard, quorum)',
    faulty: "false",
    table: "decision-table",
    shows: /has "maybe [AB]" in its decision table for \{S\d, S\d\} of R0 where the model has "decided [AB]"/,
  },
  {
    name: "freeze one register too few",
    file: "core/register-row.js",
    line: "Math.max(this.#frozenBelow, registerSet)",
    faulty: "Math.max(this.#frozenBelow, registerSet - 1)",
    shows: /^S\d holds nothing in R0 where the model holds nil/,
  },
  {
    name: "freeze one register too many",
    file: "core/register-row.js",
    line: "Math.max(this.#frozenBelow, registerSet)",
    faulty: "Math.max(this.#frozenBelow, registerSet + 1)",
    shows: /^S\d, killed and started again, told its row before it was durable that R1 holds nil$/,
  },
  {
    name: "log the freeze of one register too few",
    file: "core/server.js",
    line: '{ kind: "frozen", below: registerSet }',
    faulty: '{ kind: "frozen", below: registerSet - 1 }',
    shows: /^S\d holds nothing in R0 where the model holds nil/,
  },
  {
    name: "forget nil writes on restart",
    file: "core/server.js",
    line: "restore(record) {\n        this.#apply(record);",
    faulty: 'restore(record) {\n        if (record.kind !== "frozen") this.#apply(record);',
    shows: /^S\d holds nothing in R0 where the model holds nil after a restart/,
  },
  {
    name: "forget values on restart",
    file: "core/server.js",
    line: "restore(record) {\n        this.#apply(record);",
    faulty: 'restore(record) {\n        if (record.kind === "frozen") this.#apply(record);',
    shows:
      /^S\d holds nothing in R0 after a crash cut "write" for R0 short, it came again, and there was a crash once more, where it must hold [AB]$/,
  },
  {
    name: "choose the lowest register's value",
    file: "core/selection/greatest-set.js",
    line: "greatest[0] < this.#registerSet",
    faulty: "(this.#registerSet >= 0 && greatest[0] >= this.#registerSet)",
    steps: 7,
    shows: /^the client of R2 with input [AB], having heard \{S\d, S\d\}, chose [AB] where the model allows only [AB]/,
  },
  {
    name: "look at a server's lowest register",
    file: "core/selection/greatest-set.js",
    line: "written.at(-1)",
    faulty: "written.at(0)",
    steps: 6,
    shows: /^the client of R2 with input [AB], having heard \{S\d, S\d\}, chose [AB] where the model allows only [AB]/,
  },
  {
    name: "propose the own input whatever phase 1 saw",
    file: "core/client.js",
    line: "this.#selection.choose(this.input)",
    faulty: "this.input",
    shows: /^the client of R1 with input [AB], having heard \{S\d, S\d\}, chose/,
  },
  {
    name: "count a duplicate phase-1 reply twice",
    file: "core/client.js",
    line: "if (hasServer(this.#prepared, server))\n            return undefined;",
    faulty: "if (hasServer(this.#prepared, server)) this.#prepared |= singleton((server + 1) % 3);",
    shows: /^the client of R0 with input [AB], having heard \{S\d, S\d\}, chose [AB] where the model has it wait/,
  },
  {
    name: "count a duplicate phase-2 reply twice",
    file: "core/client.js",
    line: "if (this.#quorums.phase2.isQuorum(this.#written))",
    faulty: "this.acknowledged = (this.acknowledged ?? 0) + 1; if (this.acknowledged >= 2)",
    shows: /^the client of R0 output [AB] after acknowledgements from only \{S\d\}, which is no phase-2 quorum/,
  },
  {
    name: "choose before a phase-1 quorum has answered",
    file: "core/client.js",
    line: "if (this.#selection.needsPhase1Quorum && !this.#quorums.phase1.isQuorum(this.#prepared))",
    faulty: "if (false)",
    shows: /^the client of R1 with input [AB], having heard \{\}, chose [AB] where the model has it wait/,
  },
  {
    name: "overwrite a register that is nil",
    file: "core/server.js",
    line: 'holds.state === "unwritten"',
    faulty: 'holds.state !== "value"',
    shows: /^S\d failed: .*register 0 is write-once and not unwritten but nil/,
  },
  {
    name: "accept a late write without a word",
    file: "core/server.js",
    line: 'return unchanged({ kind: "refused", registerSet, holds });',
    faulty: 'return unchanged({ kind: "written", registerSet, value });',
    shows:
      /^S\d replied "written" to "write" for R0, one of several requests, before it was durable that R0 holds [AB]$/,
  },
  {
    name: "reply before the write",
    file: "storage/server-host.js",
    line: "await this.#log.durable();",
    faulty: "void this.#log.durable();",
    shows: /^S\d replied "prepared" before its log was synced, when it came again after a crash had cut it short$/,
  },
  {
    name: "never sync",
    file: "storage/log.js",
    line: "await this.#disk.sync();\n        this.#end = end;",
    faulty: "this.#end = end;",
    shows: /^S\d replied "prepared" before its log was synced, when it came again after a crash had cut it short$/,
  },
  {
    name: "let the replies of one batch go with the sync of the batch before",
    file: "storage/log.js",
    line: "while (this.#durable < target)",
    faulty: "if (this.#durable < target)",
    shows:
      /^S\d replied "\w+" to "\w+"( for R\d)?, one of several requests, before it was durable that R\d holds (nil|[AB])$/,
  },
  {
    name: "reveal what is not durable yet",
    file: "storage/server-host.js",
    line: "await this.#log.durable();",
    faulty: "if (records.length > 0) await this.#log.durable();",
    shows:
      /^S\d replied "\w+" to "\w+"( for R\d)?, one of several requests, before it was durable that R\d holds (nil|[AB])$/,
  },
  {
    name: "reveal what a killed process wrote, and not sync it",
    file: "storage/log.js",
    line: "await this.#disk.sync();\n        await this.#markTwice();",
    faulty: "",
    shows: /^S\d replied "prepared" before its log was synced$/,
  },
  {
    name: "trust what a failed sync left in the page cache",
    file: "storage/log.js",
    line: "last.bytes.length > 0 ?",
    faulty: "false ?",
    shows:
      /^S\d failed: .*batch 1 of the log is damaged or missing from byte 1536 on, although 1 were durable by its marks|^the log of S\d: batch 1 of the log is damaged/,
  },
  {
    name: "log a register set modulo 2^32",
    file: "encoding/record-codec.js",
    line: "writer.u48(record.registerSet);",
    faulty: "writer.u48(record.registerSet % 2 ** 32);",
    table: "2, both",
    shows: /^S0, asked to carry awkward values, does not start again: /,
  },
  {
    name: "log long values, and not read them back",
    file: "encoding/record-codec.js",
    line: 'kind: "written", registerSet: reader.u48(), value: reader.text(VALUE_BYTES_MAX)',
    faulty: 'kind: "written", registerSet: reader.u48(), value: reader.text(4096)',
    table: "2, both",
    shows: /^S0, asked to carry awkward values, does not start again: .*text of 65536 bytes, at most 4096 are allowed$/,
  },
  {
    name: "take a register that holds an empty text for unwritten",
    file: "core/register-row.js",
    line: "if (value !== undefined)\n            return holding(value);",
    faulty: "if (value) return holding(value);",
    table: "2, both",
    shows: /^S0, asked to carry awkward values, answered "written" to a late write to R0, which holds ""$/,
  },
  {
    name: "take an empty text for nothing read",
    file: "core/selection/greatest-set.js",
    line: "written.at(-1)",
    faulty: "written.filter(([, value]) => value).at(-1)",
    table: "2, both",
    shows: /^the client of R1 chose "my own" where every server told it that R0 holds ""$/,
  },
  {
    name: "take a lone surrogate inside longer text",
    file: "core/protocol.js",
    line: "/\\p{Surrogate}/u",
    faulty: "/^\\p{Surrogate}$/u",
    table: "2, both",
    shows: /^S0, asked to carry awkward values, took "\\udc00A", which is no text, and answered "written"$/,
  },
  {
    name: "claim without a sync",
    file: "storage/claims.js",
    line: "await Promise.all([made.sync(), syncDirectory(path.dirname(file), files)]);",
    faulty: "",
    shows: /^the client of R0 proposed [AB] there, lost its power just then, and proposes [AB] there$/,
  },
  {
    name: "use a claim before it is durable",
    file: "proposer/attempt.js",
    line: "!(await this.#options.mayPropose)",
    faulty: "false",
    shows: /^the client of R0 proposed [AB] there, lost its power just then, and proposes [AB] there$/,
  },
  {
    name: "tell nothing of the registers below",
    file: "core/server.js",
    line: "...this.#row.page(from, registerSet)",
    faulty: "written: []",
    shows:
      /^S\d replied "prepared" to "prepare" for R1, one of several requests, before it was durable that R0 holds nil$/,
  },
  {
    name: "stumble over quorums that nobody has asked for yet",
    file: "core/quorums.js",
    line: "if (quorums === undefined) {",
    faulty: "if (quorums !== undefined) {",
    table: "2, both",
    shows: /^the client of R0 with input [AB] failed: Cannot read properties of undefined \(reading 'phase1'\)$/,
  },
  {
    name: "not open the log of a server that has not promised anything yet",
    file: "encoding/log-format.js",
    line: "mark?.batch === batch && mark.seal !== seal",
    faulty: "mark?.batch === batch || mark.seal !== seal",
    table: "2, both",
    shows: /^S0 failed: its disk: batch 0 is not the one that its mark is of/,
    steps: 0,
  },
  {
    name: "not begin a directory over TCP",
    file: "storage/pin-store.js",
    line: "written === null && none === undefined",
    faulty: "written === null || none === undefined",
    table: "2, both",
    shows: /^S0 does not start: there is no \S+pins$/,
    steps: 0,
  },
  {
    name: "throw where a socket hands over what it has read",
    file: "network/doorkeeper.js",
    line: "this.#certified !== null && ",
    faulty: "",
    table: "2, both",
    shows: /^a server failed amid its work: Cannot use 'in' operator to search for 'distrusted' in null$/,
  },
];

let workshop: FaultWorkshop;

beforeAll(async () => {
  workshop = await FaultWorkshop.open();
});

afterAll(() => workshop.close());

describe("verify exits 3 and shows the step when the implementation would", () => {
  it.for(FAULTS)("$name", async ({ table = "3-majority", shows, steps, faulty, ...fault }) => {
    const found = await workshop.verify({ ...fault, changed: faulty }, TABLES[table]);
    expectFound(found, shows, steps);
  });

  it("in a process of its own, too", async () => {
    const { shows, faulty, ...fault } = FAULTS.find(({ name }) => name === "never sync")!;
    expectFound(await workshop.verifyApart({ ...fault, changed: faulty }, TABLES["3-majority"]), shows);
  });
});
