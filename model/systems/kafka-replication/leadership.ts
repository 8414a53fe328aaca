/**
 * The controller elects; replicas hear of it, lead or follow, and followers cut off what their leader does not have.
 */
import type { WordedAction } from "../../language/index.js";
import type { Replication, VariantName } from "./replication.js";

export function controllerSteps({ v, scope }: Replication): WordedAction[] {
  const { replica, epoch } = scope;
  const { leaderInZooKeeper, isrInZooKeeper, nextEpoch, request } = v;
  const canRequest = (): boolean => !nextEpoch().is(epoch.size);
  const ask = (leader: number | null, isr: readonly number[]): void => {
    const next = nextEpoch().get();
    leaderInZooKeeper().set(leader);
    isrInZooKeeper().set(isr);
    request(next).set({ leader, isr });
    nextEpoch().set(next + 1);
  };
  return [
    {
      name: "elect",
      parameters: { replica },
      guard: [canRequest, (r) => isrInZooKeeper().has(r) && !leaderInZooKeeper().is(r)],
      effect: (r) => ask(r, isrInZooKeeper().get()),
      says: (r) => `the controller elects ${r} for epoch ${nextEpoch().get()}`,
    },
    {
      name: "take out",
      parameters: { replica },
      guard: [canRequest, (r) => leaderInZooKeeper().is(r) || isrInZooKeeper().has(r)],
      effect: (r) => {
        const isr = isrInZooKeeper().get();
        const others = isr.filter((member) => member !== r);
        if (!leaderInZooKeeper().is(r)) ask(leaderInZooKeeper().get(), others);
        // The last one stays: no other could be elected with all that is committed.
        else ask(null, isrInZooKeeper().is([r]) ? isr : others);
      },
      says: (r) => `the controller takes ${r} for failed, in epoch ${nextEpoch().get()}`,
    },
  ];
}

export function becomeLeader({ v, scope }: Replication): WordedAction {
  const { replica, epoch } = scope;
  const { request, inEpoch, leader, isr } = v;
  return {
    name: "become leader",
    parameters: { replica, epoch },
    guard: [(r, e) => isBefore(inEpoch(r).get(), e), (r, e) => request(e).leader.is(r)],
    effect: (r, e) => {
      inEpoch(r).set(e);
      leader(r).set(r);
      isr(r).set(request(e).isr.get());
    },
    says: (r, e) => `${r} hears that it leads epoch ${e}`,
  };
}

const isBefore = (epoch: number | null, other: number): boolean => epoch === null || epoch < other;

export function becomeFollower(facts: Replication): WordedAction {
  const { replica, epoch, variant } = facts.scope;
  const { request, inEpoch, leader, isr, log, highWatermark } = facts.v;
  return {
    name: "become follower",
    parameters: { replica, leader: replica, epoch },
    guard: [
      (r, l) => r !== l,
      (r, _, e) => isBefore(inEpoch(r).get(), e),
      (_, l, e) => request(e).leader.is(l),
      (_, l, e) => variant !== "kip-320" || (facts.presumesToLead(l) && inEpoch(l).is(e)),
      // A replica does not cut where it has nothing yet: it waits for another answer.
      (r, l) => facts.cut(l, r) <= facts.end(r),
    ],
    effect: (r, l, e) => {
      const cut = facts.cut(l, r);
      inEpoch(r).set(e);
      leader(r).set(l);
      isr(r).set(request(e).isr.get());
      if (variant === "kip-320-first-try") return;
      log(r).truncate(cut);
      highWatermark(r).set(Math.min(cut, highWatermark(r).get()));
    },
    says: (r, l, e) => `${r} hears that ${l} leads epoch ${e}, and follows${cutWords(variant)}`,
  };
}

const cutWords = (variant: VariantName): string => {
  if (variant === "kip-320-first-try") return "";
  return variant === "high-watermark" ? ", cut to its high watermark" : ", cut to what both have";
};

export function truncate(facts: Replication): WordedAction {
  const { replica } = facts.scope;
  const { log, highWatermark } = facts.v;
  const differs = (follower: number, leader: number): boolean => {
    const end = facts.end(follower);
    if (end > facts.end(leader)) return true;
    return (
      end > 0 &&
      !log(leader)
        .item(end - 1)
        .epoch.is(
          log(follower)
            .item(end - 1)
            .epoch.get()!,
        )
    );
  };
  return {
    name: "truncate",
    parameters: { replica, leader: replica },
    guard: [(f, l) => facts.isFollowing(f, l) && facts.presumesToLead(l), (f, l) => differs(f, l)],
    effect: (f, l) => {
      const cut = facts.lastMatch(l, f);
      log(f).truncate(cut);
      highWatermark(f).set(Math.min(cut, highWatermark(f).get()));
    },
    says: (f, l) => `${f} finds that its log is not ${l}'s, and cuts it`,
  };
}
