/**
 * How Kafka replicates a partition: a leader's log, followers that copy it, and what a follower cuts off when the leader
 * changes. The steps and what each of them is allowed are those of Gustafson's TLA+ specification, so that counts can be
 * compared; the zombies and the lost requests of the real system are in it: a request can arrive late, and more than once.
 */
import {
  type Accessors,
  counter,
  defineInWords,
  type IndexSet,
  indexSet,
  memberOf,
  noneOr,
  numbers,
  over,
  record,
  sequenceOf,
  single,
  subsetOf,
  type WordedAction,
  type WordedProperty,
} from "../language/index.js";
import { defineSystem, number } from "./system.js";

type VariantName = "high-watermark" | "kip-101" | "kip-279" | "kip-320-first-try" | "kip-320";

export const kafkaReplication = defineSystem({
  name: "kafka-replication",
  about:
    "A partition is a log. Its leader appends records, followers fetch them, and what all in-sync replicas hold is committed: it lies below the high watermark, and consumers may read it. A controller elects leaders from the in-sync set and numbers them by epochs; its requests may come late. Consensus is what the controller has, for the in-sync set; the log itself is replicated without. So all depends on what a follower cuts off its log when it meets a new leader: too much, and committed records are lost; too little, and two replicas hold different records at one place. What lies below the high watermark of whoever believes that it leads is to be in the log of every replica of the in-sync set: of the one that this leader knows (weak-isr), and of the one that the controller has, from which the next leader comes (strong-isr).",
  source:
    'Gustafson, "Hardening Kafka Replication", Kafka Summit 2018, with his TLA+ specification; KIP-101, KIP-279, KIP-320',
  parameters: {
    replicas: number("replicas of the partition", 3, 2, 6),
    log: number("places of a log", 2, 1, 6),
    records: number("records that producers write", 2, 1, 6),
    epochs: number("the greatest leader epoch; the first is 0", 1, 0, 6),
  },
  presets: [
    {
      name: "two-epochs",
      inShort: "where the first try at KIP-320 shows to be wrong",
      parameters: { epochs: 2 },
      pins: { "kip-320-first-try": [{ ask: "invariant", verdict: "broken", property: "weak-isr", length: 11 }] },
    },
  ],
  variants: [
    {
      name: "high-watermark",
      inShort: "a follower cuts its log at its own high watermark, which lags",
      mend: "Let records carry the epoch of their leader, and ask the new leader where the follower's last epoch ends (KIP-101).",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "weak-isr",
          states: 67807,
          transitions: 222711,
          depth: 20,
          length: 8,
        },
      ],
    },
    {
      name: "kip-101",
      inShort: "a follower asks where its last epoch ends at the leader, which may never have had it",
      mend: "Compare epoch by epoch, backwards, until both have one (KIP-279).",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "strong-isr",
          states: 59788,
          transitions: 187995,
          depth: 21,
          length: 11,
        },
      ],
    },
    {
      name: "kip-279",
      inShort: "a follower cuts where both logs agree last, and fetches from leaders of any epoch",
      mend: "Fence by epoch whatever a leader learns of a follower, and the other way round (KIP-320).",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "strong-isr",
          states: 60106,
          transitions: 195531,
          depth: 21,
          length: 11,
        },
      ],
    },
    {
      name: "kip-320-first-try",
      inShort: "a follower cuts when a fetch shows a difference, and nobody compares epochs of leaders",
      mend: "Send the epoch with each fetch, and cut once, on becoming follower, at a leader of that epoch.",
      trap: "With two leaders, of epochs 0 and 1, it looks safe. It takes a third (epochs 2): who has heard of epoch 0 alone fetches from its leader, which is of epoch 2 by now, takes over its high watermark, and then hears that it leads epoch 1, with the in-sync set of then.",
      pins: [{ ask: "invariant", verdict: "holds", states: 59092, transitions: 179829, depth: 21 }],
    },
    {
      name: "kip-320",
      inShort: "leader and follower are of one epoch whenever they learn of each other",
      pins: [{ ask: "invariant", verdict: "holds", states: 39619, transitions: 102219, depth: 21 }],
    },
  ],
  build: ({ replicas, log, records, epochs }, variant) => {
    const scope: Scope = {
      replica: indexSet("replica", replicas, { symmetric: true }),
      epoch: numbers("epoch", epochs + 1),
      record: indexSet("record", records, { prefix: "r" }),
      size: log,
      variant,
    };
    const worded = defineInWords({
      name: `kafka-replication, ${variant}`,
      variables: variablesOf(scope),
      initially: ({ isrInZooKeeper }) => isrInZooKeeper().set(scope.replica.members),
      picture: { rows: scope.replica },
      actions: (variables) => actions(new Replication(variables, scope)),
      properties: (variables) => properties(new Replication(variables, scope)),
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});

interface Scope {
  readonly replica: IndexSet;
  readonly epoch: IndexSet;
  readonly record: IndexSet;
  /** Places of a log. */
  readonly size: number;
  readonly variant: VariantName;
}

type Variables = Accessors<ReturnType<typeof variablesOf>>;

function variablesOf({ replica, epoch, record: records, size }: Scope) {
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
class Replication {
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

  /** Where the epoch of the follower's last record ends at the leader (KIP-101); its high watermark if that is not known. */
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

const actions = (facts: Replication): WordedAction[] => [
  ...controllerSteps(facts),
  becomeLeader(facts),
  becomeFollower(facts),
  // In the first epoch nothing differs yet.
  ...(facts.scope.variant === "kip-320-first-try" && facts.scope.epoch.size > 1 ? [truncate(facts)] : []),
  write(facts),
  fetch(facts),
  raiseHighWatermark(facts),
  shrinkIsr(facts),
  expandIsr(facts),
];

function controllerSteps({ v, scope }: Replication): WordedAction[] {
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
        // The last one stays: nobody else could be elected with all that is committed.
        else ask(null, isrInZooKeeper().is([r]) ? isr : others);
      },
      says: (r) => `the controller takes ${r} for failed, in epoch ${nextEpoch().get()}`,
    },
  ];
}

