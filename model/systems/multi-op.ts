/** An operation with a condition, in a replicated state machine: when is the condition asked? */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  oneOf,
  over,
  record,
  sequenceOf,
  single,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "guard-at-submit";

export const multiOp = defineSystem({
  name: "multi-op",
  about:
    "A multi-operation has a guard and two branches: if the tests of entries hold, do this, else that. Replicas get from consensus one order of operations, and each applies them in that order, so all ask the guard in the same state and take the same branch. If the guard is asked when the operation is submitted, at whatever state some replica has by then, another operation may come before it in the order: the test and the act are no longer one. Here clients want a lock that is an entry: if nobody holds it, take it, else leave it.",
  source: "Chandra, Griesemer & Redstone, Paxos Made Live, 2007, section 5.5 (MultiOp)",
  parameters: {
    replicas: number("replicas", 2, 1, 3),
    clients: number("clients that want the lock", 2, 1, 3),
  },
  variants: [
    {
      name: "sound",
      inShort: "the guard is asked when the operation is applied",
      pins: [{ ask: "invariant", verdict: "holds", states: 27, transitions: 42, depth: 6 }],
    },
    {
      name: "guard-at-submit",
      inShort: "the guard is asked when the operation is submitted",
      mend: "Put guard and both branches into the log, and ask the guard when its turn comes.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "one client gets the lock",
          states: 43,
          transitions: 72,
          depth: 6,
          length: 4,
        },
      ],
    },
  ],
  build: ({ replicas, clients }, variant) => {
    const scope: Scope = {
      replica: indexSet("replica", replicas, { symmetric: true }),
      client: indexSet("client", clients, { symmetric: true }),
      variant,
    };
    const worded = defineInWords({
      name: `multi-op, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.replica },
      actions: (variables) => actions(variables, scope),
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly replica: IndexSet;
  readonly client: IndexSet;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ replica, client }: Scope) => ({
  // What consensus ordered: with its guard, or the branch that was chosen before.
  log: single(
    sequenceOf(record({ client: memberOf(client), does: oneOf("if free, take", "take", "leave") }), client.size),
  ),
  applied: over([replica], counter(client.size)),
  holder: over([replica], noneOr(memberOf(client))),
  told: over([client], noneOr(oneOf("got it", "did not"))),
});

function actions({ log, applied, holder, told }: Variables, { replica, client, variant }: Scope): WordedAction[] {
  const isSubmitted = (c: number): boolean =>
    log()
      .get()
      .some((entry) => entry.client === c);
  const branchAt = (r: number) => (holder(r).isNone() ? "take" : "leave");
  const submit: WordedAction =
    variant === "sound"
      ? {
          name: "submit",
          parameters: { client },
          guard: (c) => !isSubmitted(c),
          effect: (c) => log().append({ client: c, does: "if free, take" }),
          says: (c) => `${c} submits: if the lock is free, take it`,
        }
      : {
          name: "submit",
          parameters: { client, replica },
          guard: (c) => !isSubmitted(c),
          effect: (c, r) => log().append({ client: c, does: branchAt(r) }),
          says: (c, r) => `${c} asks at ${r} whether the lock is free, and submits what follows`,
        };
  return [
    submit,
    {
      name: "apply",
      parameters: { replica },
      guard: (r) => log().length() > applied(r).get(),
      effect: (r) => {
        const entry = log().item(applied(r).get());
        const c = entry.client.get()!;
        const takes = entry.does.is("take") || (entry.does.is("if free, take") && holder(r).isNone());
        if (takes) holder(r).set(c);
        if (told(c).isNone()) told(c).set(takes ? "got it" : "did not");
        applied(r).set(applied(r).get() + 1);
      },
      says: (r) => `${r} applies the next operation of the log`,
    },
  ];
}

const properties = ({ applied, holder, told }: Variables, { replica, client }: Scope): WordedProperty[] => [
  {
    name: "one client gets the lock",
    premise: () => client.some((c) => told(c).is("got it")),
    holds: () => !client.atLeast(2, (c) => told(c).is("got it")),
  },
  {
    name: "replicas that have applied as much are in the same state",
    premise: () => replica.some((r) => !applied(r).is(0)),
    parameters: { replica, other: replica },
    fails: [
      (r, other) => r < other && applied(r).is(applied(other).get()),
      (r, other) => !holder(r).is(holder(other).get()),
    ],
  },
];
