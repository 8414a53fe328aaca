/** Replicas that answer reads while the master has promised to wait for them. */
import {
  type Accessors,
  counter,
  defineInWords,
  flag,
  oneOf,
  over,
  single,
  type WordedAction,
  type WordedModel,
  type WordedProperty,
} from "../../language/index.js";
import { clockVariables, countDown, type Timers, ticks } from "./clocks.js";
import type { Scope } from "./scope.js";

const readerVariables = (scope: Scope) => ({
  ...clockVariables(scope),
  // Ticks that are left for a replica that has asked, and whether it was granted what it asked for.
  believes: over([scope.replica], counter(scope.believes)),
  isReader: over([scope.replica], flag()),
  // Ticks that are left of what the master promised the replica: to wait for it.
  promised: over([scope.replica], counter(scope.keeps)),
  write: single(oneOf("not begun", "on its way", "acknowledged")),
  has: over([scope.replica], flag()),
});

type ReaderVariables = Accessors<ReturnType<typeof readerVariables>>;

export function readersModel(scope: Scope): WordedModel {
  const { replica } = scope;
  return defineInWords({
    name: `leases, ${scope.variant}`,
    variables: readerVariables(scope),
    picture: { rows: replica },
    actions: (variables) => {
      const { believes, isReader, promised } = variables;
      const timers: Timers = {
        ofMaster: () => {
          for (const r of replica.members) countDown(promised(r));
        },
        ofReplica: (r) => {
          countDown(believes(r));
          if (believes(r).is(0)) isReader(r).set(false);
        },
      };
      return [...readerSteps(variables, scope), ...ticks(variables, scope, timers)].map((step) => ({
        ...step,
        // What comes after the one write shows nothing more: whoever has a lease by then, and not the write, misses it.
        guard: [
          () => !variables.write().is("acknowledged"),
          ...(Array.isArray(step.guard) ? step.guard : [step.guard]),
        ],
      }));
    },
    properties: ({ isReader, write, has }): WordedProperty[] => [
      {
        name: "a local read never misses an acknowledged write",
        premise: () => write().is("acknowledged") && replica.some((r) => isReader(r).is(true)),
        parameters: { replica },
        fails: [() => write().is("acknowledged"), (r) => isReader(r).is(true) && has(r).is(false)],
      },
    ],
  });
}

function readerSteps(variables: ReaderVariables, scope: Scope): WordedAction[] {
  const { replica, believes: ticksBelieved, keeps, variant } = scope;
  const { believes, isReader, promised, write, has } = variables;
  const isWaitedFor = (r: number): boolean => has(r).is(true) || promised(r).is(0);
  return [
    {
      name: "ask",
      parameters: { replica },
      guard: (r) => write().is("not begun") && believes(r).is(0),
      effect: (r) => believes(r).set(ticksBelieved),
      says: (r) => `${r} asks the master for a lease`,
    },
    {
      name: "grant",
      parameters: { replica },
      guard: (r) => write().is("not begun") && !believes(r).is(0) && isReader(r).is(false),
      effect: (r) => {
        promised(r).set(keeps);
        isReader(r).set(true);
      },
      says: (r) => `the master grants ${r} a lease`,
    },
    {
      name: "begin to write",
      parameters: {},
      guard: () => write().is("not begun"),
      effect: () => write().set("on its way"),
      says: () => "the master sends a write to the replicas, and grants no lease until it is done",
    },
    {
      name: "take the write",
      parameters: { replica },
      guard: (r) => write().is("on its way") && has(r).is(false),
      effect: (r) => has(r).set(true),
      says: (r) => `${r} takes the write`,
    },
    {
      name: "acknowledge",
      parameters: {},
      guard: [
        // With the master itself, a majority of all.
        () => write().is("on its way") && replica.atLeast(Math.floor((replica.size + 1) / 2), (r) => has(r).is(true)),
        () => variant === "replica-reads-not-waited-for" || replica.every(isWaitedFor),
      ],
      effect: () => write().set("acknowledged"),
      says: () => "the master acknowledges the write",
    },
  ];
}
