/**
 * Atomic broadcast and consensus, each made of the other: the k-th message to deliver is what the k-th consensus decides,
 * and a consensus decides what is delivered first. On top, a replicated state machine.
 */
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
  sequenceOf,
  single,
  subsetOf,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import type { Question } from "../questions/index.js";
import { majorityRegisters, writeRegisters } from "./single-decree.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "delivers-locally";

export const atomicBroadcast = defineSystem({
  name: "atomic-broadcast",
  about:
    "Atomic broadcast delivers the same messages in the same order everywhere: it is what a replicated state machine needs, since replicas that apply the same commands in the same order are in the same state. It is as hard as consensus, and no harder. Given a row of consensus instances, everybody proposes to the next one a message that it has not delivered, and delivers what is decided. Given atomic broadcast, everybody broadcasts its proposal and decides what is delivered first. So whoever has the one has the other, and what cannot be done for the one (FLP) cannot be done for the other. It does not do to deliver one's own message at once, however reliably it is sent: the others have their own at that place.",
  source:
    "Chandra & Toueg, Unreliable failure detectors for reliable distributed systems, 1996, section 6; Schneider, The state machine approach, 1990",
  parameters: {
    processes: number("processes", 2, 1, 3),
    messages: number("messages that are broadcast; each is a command of the state machine", 2, 1, 3),
  },
  variants: [
    {
      name: "sound",
      inShort: "a process delivers what the next instance has decided",
      pins: [
        { ask: "invariant", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "stuck", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "refines", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "refines", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "refines", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
      ],
    },
    {
      name: "delivers-locally",
      inShort: "a process delivers its own message when it broadcasts it",
      mend: "Deliver nothing before an instance has decided it, one's own messages included.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "total order",
          states: 4487,
          transitions: 10264,
          depth: 16,
          length: 2,
        },
      ],
    },
  ],
  build: ({ processes, messages }, variant) => {
    const scope: Scope = {
      process: indexSet("process", processes, { symmetric: true }),
      message: indexSet("message", messages, { symmetric: true }),
      instance: numbers("instance", messages),
      variant,
    };
    const worded = defineInWords({
      name: `atomic-broadcast, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.process, columns: scope.instance },
      actions: (variables) => [...broadcasting(variables, scope), ...deciding(variables, scope)],
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: questionsOf(worded.variables, scope) };
  },
});

interface Scope {
  readonly process: IndexSet;
  readonly message: IndexSet;
  readonly instance: IndexSet;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ process, message, instance }: Scope) => ({
  sender: over([message], noneOr(memberOf(process))),
  received: over([process], subsetOf(message)),
  // A consensus instance: what each has proposed, which of them its leader took up, and whether that is decided.
  proposed: over([process, instance], noneOr(memberOf(message))),
  takenUp: over([instance], noneOr(memberOf(message))),
  decided: over([instance], flag()),
  // Instances that a process has gone through, and what it has delivered.
  at: over([process], counter(instance.size)),
  delivered: over([process], sequenceOf(memberOf(message), message.size)),
  // The state machine: a register that each command writes itself to.
  state: over([process], noneOr(memberOf(message))),
});

/** Appends and applies. */
function deliver({ delivered, state }: Variables, p: number, m: number): void {
  delivered(p).append(m);
  state(p).set(m);
}

function broadcasting(variables: Variables, { process, message, instance, variant }: Scope): WordedAction[] {
  const { sender, received, decided, takenUp, at, delivered } = variables;
  const hasDelivered = (p: number, m: number): boolean =>
    instance.some((place) => delivered(p).has(place) && delivered(p).item(place).is(m));
  return [
    {
      name: "broadcast",
      parameters: { process, message },
      guard: (_, m) => sender(m).isNone(),
      effect: (p, m) => {
        sender(m).set(p);
        received(p).add(m);
        if (variant === "delivers-locally") deliver(variables, p, m);
      },
      says: (p, m) => `${p} broadcasts ${m}${variant === "sound" ? "" : ", and delivers it"}`,
    },
    {
      name: "receive",
      parameters: { process, message },
      guard: (p, m) => !sender(m).isNone() && !received(p).has(m),
      effect: (p, m) => received(p).add(m),
      says: (p, m) => `${p} receives ${m}`,
    },
    {
      name: "deliver",
      parameters: { process, instance },
      guard: (p, k) => at(p).is(k) && decided(k).is(true),
      effect: (p, k) => {
        const m = takenUp(k).get()!;
        if (!hasDelivered(p, m)) deliver(variables, p, m);
        at(p).set(k + 1);
      },
      says: (p, k) => `${p} learns that instance ${k} has decided ${takenUp(Number(k)).text()}, and delivers it`,
    },
  ];
}

function deciding({ received, proposed, takenUp, decided, at }: Variables, scope: Scope): WordedAction[] {
  const { process, message, instance } = scope;
  const isOrderedBefore = (k: number, m: number): boolean => instance.some((i) => i < k && takenUp(i).is(m));
  return [
    {
      name: "propose",
      parameters: { process, instance, message },
      guard: [
        (p, k) => at(p).is(k) && proposed(p, k).isNone(),
        (p, k, m) => received(p).has(m) && !isOrderedBefore(k, m),
      ],
      effect: (p, k, m) => proposed(p, k).set(m),
      says: (p, k, m) => `${p} proposes ${m} to instance ${k}`,
    },
    {
      name: "take up",
      parameters: { instance, process },
      guard: (k, p) => takenUp(k).isNone() && !proposed(p, k).isNone(),
      effect: (k, p) => takenUp(k).set(proposed(p, k).get()!),
      says: (k, p) => `the leader of instance ${k} takes up what ${p} proposed`,
    },
    {
      name: "decide",
      parameters: { instance },
      guard: (k) => !takenUp(k).isNone() && decided(k).is(false),
      effect: (k) => decided(k).set(true),
      says: (k) => `instance ${k} decides ${takenUp(Number(k)).text()}`,
    },
  ];
}

function properties({ delivered, state }: Variables, { process, instance }: Scope): WordedProperty[] {
  const isSomethingDelivered = (): boolean => process.some((p) => delivered(p).has(0));
  return [
    {
      name: "total order",
      premise: isSomethingDelivered,
      parameters: { process, other: process, place: instance },
      fails: [
        (p, other) => p < other,
        (p, other, place) =>
          delivered(p).has(place) &&
          delivered(other).has(place) &&
          !delivered(p).item(place).is(delivered(other).item(place).get()),
      ],
    },
    {
      name: "replicas that have applied as many commands are in one state",
      premise: isSomethingDelivered,
      parameters: { process, other: process },
      fails: [
        (p, other) => p < other && delivered(p).length() === delivered(other).length(),
        (p, other) => !state(p).is(state(other).get()),
      ],
    },
    {
      name: "no message is delivered twice",
      premise: isSomethingDelivered,
      parameters: { process, place: instance, later: instance },
      fails: [
        (_, place, later) => place < later,
        (p, place, later) => delivered(p).has(later) && delivered(p).item(place).is(delivered(p).item(later).get()),
      ],
    },
  ];
}

function questionsOf(variables: Variables, scope: Scope): Question[] {
  const { process, message, variant } = scope;
  const { sender, delivered } = variables;
  if (variant !== "sound") return [{ ask: "invariant" }];
  const isAllDelivered = (): boolean => {
    const sent = message.filter((m) => !sender(m).isNone()).length;
    return process.every((p) => delivered(p).length() === sent);
  };
  return [
    { ask: "invariant" },
    { ask: "stuck", goal: { name: "all deliver every message that was broadcast", holds: isAllDelivered } },
    refinesBroadcast(variables, scope),
    refinesConsensus(variables, scope),
    refinesRegisters(variables, scope),
  ];
}

/** Atomic broadcast as it is specified: one order, of which everybody delivers a beginning. */
function refinesBroadcast(variables: Variables, { process, message, instance }: Scope): Question {
  const specification = defineInWords({
    name: "atomic broadcast",
    variables: {
      broadcast: single(subsetOf(message)),
      order: single(sequenceOf(memberOf(message), message.size)),
      delivered: over([process], counter(message.size)),
    },
    picture: { rows: process },
    actions: ({ broadcast, order, delivered }) => [
      {
        name: "broadcast",
        parameters: { message },
        guard: (m) => !broadcast().has(m),
        effect: (m) => broadcast().add(m),
        says: (m) => `${m} is broadcast`,
      },
      {
        name: "order",
        parameters: { message },
        guard: (m) => broadcast().has(m) && instance.every((i) => !order().has(i) || !order().item(i).is(m)),
        effect: (m) => order().append(m),
        says: (m) => `${m} comes next`,
      },
      {
        name: "deliver",
        parameters: { process },
        guard: (p) => delivered(p).get() < order().length(),
        effect: (p) => delivered(p).set(delivered(p).get() + 1),
        says: (p) => `${p} delivers the next message`,
      },
    ],
  });
  const { broadcast, order, delivered } = specification.variables;
  const map = (): void => {
    for (const m of message.members) if (!variables.sender(m).isNone()) broadcast().add(m);
    for (const k of instance.members) if (variables.decided(k).is(true)) order().append(variables.takenUp(k).get()!);
    for (const p of process.members) delivered(p).set(variables.delivered(p).length());
  };
  return { ask: "refines", abstraction: { name: "atomic broadcast", model: specification.model, map } };
}

/** Consensus as it is specified, of which the broadcast messages are the proposals, and the first delivered the decision. */
function refinesConsensus(variables: Variables, { process, message }: Scope): Question {
  const specification = defineInWords({
    name: "consensus",
    variables: {
      proposed: single(subsetOf(message)),
      chosen: single(noneOr(memberOf(message))),
      hasDecided: over([process], flag()),
    },
    picture: { rows: process },
    actions: ({ proposed, chosen, hasDecided }) => [
      {
        name: "propose",
        parameters: { message },
        guard: (m) => !proposed().has(m),
        effect: (m) => proposed().add(m),
        says: (m) => `${m} is proposed`,
      },
      {
        name: "choose",
        parameters: { message },
        guard: (m) => chosen().isNone() && proposed().has(m),
        effect: (m) => chosen().set(m),
        says: (m) => `${m} is chosen`,
      },
      {
        name: "decide",
        parameters: { process },
        guard: (p) => !chosen().isNone() && hasDecided(p).is(false),
        effect: (p) => hasDecided(p).set(true),
        says: (p) => `${p} decides`,
      },
    ],
  });
  const { proposed, chosen, hasDecided } = specification.variables;
  const map = (): void => {
    for (const m of message.members) if (!variables.sender(m).isNone()) proposed().add(m);
    if (variables.decided(0).is(true)) chosen().set(variables.takenUp(0).get());
    for (const p of process.members) hasDecided(p).set(variables.delivered(p).has(0));
  };
  return { ask: "refines", abstraction: { name: "consensus", model: specification.model, map } };
}

/** An instance as one register that a leader writes: the last instance, to which those before have led. */
function refinesRegisters({ takenUp, decided }: Variables, { message, instance }: Scope): Question {
  const registers = majorityRegisters(1, 1, message.size);
  const last = instance.size - 1;
  const map = (): void =>
    writeRegisters(
      registers,
      [1, 1],
      () => (decided(last).is(true) ? takenUp(last).get()! : "unwritten"),
      () => takenUp(last).get(),
    );
  return { ask: "refines", abstraction: { name: "the register model, in the last instance", model: registers, map } };
}
