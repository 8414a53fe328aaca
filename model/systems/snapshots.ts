/** Snapshots of replicas, so that logs need not grow for ever: what is cut off must be somewhere else, for good. */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  indexSet,
  noneOr,
  numbers,
  over,
  record,
  single,
  subsetOf,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import type { Question } from "../questions/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "sound" | "truncates-first" | "handle-ahead" | "no-catch-up";

export const snapshots = defineSystem({
  name: "snapshots",
  about:
    "Consensus gives replicas one order of commands, and each applies them to its state. The log of commands grows, so a replica writes its state to disk now and then, together with a handle that says which command it has got to, and cuts the log off there. Each replica decides by itself when. After a crash it starts from its snapshot and what is left of its log. One that lags asks others for the commands it lacks, or, where they are cut off, for a snapshot.",
  source: "Chandra, Griesemer & Redstone, Paxos Made Live, 2007, section 5.6",
  parameters: {
    replicas: number("replicas", 2, 1, 3),
    commands: number("commands that are decided", 3, 1, 4),
  },
  variants: [
    {
      name: "sound",
      inShort: "the log is cut off below a snapshot that is on disk",
      pins: [
        { ask: "invariant", verdict: "holds", states: 3136, transitions: 15340, depth: 20 },
        { ask: "stuck", verdict: "holds", states: 3136, transitions: 15340, depth: 20 },
      ],
    },
    {
      name: "truncates-first",
      inShort: "the log is cut off when the snapshot is begun",
      mend: "Cut the log off only below what a snapshot on disk holds.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "what is cut off the log is in a snapshot on disk",
          states: 2025,
          transitions: 7232,
          depth: 19,
          length: 3,
        },
      ],
    },
    {
      name: "handle-ahead",
      inShort: "the handle is read when the snapshot is done, the state when it was begun",
      mend: "The handle belongs to the state: read both at once.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "a state has every command below its position",
          states: 6134,
          transitions: 27016,
          depth: 25,
          length: 7,
        },
      ],
    },
    {
      name: "no-catch-up",
      inShort: "a replica that lags asks for commands only, and nobody has them any more",
      mend: "Where the commands are cut off, send the snapshot.",
      pins: [
        { ask: "invariant", verdict: "holds", states: 3136, transitions: 14988, depth: 24 },
        {
          ask: "stuck",
          verdict: "stuck",
          property: "every replica applies every command",
          states: 3136,
          transitions: 14988,
          depth: 24,
          length: 5,
        },
      ],
    },
  ],
  build: ({ replicas, commands }, variant) => {
    const scope: Scope = {
      replica: indexSet("replica", replicas, { symmetric: true }),
      command: numbers("command", commands),
      variant,
    };
    const worded = defineInWords({
      name: `snapshots, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.replica },
      actions: (variables) => [...running(variables, scope), ...storing(variables, scope)],
      properties: (variables) => properties(variables, scope),
    });
    const { position } = worded.variables;
    const stuck: Question = {
      ask: "stuck",
      goal: {
        name: "every replica applies every command",
        holds: () => scope.replica.every((r) => position(r).is(commands)),
      },
    };
    const asksForProgress = variant === "sound" || variant === "no-catch-up";
    return { worded, questions: [{ ask: "invariant" }, ...(asksForProgress ? [stuck] : [])] };
  },
});

interface Scope {
  readonly replica: IndexSet;
  readonly command: IndexSet;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

function variablesOf({ replica, command }: Scope) {
  const count = () => counter(command.size);
  return {
    decided: single(count()),
    // The log on disk: commands from `from` up to below `learned`.
    from: over([replica], count()),
    learned: over([replica], count()),
    // In memory: the commands that the state has, and the next one to apply.
    state: over([replica], subsetOf(command)),
    position: over([replica], count()),
    begun: over([replica], noneOr(record({ handle: count(), state: subsetOf(command) }))),
    // On disk, and whole.
    snapshot: over([replica], record({ handle: count(), state: subsetOf(command) })),
  };
}

function running(variables: Variables, { replica, command, variant }: Scope): WordedAction[] {
  const { decided, from, learned, state, position, begun, snapshot } = variables;
  const knows = (r: number, c: number): boolean => from(r).get() <= c && c < learned(r).get();
  return [
    {
      name: "decide",
      parameters: { replica },
      guard: (r) => !decided().is(command.size) && learned(r).is(decided().get()),
      effect: (r) => {
        decided().set(decided().get() + 1);
        learned(r).set(decided().get());
      },
      says: (r) => `command ${decided().get()} is decided, and ${r} has it in its log`,
    },
    {
      name: "learn",
      parameters: { replica, other: replica },
      guard: (r, other) => r !== other && knows(other, learned(r).get()),
      effect: (r) => learned(r).set(learned(r).get() + 1),
      says: (r, other) => `${r} gets the next command from ${other}'s log`,
    },
    ...(variant === "no-catch-up" || replica.size === 1
      ? []
      : [
          {
            name: "catch up",
            parameters: { replica, other: replica },
            guard: (r: number, other: number) => r !== other && snapshot(other).handle.get() > learned(r).get(),
            effect: (r: number, other: number) => {
              const { handle, state: data } = snapshot(other).get();
              snapshot(r).set({ handle, state: data });
              state(r).set(data);
              for (const count of [from, learned, position]) count(r).set(handle);
              begun(r).set(null);
            },
            says: (r: string, other: string) => `${r} takes ${other}'s snapshot`,
          },
        ]),
    {
      name: "apply",
      parameters: { replica },
      guard: (r) => knows(r, position(r).get()),
      effect: (r) => {
        state(r).add(position(r).get());
        position(r).set(position(r).get() + 1);
      },
      says: (r) => `${r} applies a command`,
    },
    {
      name: "crash",
      parameters: { replica },
      guard: (r) => !position(r).is(snapshot(r).handle.get()),
      effect: (r) => {
        state(r).set(snapshot(r).state.get());
        position(r).set(snapshot(r).handle.get());
        begun(r).set(null);
      },
      says: (r) => `${r} crashes, and starts from its snapshot`,
    },
  ];
}

