/** What replicas and the controller keep, what replicas know of each other, and what must be so whatever they do. */
import {
  type Accessors,
  counter,
  type IndexSet,
  memberOf,
  noneOr,
  over,
  record,
  sequenceOf,
  single,
  subsetOf,
  type WordedProperty,
} from "../../language/index.js";

export type VariantName = "high-watermark" | "kip-101" | "kip-279" | "kip-320-first-try" | "kip-320";

export interface Scope {
  readonly replica: IndexSet;
  readonly epoch: IndexSet;
  readonly record: IndexSet;
  /** Places of a log. */
  readonly size: number;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

export function variablesOf({ replica, epoch, record: records, size }: Scope) {
  return {
    log: over([replica], sequenceOf(record({ id: memberOf(records), epoch: memberOf(epoch) }), size)),
    highWatermark: over([replica], counter(size)),
    // What a replica believes: who leads, in which epoch, with which in-sync set.
    leader: over([replica], noneOr(memberOf(replica))),
    inEpoch: over([replica], noneOr(memberOf(epoch))),
    isr: over([replica], subsetOf(replica)),
    // What the controller wrote, and what it asked replicas to do: the request of each epoch.
    leaderInZooKeeper: single(noneOr(memberOf(replica))),
    isrInZooKeeper: single(subsetOf(replica)),
    nextEpoch: single(counter(epoch.size)),
    request: over([epoch], noneOr(record({ leader: noneOr(memberOf(replica), "nobody"), isr: subsetOf(replica) }))),
    nextRecord: single(counter(records.size)),
  };
}

/** What replicas know of each other, and what they cut. */
export class Replication {
  readonly v: Variables;
  readonly scope: Scope;

  constructor(variables: Variables, scope: Scope) {
    this.v = variables;
    this.scope = scope;
  }

  end(r: number): number {
    return this.v.log(r).length();
  }

  has(r: number, offset: number): boolean {
    return this.v.log(r).has(offset);
  }

  presumesToLead(r: number): boolean {
    return this.v.leader(r).is(r);
  }

  isFollowing(follower: number, leader: number): boolean {
    return this.v.leader(follower).is(leader);
  }

  haveSameEpoch(a: number, b: number): boolean {
    return this.v.inEpoch(a).is(this.v.inEpoch(b).get());
  }

  isFollowingInEpoch(follower: number, leader: number): boolean {
    return this.presumesToLead(leader) && this.isFollowing(follower, leader) && this.haveSameEpoch(follower, leader);
  }

  /** ZooKeeper knows it as the leader, of the epoch in which it believes to be. */
  isTrueLeader(r: number): boolean {
    const { leaderInZooKeeper, nextEpoch, inEpoch } = this.v;
    return leaderInZooKeeper().is(r) && this.presumesToLead(r) && inEpoch(r).is(this.#latest(nextEpoch().get()));
  }

  #latest(next: number): number | null {
    return next === 0 ? null : next - 1;
  }

  haveSameRecord(a: number, b: number, offset: number): boolean {
    const [one, other] = [this.v.log(a).item(offset), this.v.log(b).item(offset)];
    return !one.isNone() && one.is(other.get());
  }

  /** Both have a record below this offset; of one epoch, if epochs are compared. */
  isCaughtUp(leader: number, follower: number, end: number): boolean {
    if (!this.isFollowing(follower, leader)) return false;
    const comparesEpochs = this.scope.variant === "kip-320-first-try";
    if (comparesEpochs && !this.presumesToLead(leader)) return false;
    if (end === 0) return true;
    if (!this.has(leader, end - 1) || !this.has(follower, end - 1)) return false;
    if (!comparesEpochs) return true;
    return this.v
      .log(follower)
      .item(end - 1)
      .epoch.is(
        this.v
          .log(leader)
          .item(end - 1)
          .epoch.get()!,
      );
  }

  /** One more than the last offset at which both have the same record. */
  lastMatch(leader: number, follower: number): number {
    for (let offset = this.scope.size - 1; offset >= 0; offset--) {
      if (this.haveSameRecord(follower, leader, offset)) return offset + 1;
    }
    return 0;
  }

  /**
   * Where the epoch of the follower's last record ends at the leader (KIP-101); its high watermark if that is not
   * known.
   */
  endOfEpoch(leader: number, follower: number): number {
    const last = this.end(follower) - 1;
    if (last < 0) return 0;
    const epoch = this.v.log(follower).item(last).epoch.get()!;
    const end = this.end(leader);
    if (
      end > 0 &&
      this.v
        .log(leader)
        .item(end - 1)
        .epoch.is(epoch)
    )
      return end;
    for (let offset = 0; offset < end; offset++) {
      if (this.v.log(leader).item(offset).epoch.get()! > epoch) return offset;
    }
    return this.v.highWatermark(follower).get();
  }

  /** Where a follower cuts its log on becoming one. */
  cut(leader: number, follower: number): number {
    switch (this.scope.variant) {
      case "high-watermark":
        return this.v.highWatermark(follower).get();
      case "kip-101":
        return this.endOfEpoch(leader, follower);
      case "kip-279":
      case "kip-320":
        return this.lastMatch(leader, follower);
      case "kip-320-first-try":
        return this.end(follower);
    }
  }
}

export function properties(facts: Replication): WordedProperty[] {
  const { replica } = facts.scope;
  const { highWatermark, isr, isrInZooKeeper } = facts.v;
  /** Whoever leads, or believes so, has what lies below its high watermark in common with this set. */
  const losesIn = (name: string, isIn: (leader: number, other: number) => boolean): WordedProperty => ({
    name,
    premise: () => replica.some((l) => facts.presumesToLead(l) && !highWatermark(l).is(0)),
    parameters: { leader: replica, other: replica },
    fails: [
      (l) => facts.presumesToLead(l) && !highWatermark(l).is(0),
      isIn,
      (l, other) => {
        const hw = highWatermark(l).get();
        return Array.from({ length: hw }, (_, offset) => offset).some(
          (offset) => !facts.haveSameRecord(l, other, offset),
        );
      },
    ],
  });
  return [
    losesIn("weak-isr", (l, other) => isr(l).has(other)),
    losesIn("strong-isr", (_, other) => isrInZooKeeper().has(other)),
  ];
}
