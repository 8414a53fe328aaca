/** Classic Paxos without an end to ballots: of ballots only the order is kept. */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  memberOf,
  noneOr,
  oneOf,
  over,
  record,
  subsetOf,
  type WordedAction,
} from "../../language/index.js";
import type { Instance } from "../system.js";

/** A client's name is the value that it would like to have decided. */
interface Scope {
  readonly server: IndexSet;
  readonly client: IndexSet;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

function variablesOf({ server, client }: Scope) {
  // Each client has a ballot and has heard of one, each server has promised one and accepted one; 0 is none.
  const ranks = counter(2 * client.size + 2 * server.size);
  const vote = record({ ballot: ranks, value: memberOf(client) });
  return {
    phase: over([client], oneOf("idle", "prepares", "proposes", "has decided")),
    ballot: over([client], ranks),
    // Who has answered in this phase, and the vote of the greatest ballot that they told of.
    heard: over([client], subsetOf(server)),
    toldOf: over([client], noneOr(vote)),
    value: over([client], noneOr(memberOf(client))),
    promised: over([server], ranks),
    accepted: over([server], noneOr(vote)),
  };
}

export function paxos(scope: Scope): Instance {
  const { client } = scope;
  const worded = defineInWords({
    name: "flp, paxos",
    variables: variablesOf(scope),
    picture: { rows: scope.server },
    actions: (variables) => actions(variables, scope),
    properties: ({ phase, value }) => [
      {
        name: "agreement",
        premise: () => client.some((c) => phase(c).is("has decided")),
        parameters: { client, other: client },
        fails: [
          (c, other) => c < other && phase(c).is("has decided") && phase(other).is("has decided"),
          (c, other) => !value(c).is(value(other).get()),
        ],
      },
    ],
  });
  const { phase, value } = worded.variables;
  const isDecided = (v: number): boolean => client.some((c) => phase(c).is("has decided") && value(c).is(v));
  const decided = client.members.map((v) => ({ name: client.nameOf(v), holds: () => isDecided(v) }));
  const goal = { name: "somebody decides", holds: () => client.some((c) => phase(c).is("has decided")) };
  const valence = client.size > 1 ? [{ ask: "valence", decided } as const] : [];
  return { worded, questions: [{ ask: "invariant" }, ...valence, { ask: "lasso", goal }] };
}

/** Brings the ballots in use down to 1, 2, 3, … in their order. */
function rankBallots({ ballot, toldOf, promised, accepted }: Variables, { server, client }: Scope): void {
  const places = [
    ...client.members.flatMap((c) => [ballot(c), ...(toldOf(c).isNone() ? [] : [toldOf(c).ballot])]),
    ...server.members.flatMap((s) => [promised(s), ...(accepted(s).isNone() ? [] : [accepted(s).ballot])]),
  ];
  const used = [...new Set([0, ...places.map((place) => place.get()!)])].sort((a, b) => a - b);
  for (const place of places) place.set(used.indexOf(place.get()!));
}

function actions(variables: Variables, scope: Scope): WordedAction[] {
  const { server, client } = scope;
  const { phase, ballot, heard, toldOf, value, promised, accepted } = variables;
  const greatest = (): number =>
    Math.max(...server.members.map((s) => promised(s).get()), ...client.members.map((c) => ballot(c).get()));
  const isOutbid = (c: number): boolean => server.some((s) => promised(s).get() > ballot(c).get());
  return [
    {
      name: "begin a ballot",
      parameters: { client },
      guard: [(c) => !phase(c).is("has decided"), (c) => phase(c).is("idle") || isOutbid(c)],
      effect: (c) => {
        ballot(c).set(greatest() + 1);
        phase(c).set("prepares");
        heard(c).set([]);
        toldOf(c).set(null);
        value(c).set(null);
        rankBallots(variables, scope);
      },
      says: (c) => `client ${c} begins a ballot that is greater than any before`,
      fairness: "weak",
    },
    {
      name: "promise",
      parameters: { server, client },
      guard: [
        (_, c) => phase(c).is("prepares"),
        (s, c) => !heard(c).has(s),
        (s, c) => promised(s).get() < ballot(c).get(),
      ],
      effect: (s, c) => {
        promised(s).set(ballot(c).get());
        heard(c).add(s);
        const told = accepted(s).get();
        if (told !== null && (toldOf(c).get()?.ballot ?? 0) < told.ballot) toldOf(c).set(told);
        rankBallots(variables, scope);
      },
      says: (s, c) => `${s} promises client ${c}'s ballot`,
      fairness: "weak",
    },
    {
      name: "propose",
      parameters: { client },
      guard: [(c) => phase(c).is("prepares"), (c) => server.majority((s) => heard(c).has(s))],
      effect: (c) => {
        phase(c).set("proposes");
        value(c).set(toldOf(c).get()?.value ?? c);
        heard(c).set([]);
        toldOf(c).set(null);
        rankBallots(variables, scope);
      },
      says: (c) => `client ${c} has heard a majority, and proposes`,
      fairness: "weak",
    },
    {
      name: "accept",
      parameters: { server, client },
      guard: [
        (_, c) => phase(c).is("proposes"),
        (s, c) => !heard(c).has(s),
        (s, c) => promised(s).get() <= ballot(c).get(),
      ],
      effect: (s, c) => {
        promised(s).set(ballot(c).get());
        accepted(s).set({ ballot: ballot(c).get(), value: value(c).get()! });
        heard(c).add(s);
        rankBallots(variables, scope);
      },
      says: (s, c) => `${s} accepts client ${c}'s proposal`,
      fairness: "weak",
    },
    {
      name: "decide",
      parameters: { client },
      guard: [(c) => phase(c).is("proposes"), (c) => server.majority((s) => heard(c).has(s))],
      effect: (c) => {
        phase(c).set("has decided");
        ballot(c).set(0);
        heard(c).set([]);
        rankBallots(variables, scope);
      },
      says: (c) => `client ${c} hears that a majority has accepted, and decides`,
      fairness: "weak",
    },
  ];
}
