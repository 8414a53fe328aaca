/**
 * Consensus over write-once registers, level 1: the state is nothing but registers and proposals.
 *
 * A promise is a stable fact of the state table (a register, once written or nil, stays so), so no messages and no client
 * bookkeeping are needed, and there is no step for deciding: decidedness is a predicate. The README of this folder says exactly
 * what each step is; source: Howard & Mortier 2019.
 */
import { isOpen } from "../../spec/quorum-table.js";
import { type ActionDeclaration, defineModel, type Model, type PropertyDeclaration } from "../kernel/index.js";
import { FIRST_VALUE, freezeBelow, NIL, RegisterFacts, UNWRITTEN } from "./facts.js";
import type { Scope } from "./scope.js";
import { type SelectionRule, selectionRule } from "./selection.js";
import { type Variant, variantOf } from "./variant.js";

/** The proposal of an exclusive set before there is one; value v is 1 + v. */
const NO_PROPOSAL = 0;

export type RegistersModel = Model<"register" | "proposal">;

export function registersModel(scope: Scope): RegistersModel {
  const { table, registerSets, values } = scope;
  const open = registerSets.map((real) => isOpen(table, real));
  return defineModel({
    name: "registers",
    descriptor: { model: "registers", config: scope },
    variables: {
      // register[s][r]
      register: { shape: [table.servers.length, registerSets.length], domain: FIRST_VALUE + values },
      // proposal[r]: none or 1 + v in an exclusive set; in an open one, a set of values, bit v for value v
      proposal: { shape: [registerSets.length], domain: (r) => (open[r] ? 2 ** values : 1 + values) },
    },
    actions: ({ register, proposal }) =>
      actionsOf(new RegisterFacts(scope, register, proposal), selectionRule(table.selection), variantOf(scope)),
    properties: ({ register, proposal }) => propertiesOf(new RegisterFacts(scope, register, proposal)),
  });
}

function actionsOf(
  facts: RegisterFacts,
  selection: SelectionRule,
  { freezes, writesFreezeBelow }: Variant,
): ActionDeclaration[] {
  const { register, proposal, servers, sets, values, open } = facts;
  // Of several shortest runs the first in this order is shown: it tells of a value until it is written, and then of another.
  return [
    {
      name: "propose",
      parameters: { registerSet: sets, value: values },
      guard: [
        (r) => open[r]! || proposal.is(NO_PROPOSAL, r),
        (r) => selection.isReady(facts, r),
        (r, v) => !open[r] || !facts.isProposed(r, v),
        (r, v) => selection.allows(facts, r, v),
      ],
      effect: (r, v) => proposal.set(open[r] ? proposal.at(r) | (1 << v) : 1 + v, r),
      // What a client has heard from P stays true: no register below r is left to be written there (proofs-notes.md, "Persistent
      // proposals").
      persistent: true,
    },
    {
      name: "write",
      parameters: { registerSet: sets, value: values, server: servers },
      guard: [(r, v) => facts.isProposed(r, v), (r, _, s) => register.is(UNWRITTEN, s, r)],
      effect: (r, v, s) => {
        if (writesFreezeBelow) freezeBelow(facts.register, s, r);
        register.set(FIRST_VALUE + v, s, r);
      },
    },
    freezes === "row" ? freezeRow(facts) : freezeRegister(facts),
  ];
}

/** Server s promises a client of r: whatever is unwritten below r becomes nil at once. */
const freezeRow = (facts: RegisterFacts): ActionDeclaration => ({
  name: "freeze",
  parameters: { server: facts.servers, registerSet: facts.sets },
  guard: (s, r) => !facts.isPreparedAt(s, r),
  effect: (s, r) => freezeBelow(facts.register, s, r),
});

/**
 * A client puts nil into the one register of r at s. Clients of any higher set do, in whatever order they like: so no client does in
 * the last set, and nothing is asked of the other registers of s.
 */
const freezeRegister = ({ register, servers, sets }: RegisterFacts): ActionDeclaration => ({
  name: "freeze register",
  parameters: { server: servers, registerSet: sets },
  guard: (s, r) => r < sets - 1 && register.is(UNWRITTEN, s, r),
  effect: (s, r) => register.set(NIL, s, r),
});

function propertiesOf(facts: RegisterFacts): PropertyDeclaration[] {
  const { sets, values } = facts;
  const premise = (): boolean => facts.isAnyDecided();
  return [
    {
      name: "agreement",
      premise,
      parameters: { registerSet: sets, value: values, laterSet: sets, otherValue: values },
      fails: [
        (r, v) => facts.isDecidedIn(r, v),
        (r, v, later, other) => later >= r && other !== v && facts.isDecidedIn(later, other),
      ],
    },
    {
      name: "non-triviality",
      premise,
      parameters: { value: values, registerSet: sets },
      fails: [(v) => !facts.isInputProposed(v), (v, r) => facts.isDecidedIn(r, v)],
    },
  ];
}
