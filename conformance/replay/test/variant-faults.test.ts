/**
 * One-line faults in clients over dumb storage, in the storage, and in servers that freeze as they write: `verify` of
 * the variant must find each of them, exit 3 and show the step. Changes that make no difference must raise no alarm.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Change } from "./changed-builds.js";
import { expectFound, FaultWorkshop } from "./fault-workshop.js";

interface Fault extends Change {
  /** Part of the sentence that says what differs. */
  readonly shows: RegExp;
}

const CELLS = "core/cells.js";
const STORAGE = "core/register-storage.js";

const STORAGE_FAULTS: readonly Fault[] = [
  {
    name: "count a server as prepared when one of its registers is not known yet",
    file: CELLS,
    line: "this.#wholeBelow < registerSet)",
    changed: "this.#wholeBelow < registerSet - 1)",
    shows: /^the client of R2 with input [AB], having heard \{.*\}, chose [AB] where the model has it wait/,
  },
  {
    name: "leave the uppermost register below open",
    file: CELLS,
    line: "below < registerSet",
    changed: "below < registerSet - 1",
    shows: /^the client of R1 does not ask S0 about R0/,
  },
  {
    name: "put nil into the own register too",
    file: CELLS,
    line: "below < registerSet",
    changed: "below <= registerSet",
    shows: /^the client of R[12] asks S0 to put nil into R[12]/,
  },
  {
    name: "write the own input, whatever was chosen",
    file: "core/register-by-register.js",
    line: "value: chosen }",
    changed: "value: this.#core.input }",
    shows: /^the client of R\d asks S0 to put [AB] into R\d/,
  },
  {
    name: "take any answer to a write for an acknowledgement",
    file: CELLS,
    line: 'isWritten ? { kind: "written", registerSet, value: holds.value }',
    changed: 'true ? { kind: "written", registerSet, value: request.value }',
    shows: /^the client of R0 output [AB] after acknowledgements from only \{.*\}, which is no phase-2 quorum/,
  },
  {
    name: "take a refusal for nothing",
    file: CELLS,
    line: '{ kind: "refused", registerSet, holds }',
    changed: '{ kind: "rejected", reason: "" }',
    shows: /^the client of R0 hopes on although it cannot end/,
  },
  {
    name: "read a nil as no answer",
    file: CELLS,
    line: "this.#known.set(reply.registerSet, reply.holds);",
    changed: 'if (reply.holds.state === "value") this.#known.set(reply.registerSet, reply.holds);',
    shows: /^the client of R1 with input [AB], having heard \{S\d, S\d\}, waits where the model allows only [AB]/,
  },
  {
    name: "tell values in the order in which they were heard",
    file: CELLS,
    line: ".sort(([a], [b]) => a - b)",
    changed: "",
    shows: /^the client of R2 with input [AB], having heard \{S\d, S\d\}, waits where the model allows only [AB]/,
  },
  {
    name: "overwrite nil",
    file: STORAGE,
    line: "if (before !== undefined)\n",
    changed: 'if (before?.state === "value")\n',
    shows: /^S\d failed: register 0 is write-once and holds something else already/,
  },
  {
    name: "answer with what was put, and not with what is there",
    file: STORAGE,
    line: "registerSet, holds: before }",
    changed: "registerSet, holds: put }",
    shows: /^S\d answered that R\d holds (nil|A|B) where R\d of the model holds (nil|A|B)/,
  },
  {
    name: "answer before the record is durable",
    file: STORAGE,
    line: "records: [record]",
    changed: "records: []",
    shows:
      /^S\d holds nothing in R0 after a crash cut the put of R0 short, it came again, and there was a crash once more, where it must hold (nil|A|B)$/,
  },
  {
    name: "forget nils on restart",
    file: STORAGE,
    line: "for (const record of records)",
    changed: 'for (const record of records) if (record.holds.state === "value")',
    shows: /^S\d holds nothing in R0( on its disk)? where the model holds nil/,
  },
];

