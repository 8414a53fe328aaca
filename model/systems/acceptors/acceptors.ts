/**
 * Basic Paxos as it is taught, with acceptors that change what they hold, message by message: its ways to go wrong, and
 * the register model that it refines.
 */
import { defineInWords, indexSet, numbers, values as valueSet, type WordedProperty } from "../../language/index.js";
import type { Question } from "../../questions/index.js";
import { majorityRegisters, writeRegisters } from "../single-decree.js";
import { defineSystem, number } from "../system.js";
import { actions, promisedFrom, type Scope, type Variables, variablesOf } from "./steps.js";

export const acceptors = defineSystem({
  name: "acceptors",
  about:
    "Basic Paxos: several acceptors remember, proposers ask and propose, and a value is chosen once a majority of acceptors has accepted it in one ballot. An acceptor keeps little and changes it: the greatest ballot that it promised, and the ballot and value that it accepted last. One acceptor alone would be no trouble and no help; with several, a proposer may find the choice half made, by somebody who is slow and not dead. Each promise freezes the lower registers of the write-once model, and each acceptance writes one.",
  source: 'Lamport, "Paxos Made Simple", 2001, section 2.2; the steps are those of his TLA+ module Paxos',
  parameters: {
    servers: number("acceptors; any majority of them chooses", 3, 1, 7),
    ballots: number("ballots, one proposer each", 2, 1, 6),
    values: number("values that may be proposed", 2, 1, 6),
    crashes: number("crashes after which an acceptor has forgotten something, of variants that forget", 1, 0, 8),
  },
  variants: [
    {
      name: "sound",
      inShort: "promise, then accept what is not below the promise",
      pins: [
        { ask: "invariant", verdict: "holds", states: 3921, transitions: 9442, depth: 16 },
        { ask: "refines", verdict: "holds", states: 3921, transitions: 9442, depth: 16 },
      ],
    },
    {
      name: "first-value-only",
      inShort: "an acceptor accepts the first value that it is told, and no other",
      parameters: { ballots: 3, values: 3 },
      mend: "Number the attempts, and let an acceptor accept again in a later one: but then a later proposer has to ask first what may have been chosen.",
      trap: "With two values and three acceptors there is always a majority: it takes three of either, or an acceptor that is lost.",
      pins: [
        { ask: "invariant", verdict: "holds", states: 2530, transitions: 8082, depth: 6 },
        {
          ask: "stuck",
          verdict: "stuck",
          property: "a value can still be chosen",
          states: 2530,
          transitions: 8082,
          depth: 6,
          length: 6,
        },
      ],
    },
    {
      name: "accept-anything",
      inShort: "an acceptor takes every value, and a later one overwrites a majority's",
      mend: "A proposer asks a majority before it proposes, and takes up the value of the greatest ballot that it hears of.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 533,
          transitions: 1316,
          depth: 8,
          length: 6,
        },
      ],
    },
    {
      name: "ask-first",
      inShort: "a proposer asks what was accepted, and no acceptor turns older proposers away",
      mend: "To answer is to promise: an acceptor that has told a later ballot what it accepted accepts nothing of an earlier one.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 56357,
          transitions: 152254,
          depth: 16,
          length: 12,
        },
      ],
    },
    {
      name: "forgets-promise",
      inShort: "an acceptor keeps its votes on disk, and its promise in memory",
      mend: "The promise is on disk before it is given.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 33818,
          transitions: 95591,
          depth: 17,
          length: 13,
        },
      ],
    },
    {
      name: "forgets-vote",
      inShort: "an acceptor keeps its promise on disk, and its vote in memory",
      mend: "The vote is on disk before it is told.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 16817,
          transitions: 41908,
          depth: 17,
          length: 13,
        },
      ],
    },
    {
      name: "forgets-all",
      inShort: "an acceptor comes back from a crash as if it were new",
      mend: "Log ballots and votes to disk; an acceptor that has lost its disk is no acceptor any more.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 34052,
          transitions: 98681,
          depth: 17,
          length: 13,
        },
      ],
    },
  ],
  build: ({ servers, ballots, values, crashes }, variant) => {
    const scope: Scope = {
      server: indexSet("acceptor", servers, { symmetric: true, prefix: "S" }),
      ballot: numbers("ballot", ballots),
      value: valueSet(values),
      crashes,
      variant,
    };
    const worded = defineInWords({
      name: `acceptors, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.server, columns: scope.ballot },
      actions: (variables) => actions(variables, scope),
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: questionsOf(worded.variables, scope) };
  },
});

/** A majority has voted for the value in one ballot. */
const isChosen = ({ proposed, voted }: Variables, { server, ballot }: Scope, value: number): boolean =>
  ballot.some((b) => proposed(b).is(value) && server.majority((s) => voted(s, b).is(true)));

function properties(variables: Variables, scope: Scope): WordedProperty[] {
  const { value } = scope;
  return [
    {
      name: "agreement",
      premise: () => value.some((v) => isChosen(variables, scope, v)),
      parameters: { value, other: value },
      fails: [(v) => isChosen(variables, scope, v), (v, other) => v < other && isChosen(variables, scope, other)],
    },
  ];
}

function questionsOf(variables: Variables, scope: Scope): Question[] {
  const { server, ballot, value, variant } = scope;
  if (variant === "first-value-only") {
    const isAnyChosen = () => value.some((v) => isChosen(variables, scope, v));
    return [{ ask: "invariant" }, { ask: "stuck", goal: { name: "a value can still be chosen", holds: isAnyChosen } }];
  }
  if (variant !== "sound") return [{ ask: "invariant" }];
  const registers = majorityRegisters(server.size, ballot.size, value.size);
  const { promised, proposed, voted } = variables;
  const map = (): void =>
    writeRegisters(
      registers,
      [server.size, ballot.size],
      (s, b) => {
        if (voted(s, b).is(true)) return proposed(b).get()!;
        return promisedFrom(promised(s).get(), b + 1) ? "nil" : "unwritten";
      },
      (b) => proposed(b).get(),
    );
  return [{ ask: "invariant" }, { ask: "refines", abstraction: { name: "the register model", model: registers, map } }];
}
