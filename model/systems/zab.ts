/** Zab, the broadcast of ZooKeeper: discovery, synchronisation, broadcast. What does a new leader begin with? */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  numbers,
  over,
  sequenceOf,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "elects-most-recent" | "keeps-own-history" | "longest-history" | "no-promise";

export const zab = defineSystem({
  name: "zab",
  about:
    "Zab keeps a primary and its followers in step: a follower's history is a row of transactions, each with the epoch of its primary, and one that a majority has is committed. A new leader gets a majority to promise its epoch (discovery), takes the best of their histories, makes a majority take it over as a whole (synchronisation), and then appends (broadcast). It is not Multi-Paxos slot by slot: a leader inherits nothing of a slot that the best history of its majority lacks, though some server of that majority may have accepted something there in another epoch; whole histories are compared, by the epoch in which they were last taken over, not by their length.",
  source:
    "Junqueira, Reed & Serafini, Zab: high-performance broadcast for primary-backup systems, 2011; ZooKeeper's implementation elects the most recent",
  parameters: {
    servers: number("servers", 3, 1, 3),
    epochs: number("epochs, one leader each", 2, 1, 3),
    transactions: number("transactions that each leader broadcasts", 1, 1, 2),
  },
  presets: [
    {
      name: "three-epochs",
      inShort: "where the longest history shows to be wrong",
      parameters: { epochs: 3 },
      pins: {
        "longest-history": [
          { ask: "invariant", verdict: "broken", states: 593203, transitions: 1664559, depth: 30, length: 18 },
        ],
      },
    },
  ],
  variants: [
    {
      name: "sound",
      inShort: "a leader takes the best history of a majority",
      pins: [{ ask: "invariant", verdict: "holds", states: 8298, transitions: 22158, depth: 20 }],
    },
    {
      name: "elects-most-recent",
      inShort: "who has the best history of a majority is elected, and keeps it, as in ZooKeeper",
      pins: [{ ask: "invariant", verdict: "holds", states: 6444, transitions: 17004, depth: 20 }],
    },
    {
      name: "keeps-own-history",
      inShort: "a leader keeps its own history, whatever others have",
      mend: "Take the best history of the majority that promised, or elect who has it.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "committed histories are beginnings of one history",
          states: 7506,
          transitions: 20058,
          depth: 20,
          length: 16,
        },
      ],
    },
    {
      name: "longest-history",
      inShort: "a leader takes the longest history of a majority",
      mend: "Compare the epochs in which histories were last taken over, and only then lengths.",
      trap: "With two epochs it looks safe: it takes a third, whose leader finds a long history that nobody committed beside a short one that is committed.",
      pins: [{ ask: "invariant", verdict: "holds", states: 8298, transitions: 22434, depth: 20 }],
    },
    {
      name: "no-promise",
      inShort: "followers go on with the old leader after they have promised a new epoch",
      mend: "Promise first: a follower of epoch e takes nothing of earlier ones.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "committed histories are beginnings of one history",
          states: 11646,
          transitions: 33249,
          depth: 20,
          length: 15,
        },
      ],
    },
  ],
  build: ({ servers, epochs, transactions }, variant) => {
    const scope: Scope = {
      server: indexSet("server", servers, { symmetric: true }),
      epoch: numbers("epoch", epochs),
      transaction: numbers("transaction", epochs * transactions),
      each: transactions,
      variant,
    };
    const worded = defineInWords({
      name: `zab, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.server },
      actions: (variables) => actions(variables, scope),
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly server: IndexSet;
  readonly epoch: IndexSet;
  /** Those of epoch e are each · e and the next ones. */
  readonly transaction: IndexSet;
  readonly each: number;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ server, epoch, transaction }: Scope) => ({
  promised: over([server], noneOr(memberOf(epoch))),
  // The epoch whose leader a server has taken its history from.
  current: over([server], noneOr(memberOf(epoch))),
  leader: over([epoch], noneOr(memberOf(server))),
  // The history of the epoch's leader; a server of that epoch has a beginning of it.
  history: over([epoch], sequenceOf(memberOf(transaction), transaction.size)),
  acknowledged: over([epoch, server], counter(transaction.size)),
});

/** How much of its epoch's history the server has. */
const lengthAt = ({ current, acknowledged }: Variables, s: number): number =>
  current(s).isNone() ? 0 : acknowledged(current(s).get()!, s).get();

/** Whether the one's history is as good as the other's. */
function isAsGood(variables: Variables, { variant }: Scope, one: number, other: number): boolean {
  const [a, b] = [one, other].map((s) => [variables.current(s).get() ?? -1, lengthAt(variables, s)] as const);
  if (variant === "longest-history") return a![1] >= b![1];
  return a![0] > b![0] || (a![0] === b![0] && a![1] >= b![1]);
}

function actions(variables: Variables, scope: Scope): WordedAction[] {
  const { server, epoch, each, variant } = scope;
  const { promised, current, leader, history, acknowledged } = variables;
  const isSynchronised = (s: number, e: number): boolean => current(s).get() !== null && current(s).get()! >= e;
  const mayLead = (e: number, l: number, from: number): boolean =>
    server.someSubset(
      server.majoritySize,
      (quorum) =>
        quorum.includes(l) &&
        quorum.includes(from) &&
        quorum.every((s) => promised(s).is(e)) &&
        (variant === "keeps-own-history"
          ? from === l
          : quorum.every((s) => isAsGood(variables, scope, from, s)) &&
            (variant !== "elects-most-recent" || from === l)),
    );
  return [
    {
      name: "promise",
      parameters: { server, epoch },
      guard: (s, e) => promised(s).isNone() || promised(s).get()! < e,
      effect: (s, e) => promised(s).set(e),
      says: (s, e) => `${s} promises epoch ${e}, and tells its history`,
    },
    {
      name: "lead",
      parameters: { epoch, server, from: server },
      guard: [(e) => leader(e).isNone(), mayLead],
      effect: (e, l, from) => {
        const taken = current(from).isNone()
          ? []
          : history(current(from).get()!).get().slice(0, lengthAt(variables, from));
        leader(e).set(l);
        history(e).set(taken);
      },
      says: (e, l, from) =>
        `${l} has heard a majority, leads epoch ${e}, and begins with ${from === l ? "its own history" : `the history of ${from}`}`,
    },
    {
      name: "synchronise",
      parameters: { server, epoch },
      guard: [(s, e) => !leader(e).isNone() && promised(s).is(e), (s, e) => !isSynchronised(s, e)],
      effect: (s, e) => {
        current(s).set(e);
        acknowledged(e, s).set(history(e).length());
      },
      says: (s, e) => `${s} takes over the history of epoch ${e}'s leader`,
    },
    {
      name: "broadcast",
      parameters: { epoch },
      guard: [
        (e) => !leader(e).isNone() && server.majority((s) => isSynchronised(s, e)),
        (e) =>
          history(e)
            .get()
            .filter((t) => Math.floor(t / each) === e).length < each,
      ],
      effect: (e) =>
        history(e).append(
          e * each +
            history(e)
              .get()
              .filter((t) => Math.floor(t / each) === e).length,
        ),
      says: (e) => `the leader of epoch ${e} broadcasts a transaction`,
    },
    {
      name: "acknowledge",
      parameters: { server, epoch },
      guard: [
        (s, e) => current(s).is(e) && (variant === "no-promise" || promised(s).is(e)),
        (s, e) => acknowledged(e, s).get() < history(e).length(),
      ],
      effect: (s, e) => acknowledged(e, s).set(acknowledged(e, s).get() + 1),
      says: (s, e) => `${s} logs the next transaction of epoch ${e}, and acknowledges it`,
    },
  ];
}

/** How many transactions of the epoch's history a majority has acknowledged in it. */
function committed({ acknowledged }: Variables, { server, transaction }: Scope, e: number): number {
  for (let length = transaction.size; length > 0; length--) {
    if (server.majority((s) => acknowledged(e, s).get() >= length)) return length;
  }
  return 0;
}

const properties = (variables: Variables, scope: Scope): WordedProperty[] => [
  {
    name: "committed histories are beginnings of one history",
    premise: () => scope.epoch.some((e) => committed(variables, scope, e) > 0),
    parameters: { epoch: scope.epoch, later: scope.epoch },
    fails: [
      (e, later) => {
        if (later <= e) return false;
        const both = Math.min(committed(variables, scope, e), committed(variables, scope, later));
        const [one, other] = [variables.history(e), variables.history(later)];
        return Array.from({ length: both }, (_, place) => place).some(
          (place) => !one.item(place).is(other.item(place).get()),
        );
      },
    ],
  },
];
