import { describe, expect, it } from "vitest";
import { ClientJudge } from "../../../model/registers/client-judge.js";
import { registersModel } from "../../../model/registers/registers.js";
import { holding, NIL, type Register, UNWRITTEN } from "../../../spec/register.js";
import { NO_SERVERS } from "../../../spec/server-set.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { FourRulesJudge } from "../registers/four-rules-judge.js";
import { ClientWatch } from "../systems/client-watch.js";

const majority = tableOf(3, [{ sets: [0, FOREVER], decide: quorums("01", "02", "12") }]);
const A = holding("A");

const judged = (table: typeof majority, value: string, inSet: readonly string[], row: readonly Register[]) => () =>
  new FourRulesJudge(table).judgeProposal(
    { registerSet: 1, value, inSet },
    { registerSets: [0, 1], rows: [row, [UNWRITTEN, UNWRITTEN, UNWRITTEN]] },
  );

describe("a proposal of the implementation", () => {
  it("may be of the only value that can still be decided below", () => {
    expect(judged(majority, "A", ["A"], [A, A, NIL])).not.toThrow();
    expect(judged(majority, "B", ["B"], [A, NIL, NIL])).not.toThrow();
  });

  it("breaks rule 4 where another value can be decided below, whatever the model says", () => {
    expect(judged(majority, "B", ["B"], [A, UNWRITTEN, NIL])).toThrow(
      "the client of R1 proposes B, and another value can still be decided below R1: that breaks rule 4, previous decisions",
    );
  });

  it("breaks rule 3 where it is the second value of an exclusive set", () => {
    expect(judged(majority, "B", ["A", "B"], [NIL, NIL, NIL])).toThrow(
      "the client of R1 proposes B, and A and B can both be decided in R1: that breaks rule 3, current decision",
    );
  });

  it("is not judged where the table breaks the rules that these follow from", () => {
    const anyOne = quorums("0", "1", "2");
    const unsafe = tableOf(3, [{ sets: [0, FOREVER], decide: anyOne, prepare: anyOne }]);
    expect(judged(unsafe, "B", ["B"], [A, UNWRITTEN, NIL])).not.toThrow();
  });
});

describe("a client of the implementation", () => {
  const scope = { table: majority, registerSets: [0, 1], values: 2, clients: null };
  const options = {
    ...{ table: majority, registerSet: 0, row: 0, input: "A", awaited: NO_SERVERS, candidate: 0 },
    judge: new ClientJudge(registersModel(scope), scope),
  };
  const client = (chosen: string | null, output: string | null) => ({
    chosen,
    output,
    phase: "write" as const,
    decisionTable: () => null!,
  });

  it("breaks rule 2 where it takes what is neither its input nor read, even if the model allowed it", () => {
    const judge = Object.assign(new ClientJudge(registersModel(scope), scope), { allowed: () => ["A", "B"] });
    const watch = new ClientWatch({ ...options, judge }, client("B", null));
    expect(() => watch.checkChosen(null, NO_SERVERS, 0)).toThrow(
      "the client of R0 with input A chose B, which it has not read: that breaks rule 2, new value",
    );
    watch.hears(["B"]);
    expect(() => watch.checkChosen(null, 0b1, 0)).not.toThrow();
  });

  it("breaks rule 1 where it outputs without a phase-2 quorum", () => {
    const watch = new ClientWatch(options, client("A", "A"));
    expect(() => watch.checkOutput(0b1)).toThrow(
      "the client of R0 output A after acknowledgements from only {S0}, which is no phase-2 quorum",
    );
    expect(() => watch.checkOutput(0b11)).not.toThrow();
  });
});
