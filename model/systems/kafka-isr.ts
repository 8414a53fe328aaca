/**
 * A set of in-sync replicas as a znode: whoever leads writes a smaller set when the others are out of reach. Two halves
 * of the replicas cannot reach each other, and in each somebody leads.
 */
import {
  type Accessors,
  counter,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  noneOr,
  over,
  record,
  single,
  subsetOf,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "no-versions" | "no-intersection";

export const kafkaIsr = defineSystem({
  name: "kafka-isr",
  about:
    "A leader that needs all of its in-sync replicas can go on with few, if it may write the others out: the set is kept by a consensus service, and whoever decides asks the set alone. It takes two things. A new set has to overlap the last one, so that somebody who was in the last brings along what it decided. And it is written at the version that was read, so that of two leaders who shrink the set at once one is refused. Either flaw alone gives two sets without a common replica, and two decisions.",
  source:
    "Kreps, A few notes on Kafka and Jepsen, 2013; KIP-497; Howard & Mortier 2019, on Kafka's ISR as a configuration",
  parameters: {
    replicas: number("replicas, an even number, in two halves that do not reach each other", 6, 2, 8),
    changes: number("changes of the in-sync set", 3, 1, 4),
  },
  refuse: ({ replicas }) => (replicas % 2 === 1 ? `${replicas} replicas have no two halves` : null),
  variants: [
    {
      name: "sound",
      inShort: "a new set overlaps the last, and is written at the version that was read",
      pins: [{ ask: "invariant", verdict: "holds", states: 28, transitions: 48, depth: 5 }],
    },
    {
      name: "no-versions",
      inShort: "a new set overlaps the one that was read, which may not be the last",
      mend: "Write at the version that was read, so that what was read is the last.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "only one half decides by itself",
          states: 148,
          transitions: 360,
          depth: 9,
          length: 6,
        },
      ],
    },
    {
      name: "no-intersection",
      inShort: "a new set is written at the version that was read, whoever is in it",
      mend: "Let nobody into power who has not been in the last set: the new set shares a replica with it.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "only one half decides by itself",
          states: 124,
          transitions: 280,
          depth: 10,
          length: 6,
        },
      ],
    },
  ],
  build: ({ replicas, changes }, variant) => {
    const scope: Scope = {
      replica: indexSet("replica", replicas),
      half: indexSet("half", 2, { names: ["east", "west"] }),
      changes,
      variant,
    };
    const worded = defineInWords({
      name: `kafka-isr, ${variant}`,
      variables: variablesOf(scope),
      initially: ({ isr }) => isr().set(scope.replica.members),
      picture: { rows: scope.half },
      actions: (variables) => actions(variables, scope),
      properties: ({ hasDecided }): WordedProperty[] => [
        {
          name: "only one half decides by itself",
          premise: () => scope.half.some((h) => hasDecided(h).is(true)),
          holds: () => !scope.half.every((h) => hasDecided(h).is(true)),
        },
      ],
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly replica: IndexSet;
  readonly half: IndexSet;
  readonly changes: number;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ replica, half, changes }: Scope) => ({
  isr: single(subsetOf(replica)),
  version: single(counter(changes)),
  read: over([half], noneOr(record({ isr: subsetOf(replica), version: counter(changes) }))),
  // The set that the half's leader has written, and by which it decides.
  wrote: over([half], noneOr(subsetOf(replica))),
  hasDecided: over([half], flag()),
});

function actions({ isr, version, read, wrote, hasDecided }: Variables, scope: Scope): WordedAction[] {
  const { replica, half, changes, variant } = scope;
  const own = (h: number): number[] => replica.filter((r) => Math.floor((2 * r) / replica.size) === h);
  return [
    {
      name: "read",
      parameters: { half },
      guard: (h) => read(h).isNone() || !read(h).version.is(version().get()),
      effect: (h) => read(h).set({ isr: isr().get(), version: version().get() }),
      says: (h) => `the leader in the ${h} reads that ${isr().text()} are in sync`,
    },
    {
      name: "write",
      parameters: { half },
      guard: [
        (h) => !read(h).isNone() && !version().is(changes),
        (h) => variant === "no-versions" || read(h).version.is(version().get()),
        (h) => variant === "no-intersection" || own(h).some((r) => read(h).isr.has(r)),
        (h) => !isr().is(own(h)),
      ],
      effect: (h) => {
        isr().set(own(h));
        version().set(version().get() + 1);
        wrote(h).set(own(h));
      },
      says: (h) => `the leader in the ${h} writes that its half alone is in sync`,
    },
    {
      name: "decide",
      parameters: { half },
      guard: (h) => !wrote(h).isNone() && hasDecided(h).is(false),
      effect: (h) => hasDecided(h).set(true),
      says: (h) => `${wrote(half.names.indexOf(h)).text()} have taken a value of the ${h}: it is decided`,
    },
  ];
}
