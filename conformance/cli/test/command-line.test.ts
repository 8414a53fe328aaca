import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { PLAIN } from "../../../model/registers/variant.js";
import { explanations } from "../../../spec/rules/explain.js";
import { declareVerifyOptions, requestOf, type VerifyFlags } from "../../options/verify-options.js";
import { EXIT, type ExitCode, mostSevere } from "../../shell/exit-codes.js";
import { internalErrorMessage } from "../../shell/internal-error.js";
import { plain } from "../../shell/terminal.js";
import { EXHAUSTING, type VerifyRequest } from "../../verify/request.js";
import { recordingTerminal } from "../../verify/test/reports.js";
import { registerExplain, renderExplanation } from "../commands/explain-command.js";

/** A program that throws instead of exiting and keeps its complaints to itself. */
const quiet = () => new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });

function requestFrom(...words: string[]): VerifyRequest {
  const command = declareVerifyOptions(quiet().argument("<file...>")).parse(words, { from: "user" });
  return requestOf(command, command.opts<VerifyFlags>());
}

describe("options of verify", () => {
  it("default to the compressed scope, two values, free inputs, and replay", () => {
    expect(requestFrom("a.yaml")).toMatchObject({
      registerSets: null,
      values: null,
      clients: null,
      variant: PLAIN,
      replay: true,
      seed: 1,
      symmetry: true,
      bytesMax: null,
      secondsMax: 20,
      exhaust: false,
    });
  });

  it("have no bound on time with --exhaust, unless it is given as well", () => {
    expect(requestFrom("a.yaml", "--exhaust")).toEqual(EXHAUSTING);
    expect(requestFrom(..."a.yaml --exhaust --max-seconds 60".split(" "))).toEqual({ ...EXHAUSTING, secondsMax: 60 });
  });

  it("are read as numbers, memory as bytes", () => {
    const words =
      "a.yaml --register-sets 3 --values 4 --clients 2 --no-replay --seed 0 --no-symmetry --reduce --stop-at-violation --workers 1 --decision-table --writes-freeze";
    const bounds = "--max-states 1000 --max-memory 2 --max-seconds 3";
    expect(requestFrom(...words.split(" "), ...bounds.split(" "))).toEqual({
      registerSets: 3,
      values: 4,
      clients: 2,
      variant: { freezes: "row", writesFreezeBelow: true },
      replay: false,
      seed: 0,
      samples: "alone",
      adapter: null,
      messages: false,
      decisionTable: true,
      symmetry: false,
      reduce: true,
      stopAtViolation: true,
      workers: 1,
      statesMax: 1000,
      bytesMax: 2_000_000,
      secondsMax: 3,
      exhaust: false,
    });
  });

  it("leave both variants to exploration alone", () => {
    expect(requestFrom(..."a.yaml --freeze register --writes-freeze --no-replay".split(" ")).variant).toEqual({
      freezes: "register",
      writesFreezeBelow: true,
    });
  });

  it.each([
    ["", "missing required argument 'file'"],
    ["a.yaml --values 0", "whole number from 1 to"],
    ["a.yaml --values two", "whole number from 1 to"],
    ["a.yaml --values 1e3", "whole number from 1 to"],
    ["a.yaml --register-sets -1", "whole number from 1 to"],
    ["a.yaml --seed 4294967296", "0 to 4294967295"],
    ["a.yaml --workers 0", "whole number from 1 to"],
    ["a.yaml --max-states many", "whole number from 1 to"],
    ["a.yaml --clients 3 --values 2", "--clients 3 need an input each, but --values is only 2"],
    ["a.yaml --freeze cell", "Allowed choices are row, register"],
    ["a.yaml --freeze register --writes-freeze", "--freeze register with --writes-freeze needs --no-replay"],
    ["a.yaml --freeze register --reduce", "without --freeze register it gives the same verdict"],
    ["a.yaml --messages --freeze register", "leave out --freeze register"],
    ["a.yaml --messages --writes-freeze", "leave out --writes-freeze"],
    ["a.yaml --clinets 3", "Did you mean --clients"],
  ])("%j is refused: %s", (words, complaint) => {
    expect(() => requestFrom(...words.split(" ").filter((word) => word !== ""))).toThrow(complaint);
  });
});

describe("explain", () => {
  function explained(...words: string[]): string {
    const terminal = recordingTerminal();
    const program = quiet();
    registerExplain(program, terminal);
    program.parse(["explain", ...words], { from: "user" });
    return terminal.printed.out;
  }

  it("takes a rule of several words", () => {
    expect(explained("rule", "3")).toContain("Rule 3, current decision");
    expect(explained("pq")).toContain("Smallest example that breaks it\n  Servers a, b;");
  });

  it("takes several rules, of one word or more", () => {
    const both = explained("rule", "3", "PQ", "F2");
    expect(both).toBe([explained("rule 3"), explained("PQ"), explained("F2")].join("\n"));
  });

  it("names every rule that there is not", () => {
    expect(() => explained("PQ", "F7", "X")).toThrow(/no rule "F7".*\n.*no rule "X"/);
  });

  it("suggests what may have been meant", () => {
    expect(() => explained("agrement")).toThrow(
      'there is no rule "agrement" (did you mean "agreement"?); rules are agreement,',
    );
  });

  it("fits on a screen of 100 columns", () => {
    for (const explanation of explanations) {
      for (const line of renderExplanation(explanation, plain).split("\n"))
        expect(line.length).toBeLessThanOrEqual(100);
    }
  });
});

describe("exit codes of several files", () => {
  it.each<[ExitCode[], ExitCode]>([
    [[], EXIT.safe],
    [[EXIT.safe, EXIT.inconclusive], EXIT.inconclusive],
    [[EXIT.inconclusive, EXIT.unsafe], EXIT.unsafe],
    [[EXIT.unsafe, EXIT.diverges], EXIT.diverges],
    [[EXIT.diverges, EXIT.unreadable], EXIT.unreadable],
    [[EXIT.unreadable, EXIT.internal], EXIT.internal],
  ])("of %o is %i", (codes, exitCode) => {
    expect(mostSevere(codes)).toBe(exitCode);
    expect(mostSevere([...codes].reverse())).toBe(exitCode);
  });
});

describe("an internal error", () => {
  it("is one line, and has its stack only with QUORATE_DEBUG", () => {
    const error = new TypeError("x is not\na function");
    expect(internalErrorMessage(error, {})).toBe(
      "Quorate failed, and that is its own fault (TypeError: x is not a function). Run it again with QUORATE_DEBUG=1 and report what it prints, with the command and the file.",
    );
    expect(internalErrorMessage(error, { QUORATE_DEBUG: "1" })).toContain(error.stack);
  });
});
