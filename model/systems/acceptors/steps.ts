/**
 * What proposers and acceptors do. Steps and messages are those of Lamport's TLA+ module `Paxos`: what was sent can
 * arrive at any time, and again.
 */
import {
  type Accessors,
  counter,
  flag,
  type IndexSet,
  memberOf,
  noneOr,
  over,
  record,
  single,
  type WordedAction,
} from "../../language/index.js";

export type VariantName =
  | "sound"
  | "first-value-only"
  | "accept-anything"
  | "ask-first"
  | "forgets-promise"
  | "forgets-vote"
  | "forgets-all";

/** Without phase 1 a proposer sends its own value at once. */
const WITHOUT_PHASE_1: readonly VariantName[] = ["first-value-only", "accept-anything"];

export interface Scope {
  readonly server: IndexSet;
  readonly ballot: IndexSet;
  readonly value: IndexSet;
  readonly crashes: number;
  readonly variant: VariantName;
}

export type Variables = Accessors<ReturnType<typeof variablesOf>>;

export function variablesOf({ server, ballot, value, crashes, variant }: Scope) {
  const vote = record({ ballot: memberOf(ballot), value: memberOf(value) });
  return {
    asked: over([ballot], flag()),
    promised: over([server], noneOr(memberOf(ballot))),
    accepted: over([server], noneOr(vote)),
    // What an acceptor told a ballot's proposer: that it has accepted nothing (none), or its vote.
    told: over([server, ballot], noneOr(record({ accepted: noneOr(vote, "nothing") }))),
    proposed: over([ballot], noneOr(memberOf(value))),
    voted: over([server, ballot], flag()),
    crashed: single(counter(forgets(variant) ? crashes : 0)),
  };
}

export const actions = (variables: Variables, scope: Scope): WordedAction[] => [
  ...(WITHOUT_PHASE_1.includes(scope.variant) ? [proposeAtOnce(variables, scope)] : phase1(variables, scope)),
  accept(variables, scope),
  ...forgetting(variables, scope),
];

const hasPromisedBelow = ({ promised }: Variables, server: number, ballot: number): boolean =>
  !promisedFrom(promised(server).get(), ballot);

/** Whether what was promised is this ballot or a later one. */
export const promisedFrom = (promised: number | null, ballot: number): boolean =>
  promised !== null && promised >= ballot;

function phase1(variables: Variables, { server, ballot, value, variant }: Scope): WordedAction[] {
  const { asked, promised, accepted, told, proposed } = variables;
  /**
   * Of these acceptors, who all answered the ballot: nothing accepted, or the value of the greatest ballot among them.
   */
  const allows = (quorum: readonly number[], b: number, v: number): boolean => {
    const votes = quorum.flatMap((s) => told(s, b).accepted.get() ?? []);
    if (votes.length === 0) return true;
    const greatest = Math.max(...votes.map((vote) => vote.ballot));
    return votes.some((vote) => vote.ballot === greatest && vote.value === v);
  };
  return [
    {
      name: "ask",
      parameters: { ballot },
      guard: (b) => asked(b).is(false),
      effect: (b) => asked(b).set(true),
      says: (b) => `the proposer of ballot ${b} asks the acceptors`,
    },
    {
      name: "promise",
      parameters: { server, ballot },
      guard: [
        (s, b) => asked(b).is(true) && told(s, b).isNone(),
        (s, b) => variant === "ask-first" || hasPromisedBelow(variables, s, b),
      ],
      effect: (s, b) => {
        told(s, b).set({ accepted: accepted(s).get() });
        if (variant !== "ask-first") promised(s).set(b);
      },
      says: (s, b) => `${s} ${variant === "ask-first" ? "answers" : "promises"} ballot ${b}`,
    },
    {
      name: "propose",
      parameters: { ballot, value },
      guard: [
        (b) => proposed(b).isNone() && server.majority((s) => !told(s, b).isNone()),
        (b, v) =>
          server.someSubset(
            server.majoritySize,
            (quorum) => quorum.every((s) => !told(s, b).isNone()) && allows(quorum, b, v),
          ),
      ],
      effect: (b, v) => proposed(b).set(v),
      says: (b, v) => `the proposer of ballot ${b} has heard a majority and proposes ${v}`,
    },
  ];
}

const proposeAtOnce = ({ proposed }: Variables, { ballot, value }: Scope): WordedAction => ({
  name: "propose",
  parameters: { ballot, value },
  guard: (b) => proposed(b).isNone(),
  effect: (b, v) => proposed(b).set(v),
  says: (b, v) => `the proposer of ballot ${b} proposes ${v}`,
});

function accept(variables: Variables, { server, ballot, variant }: Scope): WordedAction {
  const { promised, accepted, proposed, voted } = variables;
  const admits = (s: number, b: number): boolean => {
    if (variant === "first-value-only") return accepted(s).isNone();
    if (variant === "accept-anything" || variant === "ask-first") return true;
    return hasPromisedBelow(variables, s, b) || promised(s).is(b);
  };
  return {
    name: "accept",
    parameters: { server, ballot },
    // Told again, the proposal would change nothing.
    guard: [(s, b) => !proposed(b).isNone() && voted(s, b).is(false), admits],
    effect: (s, b) => {
      if (!WITHOUT_PHASE_1.includes(variant) && variant !== "ask-first") promised(s).set(b);
      accepted(s).set({ ballot: b, value: proposed(b).get()! });
      voted(s, b).set(true);
    },
    says: (s, b) => `${s} accepts the proposal of ballot ${b}`,
  };
}

/** What an acceptor has sent stays sent; what it remembers may not. */
function forgetting({ promised, accepted, crashed }: Variables, scope: Scope): WordedAction[] {
  const { server, crashes, variant } = scope;
  if (!forgets(variant)) return [];
  const forgetsPromise = variant !== "forgets-vote";
  const forgetsVote = variant !== "forgets-promise";
  return [
    {
      name: "crash",
      parameters: { server },
      guard: [
        () => !crashed().is(crashes),
        (s) => (forgetsPromise && !promised(s).isNone()) || (forgetsVote && !accepted(s).isNone()),
      ],
      effect: (s) => {
        crashed().set(crashed().get() + 1);
        if (forgetsPromise) promised(s).set(null);
        if (forgetsVote) accepted(s).set(null);
      },
      says: (s) => `${s} crashes and comes back without ${forgotten(variant)}`,
    },
  ];
}

const forgets = (variant: VariantName): boolean => variant.startsWith("forgets");

function forgotten(variant: VariantName): string {
  if (variant === "forgets-all") return "anything";
  return variant === "forgets-promise" ? "its promise" : "its vote";
}
