/** A replicated log: one consensus a slot, and a leader that prepares all of them at once. */
import {
  type Accessors,
  counter,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  numbers,
  over,
  values as valueSet,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import type { Question } from "../questions/index.js";
import { majorityRegisters, writeRegisters } from "./single-decree.js";
import { defineSystem, number } from "./system.js";

type VariantName =
  | "sound"
  | "phase-1-of-first-slot-only"
  | "own-value"
  | "no-phase-1"
  | "small-quorum"
  | "applies-out-of-order";

export const multiPaxos = defineSystem({
  name: "multi-paxos",
  about:
    "A log is a row of decisions, and a decision for each slot would cost two round trips. But a promise says nothing of a slot: a leader that prepares its epoch asks once, for all slots, those that nobody has thought of included; what it hears may bind it in some of them, and in the others it is free. Then each command takes one round trip. Slot by slot this is the register model with one row of registers for each slot, and replicas apply slots in order. A slot may hold a batch of commands: to consensus that is one value.",
  source: "Lamport, The part-time parliament, 1998; Paxos Made Simple, 2001, section 3; van Renesse & Altinbuken, 2015",
  parameters: {
    slots: number("slots of the log", 2, 1, 3),
    epochs: number("epochs, one leader each", 2, 1, 3),
    servers: number("servers", 3, 1, 5),
    values: number("values that may be proposed in a slot", 2, 1, 3),
    batch: number("commands in a slot, decided as one and applied one after another", 1, 1, 8),
  },
  variants: [
    {
      name: "sound",
      inShort: "one phase 1 for all slots, then one round trip a slot",
      pins: [
        { ask: "invariant", verdict: "holds", states: 164550, transitions: 735212, depth: 20 },
        { ask: "refines", verdict: "holds", states: 164550, transitions: 735212, depth: 20 },
      ],
    },
    {
      name: "phase-1-of-first-slot-only",
      inShort: "servers tell what they accepted in the first slot, and promise for all",
      mend: "The promise carries what was accepted in every slot.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "log agreement",
          states: 226110,
          transitions: 1037864,
          depth: 20,
          length: 8,
        },
      ],
    },
    {
      name: "own-value",
      inShort: "a new leader proposes its own values whatever it has heard",
      parameters: { slots: 1 },
      mend: "In each slot, take up the value of the greatest epoch that was heard.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "log agreement",
          states: 1326,
          transitions: 4092,
          depth: 11,
          length: 8,
        },
      ],
    },
    {
      name: "no-phase-1",
      inShort: "a new leader asks nobody",
      parameters: { slots: 1 },
      mend: "Prepare the epoch at a majority first.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "log agreement",
          states: 497,
          transitions: 1616,
          depth: 9,
          length: 6,
        },
      ],
    },
    {
      name: "small-quorum",
      inShort: "a server fewer than a majority is enough to decide",
      parameters: { slots: 1 },
      mend: "Quorums that decide meet those that prepare.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "log agreement",
          states: 1168,
          transitions: 3766,
          depth: 11,
          length: 6,
        },
      ],
    },
    {
      name: "applies-out-of-order",
      inShort: "a replica applies a slot that is decided before those that are not",
      parameters: { epochs: 1 },
      mend: "Apply a slot when all before it have been applied.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "what is applied is a prefix",
          states: 625,
          transitions: 2000,
          depth: 10,
          length: 4,
        },
      ],
    },
  ],
  build: ({ slots, epochs, servers, values, batch }, variant) => {
    const scope: Scope = {
      slot: numbers("slot", slots),
      epoch: numbers("epoch", epochs),
      server: indexSet("server", servers, { symmetric: true }),
      value: valueSet(values),
      batch,
      variant,
    };
    const worded = defineInWords({
      name: `multi-paxos, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.server, columns: scope.epoch, pages: scope.slot },
      actions: (variables) => actions(variables, scope),
      properties: (variables) => properties(variables, scope),
    });
    const questions: Question[] = [{ ask: "invariant" }];
    if (variant === "sound") questions.push(refinement(worded.variables, scope));
    return { worded, questions };
  },
});

interface Scope {
  readonly slot: IndexSet;
  readonly epoch: IndexSet;
  readonly server: IndexSet;
  readonly value: IndexSet;
  /** Commands in a slot. */
  readonly batch: number;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ slot, epoch, server, value, batch }: Scope) => ({
  promised: over([server], counter(epoch.size - 1)),
  // What a leader proposed in the slot, and who accepted it: a write-once register for each slot, epoch and server.
  proposed: over([slot, epoch], noneOr(memberOf(value))),
  accepted: over([slot, epoch, server], flag()),
  // How many of the slot's commands a replica has applied.
  applied: over([slot], counter(batch)),
});

function quorumOf({ server, variant }: Scope): number {
  return variant === "small-quorum" ? Math.max(1, server.majoritySize - 1) : server.majoritySize;
}

const isDecided = ({ proposed, accepted }: Variables, scope: Scope, slot: number, value: number): boolean =>
  scope.epoch.some(
    (e) => proposed(slot, e).is(value) && scope.server.atLeast(quorumOf(scope), (s) => accepted(slot, e, s).is(true)),
  );

/** Whether phase 1 of the epoch can have heard what lets its leader propose the value in the slot. */
function phase1Allows({ promised, proposed, accepted }: Variables, scope: Scope, slot: number, e: number, v: number) {
  const { server, variant } = scope;
  if (e === 0 || variant === "no-phase-1") return true;
  // What was accepted below cannot change any more where this epoch or a later one is promised.
  const hasPromised = (s: number): boolean => promised(s).get() >= e;
  const isBlind = variant === "own-value" || (variant === "phase-1-of-first-slot-only" && slot > 0);
  return server.someSubset(server.majoritySize, (quorum) => {
    if (!quorum.every(hasPromised)) return false;
    if (isBlind) return true;
    for (let below = e - 1; below >= 0; below--) {
      if (quorum.some((s) => accepted(slot, below, s).is(true))) return proposed(slot, below).is(v);
    }
    return true;
  });
}

function actions(variables: Variables, scope: Scope): WordedAction[] {
  const { slot, epoch, server, value, batch, variant } = scope;
  const { promised, proposed, accepted, applied } = variables;
  const promise: WordedAction = {
    name: "promise",
    parameters: { server, epoch },
    guard: (s, e) => promised(s).get() < e,
    effect: (s, e) => promised(s).set(e),
    says: (s, e) => `${s} promises epoch ${e}, for all slots, and tells its leader what it has accepted`,
  };
  return [
    ...(variant === "no-phase-1" || epoch.size === 1 ? [] : [promise]),
    {
      name: "propose",
      parameters: { slot, epoch, value },
      guard: [(i, e) => proposed(i, e).isNone(), (i, e, v) => phase1Allows(variables, scope, i, e, v)],
      effect: (i, e, v) => proposed(i, e).set(v),
      says: (i, e, v) => `the leader of epoch ${e} proposes ${v} in slot ${i}`,
    },
    {
      name: "accept",
      parameters: { slot, epoch, server },
      guard: [
        (i, e) => !proposed(i, e).isNone(),
        (i, e, s) => accepted(i, e, s).is(false) && (promised(s).get() <= e || variant === "no-phase-1"),
      ],
      effect: (i, e, s) => {
        accepted(i, e, s).set(true);
        if (promised(s).get() < e) promised(s).set(e);
      },
      says: (i, e, s) => `${s} accepts the proposal of epoch ${e} in slot ${i}`,
    },
    {
      name: "apply",
      parameters: { slot },
      guard: [
        (i) => !applied(i).is(batch) && value.some((v) => isDecided(variables, scope, i, v)),
        (i) => variant === "applies-out-of-order" || slot.every((before) => before >= i || applied(before).is(batch)),
      ],
      effect: (i) => applied(i).set(applied(i).get() + 1),
      says: (i) =>
        `a replica ${applied(Number(i)).is(0) ? "learns what is decided in" : "goes on with"} slot ${i}, and applies ${batch === 1 ? "it" : `command ${applied(Number(i)).get() + 1}`}`,
    },
  ];
}

const properties = (variables: Variables, scope: Scope): WordedProperty[] => [
  {
    name: "log agreement",
    premise: () => scope.slot.some((i) => scope.value.some((v) => isDecided(variables, scope, i, v))),
    parameters: { slot: scope.slot, value: scope.value, other: scope.value },
    fails: [
      (i, v) => isDecided(variables, scope, i, v),
      (i, v, other) => v < other && isDecided(variables, scope, i, other),
    ],
  },
  {
    name: "what is applied is a prefix",
    premise: () => !variables.applied(0).is(0),
    parameters: { slot: scope.slot, before: scope.slot },
    fails: [
      (i) => !variables.applied(i).is(0),
      (i, before) => before < i && !variables.applied(before).is(scope.batch),
    ],
  },
];

/**
 * The last slot, through which nothing is left out that others have: it was promised for before anybody thought of it.
 */
function refinement({ promised, proposed, accepted }: Variables, { slot, epoch, server, value }: Scope): Question {
  const registers = majorityRegisters(server.size, epoch.size, value.size);
  const last = slot.size - 1;
  const map = (): void =>
    writeRegisters(
      registers,
      [server.size, epoch.size],
      (s, e) => {
        if (accepted(last, e, s).is(true)) return proposed(last, e).get()!;
        return promised(s).get() > e ? "nil" : "unwritten";
      },
      (e) => proposed(last, e).get(),
    );
  return { ask: "refines", abstraction: { name: "the register model, in the last slot", model: registers, map } };
}