function becomeLeader({ v, scope }: Replication): WordedAction {
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

function becomeFollower(facts: Replication): WordedAction {
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
      // Nobody cuts where it has nothing yet: it waits for another answer.
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

function truncate(facts: Replication): WordedAction {
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

function write(facts: Replication): WordedAction {
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

function fetch(facts: Replication): WordedAction {
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

function raiseHighWatermark(facts: Replication): WordedAction {
  const { replica, size, variant } = facts.scope;
  const { isr, highWatermark } = facts.v;
  const canRaise = (l: number, offset: number): boolean => {
    switch (variant) {
      case "kip-320":
        return facts.has(l, offset) && isr(l).every((f) => facts.isFollowingInEpoch(f, l) && facts.has(f, offset));
      case "kip-320-first-try":
        return (
          facts.presumesToLead(l) && facts.has(l, offset) && isr(l).every((f) => facts.isCaughtUp(l, f, offset + 1))
        );
      default:
        return facts.presumesToLead(l) && isr(l).every((f) => facts.isFollowing(f, l) && facts.has(f, offset));
    }
  };
  return {
    name: "raise high watermark",
    parameters: { replica },
    guard: [(l) => !highWatermark(l).is(size), (l) => canRaise(l, highWatermark(l).get())],
    effect: (l) => highWatermark(l).set(highWatermark(l).get() + 1),
    says: (l) => `${l} finds its in-sync set one record further, and raises its high watermark`,
  };
}

function shrinkIsr(facts: Replication): WordedAction {
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

function expandIsr(facts: Replication): WordedAction {
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
    guard: [(l) => facts.isTrueLeader(l), (l, f) => !isr(l).has(f), isReady],
    effect: (l, f) => {
      isr(l).add(f);
      isrInZooKeeper().set(isr(l).get());
    },
    says: (l, f) => `${l} takes ${f} into the in-sync set again`,
  };
}

function properties(facts: Replication): WordedProperty[] {
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
