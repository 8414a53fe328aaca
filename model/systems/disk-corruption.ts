/**
 * A replica of a log that finds its disk corrupt and has forgotten what it promised and accepted: when may it take part
 * again? Two epochs are enough: the leader of epoch 1 asks what was accepted in epoch 0.
 */
import {
  type Accessors,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  numbers,
  over,
  single,
  subsetOf,
  values as valueSet,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import { choice, defineSystem, number } from "./system.js";

type VariantName = "rejoins-at-once" | "rejoins-after-one-instance" | "never-rejoins" | "new-incarnation";

export const diskCorruption = defineSystem({
  name: "disk-corruption",
  about:
    "A Paxos acceptor that forgets is not slow but wrong: others have built on what it told. The literature lets it return as a non-voting member, which catches up and votes again once it has seen one complete instance that began after it started to rebuild: by then, so the argument goes, it cannot break a promise of its old life. Read literally that is unsafe. A promise is one for all instances, those that begin later included, and it is forgotten; and an earlier instance may still be asked for, in which a later leader hears the forgetful replica say that it has accepted nothing. It is safe to stay away for good, or to come back as a new server, which counts from the slot on that follows a decided change of the configuration.",
  source:
    "Chandra, Griesemer & Redstone, Paxos Made Live, 2007, section 5.1; Michael et al., Recovering shared objects without stable storage, 2017",
  parameters: {
    servers: number("servers", 3, 3, 4),
    epochs: number("epochs", 2, 2, 2),
    slots: number("slots of the log", 2, 1, 3),
    pipelined: choice("whether a slot may begin before the one before it is decided", ["no", "yes"]),
  },
  variants: [
    {
      name: "rejoins-at-once",
      inShort: "it votes again as soon as it is up",
      parameters: { slots: 1 },
      mend: "Let it stay away, or come back as another server.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 9068,
          transitions: 22616,
          depth: 12,
          length: 9,
        },
      ],
    },
    {
      name: "rejoins-after-one-instance",
      inShort: "it votes again once an instance is decided that began after its disk was lost",
      story:
        "Until then it does not vote, and listens. In an instance that began later it cannot have voted in its old life, so what it has forgotten should not matter there. But it may have promised a later epoch, for all instances at once: here the one that lets it return is decided in that epoch, and the old leader's proposal finds it without its promise. And when it votes again it is asked about all instances, the earlier ones included.",
      mend: "Let it stay away for good, or come back as another server, which a decided change of the configuration lets in.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 653512,
          transitions: 2070594,
          depth: 21,
          length: 10,
        },
      ],
    },
    {
      name: "never-rejoins",
      inShort: "it stays away for good",
      pins: [{ ask: "invariant", verdict: "holds", states: 384112, transitions: 1243458, depth: 20 }],
    },
    {
      name: "new-incarnation",
      inShort: "it comes back as a new server, which counts from the slot on after a decided change",
      story:
        "What is modelled: the decision of a slot that began after the loss stands for the change of the configuration. In that slot and before, the old server counts, and is silent; from the next slot on, which begins when that is decided, the new one does.",
      pins: [{ ask: "invariant", verdict: "holds", states: 421924, transitions: 1352718, depth: 20 }],
    },
  ],
  build: ({ servers, slots, pipelined }, variant) => {
    const scope: Scope = {
      server: indexSet("server", servers, { symmetric: true }),
      epoch: numbers("epoch", 2),
      slot: numbers("slot", slots),
      value: valueSet(2),
      isPipelined: pipelined === "yes",
      variant,
    };
    const worded = defineInWords({
      name: `disk-corruption, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.server, columns: scope.slot },
      actions: (variables) => [...proposing(variables, scope), ...losing(variables, scope)],
      properties: (variables): WordedProperty[] => [
        {
          name: "agreement",
          premise: () => scope.slot.some((i) => isDecided(variables, scope, i)),
          parameters: { slot: scope.slot, value: scope.value, other: scope.value },
          fails: [
            (i, v) => isDecidedAs(variables, scope, i, v),
            (i, v, other) => v < other && isDecidedAs(variables, scope, i, other),
          ],
        },
      ],
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly server: IndexSet;
  readonly epoch: IndexSet;
  readonly slot: IndexSet;
  readonly value: IndexSet;
  readonly isPipelined: boolean;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ server, epoch, slot, value }: Scope) => ({
  proposed: over([slot, epoch], noneOr(memberOf(value))),
  // Acknowledged once is acknowledged for ever, whatever the server remembers.
  voted: over([slot, epoch, server], flag()),
  // What it remembers: whether it promised epoch 1, and where it accepted in epoch 0.
  promised: over([server], flag()),
  remembers: over([server], subsetOf(slot)),
  // What it told the leader of epoch 1: where it had accepted.
  told: over([server], noneOr(subsetOf(slot))),
  lost: single(noneOr(memberOf(server))),
  // The slots that had begun by then; and the first slot in which the server counts again.
  begunBefore: single(subsetOf(slot)),
  countsFrom: single(noneOr(memberOf(slot))),
  // Of a new server: what it told, once it has promised in its own name.
  toldAgain: single(noneOr(subsetOf(slot))),
});

const isDecidedAs = ({ proposed, voted }: Variables, { server, epoch }: Scope, i: number, v: number): boolean =>
  epoch.some((e) => proposed(i, e).is(v) && server.majority((s) => voted(i, e, s).is(true)));

const isDecided = (variables: Variables, scope: Scope, i: number): boolean =>
  scope.value.some((v) => isDecidedAs(variables, scope, i, v));

/** Whether the server takes part in the slot. */
const counts = ({ lost, countsFrom }: Variables, s: number, i: number): boolean =>
  !lost().is(s) || (!countsFrom().isNone() && i >= countsFrom().get()!);

/**
 * What the leader of epoch 1 has heard from the server about the slot; in a slot where a new server counts, from that
 * one.
 */
function heardFrom(variables: Variables, { variant }: Scope, s: number, i: number) {
  const { lost, told, toldAgain } = variables;
  return variant === "new-incarnation" && lost().is(s) && counts(variables, s, i) ? toldAgain() : told(s);
}

function proposing(variables: Variables, scope: Scope): WordedAction[] {
  const { server, epoch, slot, value, isPipelined } = scope;
  const { proposed, voted, promised, remembers, told } = variables;
  const isNew = (s: number): boolean => scope.variant === "new-incarnation" && variables.lost().is(s);
  const mine = (s: number) => (isNew(s) ? variables.toldAgain() : told(s));
  const mayBegin = (i: number): boolean => isPipelined || i === 0 || isDecided(variables, scope, i - 1);
  const phase1Allows = (i: number, v: number): boolean => {
    const heard = server.filter((s) => !heardFrom(variables, scope, s, i).isNone());
    if (heard.length < server.majoritySize) return false;
    return heard.some((s) => heardFrom(variables, scope, s, i).has(i)) ? proposed(i, 0).is(v) : true;
  };
  return [
    {
      name: "promise",
      parameters: { server },
      guard: (s) => promised(s).is(false) && mine(s).isNone() && slot.some((i) => counts(variables, s, i)),
      effect: (s) => {
        promised(s).set(true);
        mine(s).set(remembers(s).get());
      },
      says: (s) =>
        `${s} promises epoch 1, and tells that it has accepted ${remembers(server.names.indexOf(s)).isEmpty() ? "nothing" : `in slots ${remembers(server.names.indexOf(s)).text()}`}`,
    },
    {
      name: "propose",
      parameters: { slot, epoch, value },
      guard: [(i, e) => proposed(i, e).isNone() && mayBegin(i), (i, e, v) => e === 0 || phase1Allows(i, v)],
      effect: (i, e, v) => proposed(i, e).set(v),
      says: (i, e, v) => `the leader of epoch ${e} proposes ${v} in slot ${i}`,
    },
    {
      name: "accept",
      parameters: { slot, epoch, server },
      guard: [
        (i, e) => !proposed(i, e).isNone(),
        (i, e, s) => voted(i, e, s).is(false) && (e === 1 || promised(s).is(false)) && counts(variables, s, i),
      ],
      effect: (i, e, s) => {
        voted(i, e, s).set(true);
        if (e === 0) remembers(s).add(i);
        else promised(s).set(true);
      },
      says: (i, e, s) => `${s} accepts the proposal of epoch ${e} in slot ${i}`,
    },
  ];
}

function losing(variables: Variables, scope: Scope): WordedAction[] {
  const { server, slot, epoch, variant } = scope;
  const { proposed, promised, remembers, lost, begunBefore, countsFrom } = variables;
  const hasBegun = (i: number): boolean => epoch.some((e) => !proposed(i, e).isNone());
  const rejoin: WordedAction = {
    name: "rejoin",
    parameters: { slot },
    guard: (i) =>
      !lost().isNone() &&
      countsFrom().isNone() &&
      !begunBefore().has(i) &&
      isDecided(variables, scope, i) &&
      (variant !== "new-incarnation" || (i + 1 < slot.size && !hasBegun(i + 1))),
    effect: (i) => countsFrom().set(variant === "new-incarnation" ? i + 1 : 0),
    says: (i) =>
      variant === "new-incarnation"
        ? `slot ${i} has decided that a new server takes the place of ${lost().text()}, from the next slot on`
        : `slot ${i}, which began later, is decided: ${lost().text()} votes again`,
  };
  return [
    {
      name: "lose",
      parameters: { server },
      guard: (s) => lost().isNone() && (promised(s).is(true) || !remembers(s).isEmpty()),
      effect: (s) => {
        lost().set(s);
        promised(s).set(false);
        remembers(s).set([]);
        begunBefore().set(slot.filter(hasBegun));
        if (variant === "rejoins-at-once") countsFrom().set(0);
      },
      says: (s) => `${s} finds its disk corrupt, and has forgotten everything`,
    },
    ...(variant === "rejoins-after-one-instance" || (variant === "new-incarnation" && slot.size > 1) ? [rejoin] : []),
  ];
}
