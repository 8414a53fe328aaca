/**
 * Consensus over write-once registers, level 1: the state is nothing but registers and proposals.
 *
 * A promise is a stable fact of the state table (a register, once written or nil, stays so), so no messages and no
 * client bookkeeping are needed, and there is no step for deciding: decidedness is a predicate. The README of this
 * folder says exactly what each step is; source: Howard & Mortier 2019.
 */
import { hasOwner } from "../../spec/quorum-table.js";
import { allServers } from "../../spec/server-set.js";
import { type ActionDeclaration, defineModel, type Model, type PropertyDeclaration } from "../kernel/index.js";
import {
  electedSets,
  FIRST_VALUE,
  freezeBelow,
  NIL,
  RegisterFacts,
  type RegisterVariables,
  UNWRITTEN,
} from "./facts.js";
import type { Scope } from "./scope.js";
import { type SelectionRule, selectionRule } from "./selection.js";
import { type Variant, variantOf } from "./variant.js";

/** The proposal of an exclusive set before there is one; value v is 1 + v. */
const NO_PROPOSAL = 0;

export type RegistersModel = Model<"register" | "proposal"> & { readonly variables: RegisterVariables };

/** Throws RangeError for single freezes where votes are promises: these freeze whole rows. */
export function registersModel(scope: Scope): RegistersModel {
  const { table, registerSets, values } = scope;
  const owned = registerSets.map((real) => hasOwner(table, real));
  const elected = electedSets(scope);
  return defineModel<"register" | "proposal">({
    name: "registers",
    descriptor: { model: "registers", config: scope },
    variables: {
      // register[s][r]
      register: { shape: [table.servers.length, registerSets.length], domain: FIRST_VALUE + values },
      // proposal[r]: none or 1 + v in a set that one client owns; in others a set of values, bit v for value v
      proposal: { shape: [registerSets.length], domain: (r) => (owned[r] ? 1 + values : 2 ** values) },
      // vote[s][e], of the e-th elected set: for whom s has voted in it; 1 is no vote
      ...(elected.length > 0 && {
        vote: { shape: [table.servers.length, elected.length], domain: FIRST_VALUE + values },
      }),
    },
    actions: (variables) =>
      actionsOf(new RegisterFacts(scope, variables), selectionRule(table.selection), variantOf(scope)),
    properties: (variables) => propertiesOf(new RegisterFacts(scope, variables)),
  });
}

function actionsOf(
  facts: RegisterFacts,
  selection: SelectionRule,
  { freezes, writesFreezeBelow }: Variant,
): ActionDeclaration[] {
  const { register, proposal, servers, sets, values, owned, promising, elections, gates } = facts;
  // Of several shortest runs the first in this order is shown: it tells of a value until it is written, and then of
  // another.
  return [
    {
      name: "propose",
      parameters: { registerSet: sets, value: values },
      guard: [
        (r) => !owned[r] || proposal.is(NO_PROPOSAL, r),
        (r) => selection.isReady(facts, r),
        (r, v) => owned[r]! || !facts.isProposed(r, v),
        ...(gates.some(isThere) ? [(r: number) => facts.isGateOpen(r)] : []),
        ...(elections.some(isThere) ? [(r: number, v: number) => facts.isElected(r, v)] : []),
        (r, v) => selection.allows(facts, r, v),
      ],
      effect: (r, v) => proposal.set(owned[r] ? 1 + v : proposal.at(r) | (1 << v), r),
      // What a client has heard from P stays true: no register below r is left to be written there (proofs-notes.md,
      // "Persistent proposals"). Votes are for ever, and so is what a gate waits for.
      persistent: true,
    },
    {
      name: "write",
      parameters: { registerSet: sets, value: values, server: servers },
      guard: [
        (r, v) => facts.isProposed(r, v),
        (r, _, s) => register.is(UNWRITTEN, s, r),
        ...(facts.holding === allServers(servers) ? [] : [(_r: number, _v: number, s: number) => facts.holds(s)]),
      ],
      effect: (r, v, s) => {
        if (writesFreezeBelow) freezeBelow(facts.register, s, r);
        register.set(FIRST_VALUE + v, s, r);
      },
    },
    ...(elections.some(isThere) ? [castVote(facts, freezes)] : []),
    ...(promising.every(Boolean) ? [] : [freezes === "row" ? freezeRow(facts) : freezeRegister(facts)]),
  ];
}

const isThere = (part: object | null): boolean => part !== null;

/**
 * Server s gives its one vote in r to the candidate of v: to the client that comes to propose v there, if it proposes
 * at all (proofs-notes.md, "Candidates"). Where the vote is a promise, whatever is unwritten below r becomes nil with
 * it.
 */
function castVote(facts: RegisterFacts, freezes: Variant["freezes"]): ActionDeclaration {
  const { servers, sets, values, promising, elections } = facts;
  if (freezes === "register" && promising.some(Boolean)) {
    throw new RangeError("votes that are promises freeze whole rows, not single registers");
  }
  return {
    name: "vote",
    parameters: { registerSet: sets, value: values, server: servers },
    guard: [(r) => elections[r] !== null, (r, _, s) => !facts.hasVoted(s, r)],
    effect: (r, v, s) => {
      if (promising[r]) freezeBelow(facts.register, s, r);
      facts.castVote(s, r, v);
    },
  };
}

/** Server s promises a client of r, unless its vote does: whatever is unwritten below r becomes nil at once. */
const freezeRow = (facts: RegisterFacts): ActionDeclaration => ({
  name: "freeze",
  parameters: { server: facts.servers, registerSet: facts.sets },
  guard: (s, r) => !facts.promising[r] && !facts.isPreparedAt(s, r),
  effect: (s, r) => freezeBelow(facts.register, s, r),
});

/**
 * A client puts nil into the one register of r at s. Clients of any higher set do, in whatever order they like: so no
 * client does in the last set, and nothing is asked of the other registers of s.
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