const SERVER_FAULTS: readonly Fault[] = [
  {
    name: "freeze nothing on a write",
    file: "core/server.js",
    line: "this.#writesFreezeBelow ? this.#freezeBelow(registerSet) : []",
    changed: "[]",
    shows: /^S\d holds nothing in R0 after a crash cut "write" for R1 short and it came again, where it must hold nil$/,
  },
  {
    name: "freeze on a write without a record of it",
    file: "core/server.js",
    line: '[...frozen, record], reply: { kind: "written"',
    changed: '[record], reply: { kind: "written"',
    shows:
      /^S\d holds nothing in R0 after a crash cut "write" for R1 short, it came again, and there was a crash once more, where it must hold nil$/,
  },
  {
    name: "freeze the register that is written",
    file: "core/server.js",
    line: "this.#writesFreezeBelow ? this.#freezeBelow(registerSet)",
    changed: "this.#writesFreezeBelow ? this.#freezeBelow(registerSet + 1)",
    shows: /^S\d failed: register 0 is write-once and not unwritten but nil/,
  },
];

/** Each with the options of the variant that it must agree with. */
const HARMLESS: readonly (Change & { readonly options: readonly string[] })[] = [
  {
    name: "ask again for what is known",
    file: CELLS,
    line: "if (!this.#known.has(below))",
    changed: "",
    options: ["--freeze=register"],
  },
  {
    name: "send a write again after its answer",
    file: CELLS,
    line: "if (!this.#known.has(registerSet))",
    changed: "",
    options: ["--freeze=register"],
  },
  {
    name: "record a put that changes nothing once more",
    file: STORAGE,
    line: 'return { records: [], reply: { kind: "holds"',
    changed: 'return { records: [{ registerSet, holds: before }], reply: { kind: "holds"',
    options: ["--freeze=register"],
  },
  {
    name: "record the freeze of a write after the write",
    file: "core/server.js",
    line: '[...frozen, record], reply: { kind: "written"',
    changed: '[record, ...frozen], reply: { kind: "written"',
    options: ["--writes-freeze"],
  },
  {
    // Agreement needs no freeze on a phase-2 write: a server that cannot do it is as good, and is held to the plain
    // model.
    name: "never be able to freeze on a write",
    file: "core/server.js",
    line: "this.#writesFreezeBelow ? this.#freezeBelow(registerSet) : []",
    changed: "[]",
    options: [],
  },
];

const MAJORITY = "{servers: [S0, S1, S2], registers: [{sets: 0.., decide: majority}]}";
/** Covered whole in a moment. */
const TWO_SERVERS = "{servers: [S0, S1], registers: [{sets: 0..1, decide: all}]}";

let workshop: FaultWorkshop;

beforeAll(async () => {
  workshop = await FaultWorkshop.open();
});

afterAll(() => workshop.close());

async function expectFoundWith({ shows, ...fault }: Fault, option: string): Promise<void> {
  const verified = await workshop.verify(fault, MAJORITY, [option]);
  expectFound(verified, shows);
  expect(verified.report.reproduce).toContain(option.replace("=", " "));
}

describe("verify --freeze register exits 3 and shows the step when clients over storage, or it, would", () => {
  it.for(STORAGE_FAULTS)("$name", (fault) => expectFoundWith(fault, "--freeze=register"));
});

describe("verify --writes-freeze exits 3 and shows the step when servers would", () => {
  it.for(SERVER_FAULTS)("$name", (fault) => expectFoundWith(fault, "--writes-freeze"));
});

describe("verify raises no alarm when the implementation would", () => {
  it.for(HARMLESS)("$name ($options)", async ({ options, ...change }) => {
    const { code, report } = await workshop.verify(change, TWO_SERVERS, options);
    expect({ code, agrees: report.replay.agrees, what: report.divergence }).toEqual({
      code: 0,
      agrees: true,
      what: null,
    });
  });
});
