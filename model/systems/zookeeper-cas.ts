/** Consensus among clients of a coordination service, over one znode: what its operations are good for. */
import {
  type Accessors,
  counter,
  defineInWords,
  flag,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  over,
  record,
  single,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "versioned-set" | "create" | "plain-set" | "get-and-set" | "re-reads";

export const zookeeperCas = defineSystem({
  name: "zookeeper-cas",
  about:
    "ZooKeeper, etcd and their like solve consensus once, inside, so that clients need not. But clients have to use an operation that is as strong: to create a znode that is not there, or to set it at the version that was read, is compare-and-swap, by which any number of clients agree. Stripped of these, with get and set alone, the service is a register, and registers do not solve consensus for two (Herlihy): whatever a client reads, another may already be about to overwrite. Each client here wants its own name to be the value.",
  source: "Hunt, Konar, Junqueira & Reed, ZooKeeper, 2010, section 2.3; Herlihy, Wait-free synchronization, 1991",
  parameters: { clients: number("clients, each with its own value", 2, 2, 4) },
  variants: [
    {
      name: "versioned-set",
      inShort: "get, and set if the version is still the one that was read",
      pins: [{ ask: "invariant", verdict: "holds", states: 12, transitions: 12, depth: 4 }],
    },
    {
      name: "create",
      inShort: "create the znode; whoever finds it there takes its value",
      pins: [{ ask: "invariant", verdict: "holds", states: 5, transitions: 4, depth: 2 }],
    },
    {
      name: "plain-set",
      inShort: "get, and set if it was empty",
      mend: "Set at the version that was read: the second of two that read it empty is refused.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 12,
          transitions: 12,
          depth: 4,
          length: 4,
        },
      ],
    },
    {
      name: "get-and-set",
      inShort: "set, and take what is there afterwards",
      mend: "Nobody may overwrite what somebody may have read: create, or a version.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 17,
          transitions: 18,
          depth: 4,
          length: 4,
        },
      ],
    },
    {
      name: "re-reads",
      inShort: "get, set if it was empty, and get again to be sure",
      mend: "However often it is read, a late set comes after: only the service can refuse it.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 28,
          transitions: 32,
          depth: 6,
          length: 6,
        },
      ],
    },
  ],
  build: ({ clients }, variant) => {
    const scope: Scope = { client: indexSet("client", clients, { symmetric: true }), variant };
    const worded = defineInWords({
      name: `zookeeper-cas, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.client },
      actions: (variables) => actions(variables, scope),
      properties: ({ output }): WordedProperty[] => [
        {
          name: "agreement",
          premise: () => scope.client.some((c) => !output(c).isNone()),
          parameters: { client: scope.client, other: scope.client },
          fails: [
            (c) => !output(c).isNone(),
            (c, other) => !output(other).isNone() && !output(other).is(output(c).get()),
          ],
        },
      ],
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly client: IndexSet;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

const variablesOf = ({ client }: Scope) => ({
  znode: single(noneOr(memberOf(client), "empty")),
  version: single(counter(client.size)),
  // What the client read first, and when.
  read: over([client], noneOr(record({ value: noneOr(memberOf(client), "empty"), version: counter(client.size) }))),
  hasSet: over([client], flag()),
  output: over([client], noneOr(memberOf(client))),
});

function actions({ znode, version, read, hasSet, output }: Variables, { client, variant }: Scope): WordedAction[] {
  const set = (c: number): void => {
    znode().set(c);
    version().set(version().get() + 1);
    hasSet(c).set(true);
  };
  const isOpen = (c: number): boolean => output(c).isNone();
  const get: WordedAction = {
    name: "get",
    parameters: { client },
    guard: (c) => isOpen(c) && read(c).isNone() && hasSet(c).is(false),
    effect: (c) => {
      read(c).set({ value: znode().get(), version: version().get() });
      output(c).set(znode().get());
    },
    says: (c) => `${c} reads ${znode().text()}${znode().isNone() ? "" : ", and takes it"}`,
  };
  const setIfEmpty: WordedAction = {
    name: "set",
    parameters: { client },
    guard: [
      (c) => isOpen(c) && !read(c).isNone() && hasSet(c).is(false),
      (c) => variant !== "versioned-set" || version().is(read(c).version.get()!),
    ],
    effect: (c) => {
      set(c);
      if (variant !== "re-reads") output(c).set(c);
    },
    says: (c) => `${c} sets its own value`,
  };
  const refused: WordedAction = {
    name: "set is refused",
    parameters: { client },
    guard: (c) => isOpen(c) && !read(c).isNone() && !version().is(read(c).version.get()!),
    effect: (c) => output(c).set(znode().get()),
    says: (c) => `${c} is refused, for the version is another, and takes what is there`,
  };
  const takeAfterSet: WordedAction = {
    name: "get again",
    parameters: { client },
    guard: (c) => isOpen(c) && hasSet(c).is(true),
    effect: (c) => output(c).set(znode().get()),
    says: (c) => `${c} reads ${znode().text()}, and takes it`,
  };
  const setAtOnce: WordedAction = {
    name: "set",
    parameters: { client },
    guard: (c) => isOpen(c) && hasSet(c).is(false),
    effect: set,
    says: (c) => `${c} sets its own value`,
  };
  const create: WordedAction = {
    name: "create",
    parameters: { client },
    guard: isOpen,
    effect: (c) => {
      if (znode().isNone()) set(c);
      output(c).set(znode().get());
    },
    says: (c) => (znode().isNone() ? `${c} creates the znode` : `${c} finds the znode there, and takes its value`),
  };
  const steps: Record<VariantName, WordedAction[]> = {
    "versioned-set": [get, setIfEmpty, refused],
    create: [create],
    "plain-set": [get, setIfEmpty],
    "get-and-set": [setAtOnce, takeAfterSet],
    "re-reads": [get, setIfEmpty, takeAfterSet],
  };
  return steps[variant];
}
