/**
 * How Kafka replicates a partition: a leader's log, followers that copy it, and what a follower cuts off when the
 * leader changes. The steps and what each of them is allowed are those of Gustafson's TLA+ specification, so that
 * counts can be compared; the zombies and the lost requests of the real system are in it: a request can arrive late,
 * and more than once.
 */
import { defineInWords, indexSet, numbers, type WordedAction } from "../../language/index.js";
import { defineSystem, number } from "../system.js";
import { expandIsr, shrinkIsr } from "./in-sync-set.js";
import { becomeFollower, becomeLeader, controllerSteps, truncate } from "./leadership.js";
import { fetch, raiseHighWatermark, write } from "./log.js";
import { properties, Replication, type Scope, variablesOf } from "./replication.js";

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
