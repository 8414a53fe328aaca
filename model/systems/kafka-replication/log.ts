/** The log: leaders append, followers fetch, and what all in-sync replicas hold comes below the high watermark. */
import type { WordedAction } from "../../language/index.js";
import type { Replication } from "./replication.js";

export function write(facts: Replication): WordedAction {
  const { replica, record: records } = facts.scope;
  const { log, inEpoch, nextRecord } = facts.v;
  return {
    name: "write",
    parameters: { replica },
    guard: (r) => facts.presumesToLead(r) && !nextRecord().is(records.size) && !log(r).isFull(),
    effect: (r) => {
      const id = nextRecord().get();
      log(r).append({ id, epoch: inEpoch(r).get()! });
      nextRecord().set(id + 1);
    },
    says: (r) => `${r} appends record r${nextRecord().get()} of a producer`,
  };
}

export function fetch(facts: Replication): WordedAction {
  const { replica, variant } = facts.scope;
  const { log, highWatermark } = facts.v;
  const mayFetch = (f: number, l: number): boolean => {
    if (variant === "kip-320") return facts.isFollowingInEpoch(f, l);
    if (variant === "kip-320-first-try") return facts.isCaughtUp(l, f, facts.end(f));
    return facts.presumesToLead(l) && facts.isFollowing(f, l);
  };
  return {
    name: "fetch",
    parameters: { replica, leader: replica },
    guard: [(f, l) => f !== l, mayFetch, (f, l) => facts.has(l, facts.end(f))],
    effect: (f, l) => {
      const end = facts.end(f);
      log(f).append({ id: log(l).item(end).id.get()!, epoch: log(l).item(end).epoch.get()! });
      highWatermark(f).set(Math.min(highWatermark(l).get(), end + 1));
    },
    says: (f, l) => `${f} fetches a record from ${l}`,
  };
}

export function raiseHighWatermark(facts: Replication): WordedAction {
  const { replica, size, variant } = facts.scope;
  const { isr, highWatermark } = facts.v;
  const haveReplicated = (l: number, offset: number): boolean => {
    switch (variant) {
      case "kip-320":
        return facts.has(l, offset) && isr(l).every((f) => facts.isFollowingInEpoch(f, l) && facts.has(f, offset));
      case "kip-320-first-try":
        return facts.has(l, offset) && isr(l).every((f) => facts.isCaughtUp(l, f, offset + 1));
      default:
        return isr(l).every((f) => facts.isFollowing(f, l) && facts.has(f, offset));
    }
  };
  return {
    name: "raise high watermark",
    parameters: { replica },
    guard: [
      (l) => facts.presumesToLead(l) && !highWatermark(l).is(size),
      (l) => haveReplicated(l, highWatermark(l).get()),
    ],
    effect: (l) => highWatermark(l).set(highWatermark(l).get() + 1),
    says: (l) => `${l} finds its in-sync set one record further, and raises its high watermark`,
  };
}
