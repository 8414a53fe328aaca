/**
 * Why n servers of which f may fail need n > 2f: for every protocol in which n - f servers that hear each other, and
 * nobody else, come to a decision. They must, since the others may have failed. Later, others do.
 */
import {
  type Accessors,
  defineInWords,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  type PowerSet,
  powerSet,
  single,
  values as valueSet,
  type WordedAction,
} from "../language/index.js";
import { begin, haveBegun, inputOf, validity } from "./inputs.js";
import { defineSystem, number, type Pin, type Preset } from "./system.js";

/**
 * A component is a first group with its inputs, or where that is enough to be told apart, two groups that miss each
 * other.
 */
const preset = (servers: number, failures: number, verdict: Pin["verdict"], components: number): Preset => ({
  name: `${failures}-of-${servers}`,
  inShort: `${servers} servers, ${failures} of which may fail`,
  parameters: { servers, failures },
  pins: { "every-protocol": [{ ask: "similarity", verdict, components }] },
});

export const quorumBound = defineSystem({
  name: "quorum-bound",
  about:
    "Whoever waits for more than n - f servers may wait for ever, so n - f that hear each other must be enough to decide. If n is 2f or less, two such groups may have no server in common: the network lies between them, each takes the other for failed, and both decide. No protocol helps, whatever it sends, for each group sees what it would see alone. With n = 2f + 1 any two groups share a server, and by it the later one learns what the earlier one knew: that is all that majorities are for.",
  source: "Attiya, Bar-Noy & Dolev 1995; Gilbert & Lynch 2002; Attiya & Ellen 2014, chapter 4",
  parameters: {
    servers: number("servers", 4, 1, 9),
    failures: number("servers that may fail", 2, 0, 8),
  },
  refuse: ({ servers, failures }) =>
    failures >= servers ? `${failures} failures leave none of ${servers} servers to decide` : null,
  presets: [
    preset(2, 1, "impossible", 1),
    preset(3, 1, "solvable", 3 * 2 ** 2),
    preset(5, 2, "solvable", 10 * 2 ** 3),
    preset(6, 3, "impossible", 10),
  ],
  variants: [
    {
      name: "every-protocol",
      inShort: "two groups of n - f servers, one after the other",
      pins: [
        {
          ask: "similarity",
          verdict: "impossible",
          property: "a value for every component of views",
          states: 703,
          transitions: 702,
          depth: 6,
          components: 3,
        },
      ],
    },
  ],
  build: ({ servers, failures }) => {
    const server = indexSet("server", servers);
    const scope: Scope = {
      server,
      value: valueSet(2),
      group: powerSet(server, servers - failures, servers - failures),
    };
    const worded = defineInWords({
      name: "quorum-bound",
      variables: variablesOf(scope),
      picture: { rows: server },
      actions: (variables) => actions(variables, scope),
    });
    const { input, first } = worded.variables;
    const { value } = scope;
    const final = {
      // The later group may be slow for good: then the first one decides alone.
      isOver: () => !first().isNone(),
      views: () => viewsOf(worded.variables, scope),
      ...validity(input, server, value),
    };
    return { worded, questions: [{ ask: "similarity", final }] };
  },
});

interface Scope {
  readonly server: IndexSet;
  readonly value: IndexSet;
  readonly group: PowerSet;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ server, value, group }: Scope) => ({
  input: inputOf(server, value),
  first: single(noneOr(memberOf(group))),
  later: single(noneOr(memberOf(group))),
});

const actions = ({ input, first, later }: Variables, { server, value, group }: Scope): WordedAction[] => [
  begin(input, server, value),
  {
    name: "hear each other",
    parameters: { group },
    guard: () => haveBegun(input, server) && first().isNone(),
    effect: (g) => first().set(g),
    says: (g) => `${g} hear each other and nobody else, and decide`,
  },
  {
    name: "hear each other later",
    parameters: { group },
    guard: () => !first().isNone() && later().isNone(),
    effect: (g) => later().set(g),
    says: (g) => `${g} hear each other and nobody else, and decide`,
  },
];

/** A group that shares no server with the first one sees what it would see if it came first. */
function viewsOf({ input, first, later }: Variables, { server, group }: Scope): string[] {
  const told = (g: number): string =>
    group.contents[g]!.map((s) => `${server.nameOf(s)} with ${input(s).text()}`).join(", ");
  const alone = (g: number): string[] => group.contents[g]!.map((s) => `${server.nameOf(s)}, having heard ${told(g)}`);
  const [earlier, after] = [first().get()!, later().get()];
  if (after === null) return alone(earlier);
  const shared = group.contents[after]!.filter((s) => group.holds(earlier, s));
  if (shared.length === 0) return [...alone(earlier), ...alone(after)];
  const heard = `, of whom earlier ${shared.map((s) => server.nameOf(s)).join(", ")} had heard ${told(earlier)}`;
  return [...alone(earlier), ...alone(after).map((view) => `${view}${heard}`)];
}
