/** The in-sync set: the leader takes out who lags, and in who has caught up. */
import type { WordedAction } from "../../language/index.js";
import type { Replication } from "./replication.js";

export function shrinkIsr(facts: Replication): WordedAction {
  const { replica, variant } = facts.scope;
  const { isr, isrInZooKeeper } = facts.v;
  const lags = (l: number, f: number): boolean =>
    variant === "kip-320"
      ? !facts.isFollowingInEpoch(f, l) || facts.end(f) < facts.end(l)
      : !facts.isCaughtUp(l, f, facts.end(l));
  return {
    name: "shrink in-sync set",
    parameters: { leader: replica, replica },
    guard: [(l) => facts.isTrueLeader(l), (l, f) => l !== f && isr(l).has(f), lags],
    effect: (l, f) => {
      isr(l).remove(f);
      isrInZooKeeper().set(isr(l).get());
    },
    says: (l, f) => `${l} takes ${f}, which lags, out of the in-sync set`,
  };
}

export function expandIsr(facts: Replication): WordedAction {
  const { replica, variant } = facts.scope;
  const { isr, isrInZooKeeper, highWatermark, log, inEpoch } = facts.v;
  /** A new leader does not know how far the last one got, until a record of its own epoch is next. */
  const hasReachedOwnEpoch = (l: number): boolean => {
    const hw = highWatermark(l).get();
    if (hw === facts.end(l)) return true;
    return facts.has(l, hw) && log(l).item(hw).epoch.is(inEpoch(l).get()!);
  };
  const isReady = (l: number, f: number): boolean => {
    const hw = highWatermark(l).get();
    switch (variant) {
      case "kip-320":
        return facts.isFollowingInEpoch(f, l) && (hw === 0 || facts.has(f, hw - 1)) && hasReachedOwnEpoch(l);
      case "kip-320-first-try":
        return facts.isCaughtUp(l, f, hw) && hasReachedOwnEpoch(l);
      default:
        return facts.isCaughtUp(l, f, hw);
    }
  };
  return {
    name: "expand in-sync set",
    parameters: { leader: replica, replica },
    guard: [(l) => facts.isTrueLeader(l), (l, f) => !isr(l).has(f) && facts.isFollowing(f, l), isReady],
    effect: (l, f) => {
      isr(l).add(f);
      isrInZooKeeper().set(isr(l).get());
    },
    says: (l, f) => `${l} takes ${f} into the in-sync set again`,
  };
}
