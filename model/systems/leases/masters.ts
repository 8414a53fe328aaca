/** Masters that replicas promise to leave alone, and that answer reads by themselves. */
import {
  type Accessors,
  auxiliary,
  counter,
  defineInWords,
  flag,
  over,
  subsetOf,
  type WordedAction,
  type WordedModel,
  type WordedProperty,
} from "../../language/index.js";
import { clockVariables, countDown, type Timers, ticks } from "./clocks.js";
import type { Scope } from "./scope.js";

const masterVariables = (scope: Scope) => ({
  ...clockVariables(scope),
  // Ticks that are left of what a replica promised.
  promised: over([scope.replica], counter(scope.keeps)),
  // Ticks that are left of what a master that has asked may believe.
  believes: over([scope.master], counter(scope.believes)),
  granted: over([scope.master], subsetOf(scope.replica)),
  isMaster: over([scope.master], flag()),
  // Another has acknowledged a write since it became master.
  missed: auxiliary(over([scope.master], flag())),
});

type MasterVariables = Accessors<ReturnType<typeof masterVariables>>;

export function mastersModel(scope: Scope): WordedModel {
  const { replica, master } = scope;
  return defineInWords({
    name: `leases, ${scope.variant}`,
    variables: masterVariables(scope),
    picture: { rows: replica },
    actions: (variables) => [
      ...masterSteps(variables, scope),
      ...ticks(variables, scope, masterTimers(variables, scope)),
    ],
    properties: ({ isMaster, missed }): WordedProperty[] => [
      {
        name: "one master at a time",
        premise: () => master.some((m) => isMaster(m).is(true)),
        parameters: { master, other: master },
        fails: [(m) => isMaster(m).is(true), (m, other) => m < other && isMaster(other).is(true)],
      },
      {
        name: "a local read never misses an acknowledged write",
        premise: () => master.some((m) => isMaster(m).is(true)),
        parameters: { master },
        fails: [(m) => isMaster(m).is(true) && missed(m).is(true)],
      },
    ],
  });
}

function masterSteps(variables: MasterVariables, scope: Scope): WordedAction[] {
  const { replica, master, believes: ticksBelieved, keeps } = scope;
  const { promised, believes, granted, isMaster, missed } = variables;
  const hasAsked = (m: number): boolean => !believes(m).is(0) && isMaster(m).is(false);
  return [
    {
      name: "ask",
      parameters: { master },
      guard: (m) => believes(m).is(0),
      effect: (m) => believes(m).set(ticksBelieved),
      says: (m) => `${m} asks the replicas for a lease`,
    },
    {
      name: "grant",
      parameters: { replica, master },
      guard: [(r) => promised(r).is(0), (r, m) => hasAsked(m) && !granted(m).has(r)],
      effect: (r, m) => {
        promised(r).set(keeps);
        granted(m).add(r);
      },
      says: (r, m) => `${r} grants ${m} a lease`,
    },
    {
      name: "become master",
      parameters: { master },
      guard: [hasAsked, (m) => replica.majority((r) => granted(m).has(r))],
      effect: (m) => {
        isMaster(m).set(true);
      },
      says: (m) => `${m} has heard a majority, learns what was written, and is master`,
    },
    {
      name: "write",
      parameters: { master },
      guard: (m) => isMaster(m).is(true),
      effect: (m) => {
        for (const other of master.members) if (other !== m && isMaster(other).get()) missed(other).set(true);
      },
      says: (m) => `${m} writes at a majority, and acknowledges it`,
    },
  ];
}

function masterTimers(variables: MasterVariables, { variant }: Scope): Timers {
  const { promised, believes, granted, isMaster, missed } = variables;
  return {
    ofMaster: (m) => {
      // Who counts from the quorum does not count before.
      if (believes(m).is(0) || (variant === "starts-at-quorum" && isMaster(m).is(false))) return;
      const left = believes(m).get() - 1;
      believes(m).set(left);
      if (left > 0) return;
      granted(m).set([]);
      isMaster(m).set(false);
      missed(m).set(false);
    },
    ofReplica: (r) => countDown(promised(r)),
  };
}
