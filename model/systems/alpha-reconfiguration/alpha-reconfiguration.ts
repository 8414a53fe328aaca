/**
 * A log that decides who decides: a command may change the configuration, α slots later. Each slot is a consensus of
 * its own among the servers of its configuration, with a phase 1 of its own.
 */
import { defineInWords, indexSet, numbers, type WordedProperty } from "../../language/index.js";
import type { Question } from "../../questions/index.js";
import { majorityRegisters, writeRegisters } from "../single-decree.js";
import { defineSystem, membersIn, number, someOf } from "../system.js";
import {
  CHANGE,
  isDecided,
  isDecidedAs,
  isPrefixDecided,
  LAST_EPOCH,
  mayUse,
  NEW,
  NO_OP,
  OLD,
  type Scope,
  type Variables,
  variablesOf,
} from "./configurations.js";
import { actions } from "./steps.js";

/** Servers that parameters may name: S0 to S5. */
const SERVERS_MAX = 6;

export const alphaReconfiguration = defineSystem({
  name: "alpha-reconfiguration",
  about:
    "A replicated log can decide its own servers: a command says which servers decide from then on. But from when on? Slots are decided side by side, and whoever decides slot 7 has to know who may, before slot 6 is decided. So a change that is decided in slot i takes effect in slot i + α: the configuration of a slot follows from the decisions up to α slots before, and no slot begins before those are known. α slots may be under way at once, and a change waits for as many. If two leaders decide one slot in two configurations, two majorities need have no server in common, and the log forks.",
  source:
    "Lamport, The part-time parliament, 1998, section 3.3.5; Paxos Made Simple, 2001, section 3; Lamport, Malkhi & Zhou, Reconfiguring a state machine, 2010",
  parameters: {
    alpha: number("slots after which a change takes effect", 1, 1, 3),
    slots: number("slots of the log", 2, 1, 4),
    from: someOf("the servers that decide at first", "S", "S0,S1,S2", SERVERS_MAX),
    to: someOf("the servers that decide after the change", "S", "S2,S3,S4", SERVERS_MAX),
  },
  variants: [
    {
      name: "sound",
      inShort: "a slot's configuration follows from what is decided up to α slots before",
      pins: [
        { ask: "invariant", verdict: "holds", states: 205774, transitions: 1035618, depth: 20 },
        { ask: "stuck", verdict: "holds", states: 205774, transitions: 1035618, depth: 20 },
        { ask: "refines", verdict: "holds", states: 205774, transitions: 1035618, depth: 20 },
        { ask: "refines", verdict: "holds", states: 205774, transitions: 1035618, depth: 20 },
      ],
    },
    {
      name: "ignores-alpha",
      inShort: "a leader uses the newest configuration that it knows of, in any slot",
      story:
        "A change takes effect as soon as a leader hears of it. Whoever has not heard of it uses the old configuration, in the same slot.",
      parameters: { from: "S0", to: "S1" },
      mend: "Let a change take effect α slots later, and begin no slot before all is known that its configuration follows from.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "log agreement",
          states: 1642,
          transitions: 4589,
          depth: 11,
          length: 7,
        },
      ],
    },
    {
      name: "no-noops",
      inShort: "nothing but clients' commands goes into the log, and there are none besides the change",
      parameters: { alpha: 2, slots: 2, from: "S0,S1,S2", to: "S3" },
      mend: "A leader with nothing to propose fills α - 1 slots with no-ops.",
      trap: "With α = 1 a change takes effect at once, and needs no other command.",
      pins: [
        {
          ask: "stuck",
          verdict: "stuck",
          property: "a change that is decided takes effect",
          states: 3968,
          transitions: 17056,
          depth: 13,
          length: 3,
        },
      ],
    },
    {
      name: "two-at-once",
      inShort: "servers keep one change that waits, and a second one in the window takes its place",
      story:
        "Whoever has heard of the first change alone puts it into effect α slots later. Whoever has heard of both has put the first aside, and is α slots from the second: in the slots between, it still uses the old configuration.",
      parameters: { alpha: 2, slots: 3, from: "S0", to: "S1" },
      mend: "Propose no change while one waits; or keep all that wait.",
      trap: "With α = 1 no two changes wait at once; and with fewer than α + 1 slots none takes effect.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "log agreement",
          states: 16538,
          transitions: 57523,
          depth: 16,
          length: 9,
        },
      ],
    },
  ],
  refuse: ({ from, to }) =>
    membersIn(from).join() === membersIn(to).join() ? "from and to are the same servers, and nothing changes" : null,
  build: ({ alpha, slots, from, to }, variant) => {
    const members = [membersIn(from), membersIn(to)] as const;
    const all = [...new Set(members.flat())].sort((a, b) => a - b);
    const scope: Scope = {
      slot: numbers("slot", slots),
      epoch: numbers("epoch", LAST_EPOCH + 1),
      server: indexSet("server", all.length, { names: all.map((server) => `S${server}`) }),
      configuration: indexSet("configuration", 2, { names: ["old", "new"] }),
      command: indexSet("command", 2, { names: ["change", "no-op"] }),
      inConfiguration: members.map((own) => own.map((server) => all.indexOf(server))),
      alpha,
      variant,
    };
    const worded = defineInWords({
      name: `alpha-reconfiguration, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.server, columns: scope.epoch, pages: scope.slot },
      actions: (variables) => actions(variables, scope),
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: questionsOf(worded.variables, scope) };
  },
});

const properties = (variables: Variables, scope: Scope): WordedProperty[] => [
  {
    name: "log agreement",
    premise: () => scope.slot.some((i) => isDecided(variables, scope, i)),
    parameters: { slot: scope.slot },
    fails: [(i) => isDecidedAs(variables, scope, i, CHANGE), (i) => isDecidedAs(variables, scope, i, NO_OP)],
  },
];

function questionsOf(variables: Variables, scope: Scope): Question[] {
  const { slot, alpha, variant } = scope;
  /** No change is decided, or all slots are whose configuration is the old one. */
  const isInEffect = (): boolean => {
    const first = slot.members.find((i) => isDecidedAs(variables, scope, i, CHANGE));
    if (first === undefined) return true;
    return isPrefixDecided(variables, scope, first + alpha);
  };
  if (variant === "no-noops") {
    return [{ ask: "stuck", goal: { name: "a change that is decided takes effect", holds: isInEffect } }];
  }
  if (variant !== "sound") return [{ ask: "invariant" }];
  return [
    { ask: "invariant" },
    { ask: "stuck", goal: { name: "a change that is decided takes effect", holds: isInEffect } },
    ...[OLD, NEW].map((configuration) => refinement(variables, scope, configuration)),
  ];
}

/** The last slot, if it is the configuration's: nothing is written there before that is settled. */
function refinement(variables: Variables, scope: Scope, configuration: number): Question {
  const { promised, proposed, accepted } = variables;
  const { slot, epoch, command, inConfiguration } = scope;
  const members = inConfiguration[configuration]!;
  const registers = majorityRegisters(members.length, epoch.size, command.size);
  const last = slot.size - 1;
  const map = (): void => {
    const isBegun =
      epoch.some((e) => !proposed(last, e).isNone()) || scope.server.some((s) => promised(last, s).is(true));
    const isOurs = isBegun && mayUse(variables, scope, last, configuration);
    writeRegisters(
      registers,
      [members.length, epoch.size],
      (member, e) => {
        const s = members[member]!;
        if (!isOurs) return "unwritten";
        if (accepted(last, e, s).is(true)) return proposed(last, e).command.get()!;
        return e < LAST_EPOCH && promised(last, s).is(true) ? "nil" : "unwritten";
      },
      (e) => (isOurs && !proposed(last, e).isNone() ? proposed(last, e).command.get() : null),
    );
  };
  const name = `the register model, in the last slot if it is of the ${scope.configuration.nameOf(configuration)} configuration`;
  return { ask: "refines", abstraction: { name, model: registers, map } };
}