function storing({ from, state, position, begun, snapshot }: Variables, { replica, variant }: Scope): WordedAction[] {
  return [
    {
      name: "begin a snapshot",
      parameters: { replica },
      guard: (r) => begun(r).isNone() && position(r).get() > snapshot(r).handle.get(),
      effect: (r) => {
        begun(r).set({ handle: position(r).get(), state: state(r).get() });
        if (variant === "truncates-first") from(r).set(position(r).get());
      },
      says: (r) =>
        `${r} begins to write its state to disk${variant === "truncates-first" ? ", and cuts its log off" : ""}`,
    },
    {
      name: "finish the snapshot",
      parameters: { replica },
      guard: (r) => !begun(r).isNone(),
      effect: (r) => {
        const handle = variant === "handle-ahead" ? position(r).get() : begun(r).handle.get();
        snapshot(r).set({ handle, state: begun(r).state.get() });
        begun(r).set(null);
      },
      says: (r) => `${r}'s snapshot is on disk, with its handle`,
    },
    {
      name: "cut off",
      parameters: { replica },
      guard: (r) => from(r).get() < snapshot(r).handle.get(),
      effect: (r) => from(r).set(snapshot(r).handle.get()),
      says: (r) => `${r} cuts its log off below its snapshot`,
    },
  ];
}

const properties = ({ from, state, position, snapshot }: Variables, { replica, command }: Scope): WordedProperty[] => [
  {
    name: "what is cut off the log is in a snapshot on disk",
    premise: () => replica.some((r) => !from(r).is(0)),
    parameters: { replica },
    fails: [(r) => from(r).get() > snapshot(r).handle.get()],
  },
  {
    name: "a state has every command below its position",
    premise: () => replica.some((r) => !position(r).is(0)),
    parameters: { replica, command },
    fails: [(r, c) => c < position(r).get() && !state(r).has(c)],
  },
];
