/**
 * The early, flawed protocols, all as one model: the register model (model/registers/registers.ts) with one thing
 * wrong.
 *
 * With flaw `none`, exclusive sets and no leases it is the register model, state for state. That model needs no
 * bookkeeping of clients and no history, because a register that is nil or written stays so. Some flaws take just
 * that away; then the state must say what somebody knows of registers that have changed since:
 * - `answer`: what phase 1 of a set has heard from a server, at the time;
 * - `told`: which values a register ever held. Every write is acknowledged, so whoever got v acknowledged by a quorum
 *   outputs v.
 * A variable that the flaw at hand does not need stays 0.
 */
import { type ActionDeclaration, defineModel, type Model } from "../kernel/index.js";
import { FIRST_VALUE, freezeBelow, NIL, UNWRITTEN } from "../registers/facts.js";
import type { FlawedSystem } from "./flaw.js";
import { FlawedFacts, isOneOf, LOSES_VALUES, SILENT, UNDOES_READS } from "./flawed-facts.js";

export type FlawedModel = Model<"register" | "proposals" | "answer" | "told" | "hasForgotten" | "term">;

export function flawedRegistersModel(system: FlawedSystem): FlawedModel {
  const { servers, registerSets, values, flaw, leases } = system;
  const keepsAnswers = isOneOf(UNDOES_READS, flaw);
  return defineModel({
    name: `registers, flaw: ${flaw}`,
    variables: {
      // register[s][r]: unwritten, nil or a value
      register: { shape: [servers, registerSets], domain: FIRST_VALUE + values },
      // proposals[r]: the values proposed in r, bit v for value v; each of them may be written at any time
      proposals: { shape: [registerSets], domain: 2 ** values },
      // answer[s][r]: what phase 1 of r has heard from s, as FlawedFacts.answerNow puts it; set 0 has no phase 1
      answer: { shape: [servers, registerSets], domain: (_, r) => (keepsAnswers && r > 0 ? 2 + r * values : 1) },
      // told[s][r]: the values that the register ever held, bit v for value v
      told: { shape: [servers, registerSets], domain: isOneOf(LOSES_VALUES, flaw) ? 2 ** values : 1 },
      // hasForgotten[r]: 1 if the client of r has crashed since it proposed
      hasForgotten: { shape: [registerSets], domain: flaw === "proposal forgotten" ? 2 : 1 },
      // term: whose client holds the lease
      term: { shape: [], domain: leases ? registerSets : 1 },
    },
    actions: (variables) => {
      const facts = new FlawedFacts(system, variables);
      return [...phase1Of(facts), proposeOf(facts), writeOf(facts), ...crashesOf(facts), ...electionsOf(facts)];
    },
    properties: (variables) => {
      const facts = new FlawedFacts(system, variables);
      return [
        {
          name: "agreement",
          premise: () => Array.from({ length: values }, (_, v) => v).some((v) => facts.isOutput(v)),
          parameters: { value: values, otherValue: values },
          fails: [(v) => facts.isOutput(v), (v, other) => v < other && facts.isOutput(other)],
        },
      ];
    },
  });
}

/** Whoever reads registers that can change afterwards has to note what it read, and hears from each server once. */
function phase1Of(facts: FlawedFacts): ActionDeclaration[] {
  const { system, variables } = facts;
  const { register, answer, proposals } = variables;
  if (system.flaw === "no phase 1") return [];
  const name = system.flaw === "no freeze" ? "read" : "freeze";
  const parameters = { server: system.servers, registerSet: system.registerSets };
  const freeze = (s: number, r: number): void => freezeBelow(register, s, r);
  if (!facts.keepsAnswers) {
    const guard = (s: number, r: number) => facts.holdsLease(r) && !facts.isPreparedAt(s, r);
    return [{ name, parameters, guard, effect: freeze }];
  }
  return [
    {
      name,
      parameters,
      guard: (s, r) => r > 0 && facts.holdsLease(r) && proposals.is(0, r) && answer.is(SILENT, s, r),
      effect: (s, r) => {
        answer.set(facts.answerNow(s, r), s, r);
        if (name === "freeze") freeze(s, r);
      },
    },
  ];
}

function proposeOf(facts: FlawedFacts): ActionDeclaration {
  const { system, variables } = facts;
  const { proposals, hasForgotten } = variables;
  return {
    name: "propose",
    parameters: { registerSet: system.registerSets, value: system.values },
    guard: [(r) => facts.holdsLease(r), (r, v) => facts.isVacantFor(r, v), (r, v) => facts.phase1Allows(r, v)],
    effect: (r, v) => {
      proposals.set(proposals.at(r) | (1 << v), r);
      hasForgotten.set(0, r);
    },
  };
}

/** Arrives at any time after the proposal, whoever holds the lease by then. */
function writeOf(facts: FlawedFacts): ActionDeclaration {
  const { system, variables } = facts;
  const { register, told } = variables;
  const overwrites = system.flaw === "overwrite";
  return {
    name: "write",
    parameters: { registerSet: system.registerSets, value: system.values, server: system.servers },
    guard: [
      (r, v) => facts.isProposed(r, v),
      (r, v, s) => (overwrites ? !register.is(FIRST_VALUE + v, s, r) : register.is(UNWRITTEN, s, r)),
    ],
    effect: (r, v, s) => {
      register.set(FIRST_VALUE + v, s, r);
      if (facts.keepsHistory) told.set(told.at(s, r) | (1 << v), s, r);
    },
  };
}

/** Crashes after which nothing is forgotten are no steps: a server that recovers its registers was merely slow. */
function crashesOf(facts: FlawedFacts): ActionDeclaration[] {
  const { system, variables } = facts;
  const { register, proposals, hasForgotten } = variables;
  const sets = Array.from({ length: system.registerSets }, (_, r) => r);
  const serverCrash = (forgets: (content: number) => boolean): ActionDeclaration => ({
    name: "crash",
    parameters: { server: system.servers },
    guard: (s) => sets.some((r) => forgets(register.at(s, r))),
    effect: (s) => {
      for (const r of sets) if (forgets(register.at(s, r))) register.set(UNWRITTEN, s, r);
    },
  });
  switch (system.flaw) {
    case "nils forgotten":
      return [serverCrash((content) => content === NIL)];
    case "values forgotten":
      return [serverCrash((content) => content >= FIRST_VALUE)];
    case "registers forgotten":
      return [serverCrash((content) => content !== UNWRITTEN)];
    case "proposal forgotten":
      return [
        {
          name: "restart",
          parameters: { registerSet: system.registerSets },
          guard: (r) => !proposals.is(0, r) && hasForgotten.is(0, r),
          effect: (r) => hasForgotten.set(1, r),
        },
      ];
    default:
      return [];
  }
}

/** The lease ends, and the client of a later term gets the next. */
function electionsOf({ system, variables: { term } }: FlawedFacts): ActionDeclaration[] {
  if (!system.leases) return [];
  return [
    {
      name: "elect",
      parameters: { registerSet: system.registerSets },
      guard: (r) => r > term.at(),
      effect: (r) => term.set(r),
    },
  ];
}
