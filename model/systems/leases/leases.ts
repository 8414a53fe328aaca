/**
 * Leases: promises for a number of ticks of a clock, by clocks that are never more than another number of ticks apart.
 * A master that replicas promised to leave alone answers reads by itself; replicas that the master promised to wait for
 * do so too.
 */
import { indexSet } from "../../language/index.js";
import { defineSystem, number } from "../system.js";
import { mastersModel } from "./masters.js";
import { readersModel } from "./readers.js";
import type { Scope } from "./scope.js";

export const leases = defineSystem({
  name: "leases",
  about:
    "To read what consensus decided takes a round to a majority, unless somebody is sure that nothing newer can have been decided. A lease makes sure, by time instead of messages: replicas promise a master to accept no other for a number of ticks, and the master, who believes it for fewer, answers reads from memory. Consensus is safe whatever clocks do; reads by lease are safe only as long as clocks keep together. The master's ticks and twice the drift must fit into the replicas' ticks: once for the start, which they may see early, and once for the end.",
  source:
    "Gray & Cheriton, Leases, 1989; Chandra, Griesemer & Redstone, Paxos Made Live, 2007, section 5.2; Moraru, Andersen & Kaminsky, Paxos Quorum Leases, 2014",
  parameters: {
    replicas: number("replicas; any majority of them makes a master", 3, 1, 7),
    master: number("ticks of its own clock for which the holder of a lease believes in it", 2, 1, 20),
    replica: number("ticks of its own clock for which whoever promised keeps to it", 4, 1, 30),
    drift: number("ticks that two clocks may be apart", 1, 0, 5),
  },
  variants: [
    {
      name: "sound",
      inShort: "the master counts from when it asked",
      pins: [{ ask: "invariant", verdict: "holds", states: 221212, transitions: 844883, depth: 26 }],
    },
    {
      name: "starts-at-quorum",
      inShort: "the master counts from when it has heard a majority",
      parameters: { master: 1, replica: 3 },
      mend: "Count from the request: a promise may have been running ever since.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "one master at a time",
          states: 446684,
          transitions: 2003591,
          depth: 61,
          length: 19,
        },
      ],
    },
    {
      name: "replica-reads",
      inShort: "replicas with a lease answer reads, and a write waits for all of them, or until their leases are over",
      parameters: { replicas: 2 },
      pins: [{ ask: "invariant", verdict: "holds", states: 15036, transitions: 39035, depth: 21 }],
    },
    {
      name: "replica-reads-not-waited-for",
      inShort: "replicas with a lease answer reads, and a write waits for a majority",
      parameters: { replicas: 2 },
      mend: "A write reaches each replica that may still answer reads, or waits until it cannot.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "a local read never misses an acknowledged write",
          states: 19016,
          transitions: 43015,
          depth: 21,
          length: 5,
        },
      ],
    },
  ],
  build: ({ replicas, master, replica, drift }, variant) => {
    const scope: Scope = {
      replica: indexSet("replica", replicas, { symmetric: true }),
      master: indexSet("master", variant.startsWith("replica-reads") ? 1 : 2, { symmetric: true }),
      believes: master,
      keeps: replica,
      drift,
      variant,
    };
    const worded = variant.startsWith("replica-reads") ? readersModel(scope) : mastersModel(scope);
    return { worded, questions: [{ ask: "invariant" }] };
  },
});
