/**
 * Clocks that drift, and timers that count down with them. Only what clocks have in common matters: each is a number of
 * ticks ahead of the slowest, and timers count down with the clock of whoever set them.
 */
import { type Accessors, counter, over, type WordedAction } from "../../language/index.js";
import type { Scope } from "./scope.js";

/** How far each clock is ahead of the slowest one. */
export const clockVariables = ({ replica, master, drift }: Scope) => ({
  masterAhead: over([master], counter(drift)),
  replicaAhead: over([replica], counter(drift)),
});

type Clocks = Accessors<ReturnType<typeof clockVariables>>;

/** What a tick counts down, besides the clock itself. */
export interface Timers {
  readonly ofMaster: (m: number) => void;
  readonly ofReplica: (r: number) => void;
}

export function ticks(
  { masterAhead, replicaAhead }: Clocks,
  { replica, master, drift }: Scope,
  timers: Timers,
): WordedAction[] {
  const all = [...master.members.map((m) => masterAhead(m)), ...replica.members.map((r) => replicaAhead(r))];
  const advance = (clock: (typeof all)[number]): void => {
    clock.set(clock.get() + 1);
    if (all.some((other) => other.is(0))) return;
    for (const other of all) other.set(other.get() - 1);
  };
  if (drift === 0) {
    const effect = (): void => {
      for (const m of master.members) timers.ofMaster(m);
      for (const r of replica.members) timers.ofReplica(r);
    };
    return [{ name: "tick", parameters: {}, guard: () => true, effect, says: () => "all clocks tick" }];
  }
  return [
    {
      name: "tick of a master",
      parameters: { master },
      guard: (m) => !masterAhead(m).is(drift),
      effect: (m) => {
        advance(masterAhead(m));
        timers.ofMaster(m);
      },
      says: (m) => `the clock of ${m} ticks`,
    },
    {
      name: "tick of a replica",
      parameters: { replica },
      guard: (r) => !replicaAhead(r).is(drift),
      effect: (r) => {
        advance(replicaAhead(r));
        timers.ofReplica(r);
      },
      says: (r) => `the clock of ${r} ticks`,
    },
  ];
}

export const countDown = (timer: { get(): number; set(count: number): void }): void =>
  timer.set(Math.max(0, timer.get() - 1));
