/**
 * Consensus that may never end: classic Paxos among clients that outbid each other for ever, and every protocol of two
 * processes of which one may crash.
 */
import { indexSet, values as valueSet } from "../../language/index.js";
import { roundSet } from "../inputs.js";
import { defineSystem, number } from "../system.js";
import { everyProtocol } from "./every-protocol.js";
import { paxos } from "./paxos.js";

export const flp = defineSystem({
  name: "flp",
  about:
    "If messages may take any time and one process may crash, no protocol both agrees and always comes to an end (Fischer, Lynch and Paterson). At first both outcomes are possible; a protocol that ends has a step that settles it, and whoever is to take that step may be slow, or dead, and nobody can tell. Paxos gives up on the end: it is safe whatever happens, and a client that is outbid tries again with a greater ballot. Two clients can outbid each other for ever, though every message arrives and every step is taken that stays possible: nobody is treated unfairly. In practice a leader and random delays make that unlikely; they do not make it impossible.",
  source:
    "Fischer, Lynch & Paterson, Impossibility of distributed consensus with one faulty process, 1985; Lamport, Paxos Made Simple, 2001, section 2.4",
  parameters: {
    servers: number("servers of Paxos; any majority of them chooses", 3, 1, 3),
    clients: number("clients of Paxos, each with its own value and any number of ballots", 2, 1, 2),
    rounds: number("rounds of every other protocol, of two processes", 2, 1, 3),
  },
  variants: [
    {
      name: "sound",
      inShort: "Paxos: no two decide differently, and two can keep each other from deciding",
      story:
        "Ballots have no end, but only their order matters: states that differ by the numbers of ballots alone are one state. A client begins a greater ballot, greater than any so far, when a server has promised somebody else one that is greater than its own.",
      mend: "Let one client at a time propose: elect a leader, or wait for a random time before the next ballot.",
      pins: [
        { ask: "invariant", verdict: "holds", states: 89801, transitions: 395314, depth: 35 },
        { ask: "valence", verdict: "holds", bivalent: 31237, states: 89801, transitions: 395314, depth: 35 },
        {
          ask: "lasso",
          verdict: "broken",
          property: "somebody decides",
          states: 89801,
          transitions: 395314,
          depth: 35,
          length: 4,
          cycle: 8,
        },
      ],
    },
    {
      name: "every-protocol",
      inShort: "two processes tell each other all that they know, and must decide though the other may have crashed",
      story:
        "In each round a process tells the other all that it knows, and goes on with whatever has arrived: it cannot wait, for the other may be dead. One that has crashed is one that is slow: its part comes later in another run with the same view of the other.",
      mend: "Wait for the other: then it must not crash. Or share an object that is stronger than messages (herlihy).",
      pins: [
        {
          ask: "similarity",
          verdict: "impossible",
          property: "a value for every component of views",
          states: 543,
          transitions: 918,
          depth: 10,
          components: 1,
        },
      ],
    },
  ],
  build: ({ servers, clients, rounds }, variant) =>
    variant === "sound"
      ? paxos({
          server: indexSet("server", servers, { symmetric: true }),
          client: indexSet("client", clients, { symmetric: true, names: ["A", "B"].slice(0, clients) }),
        })
      : everyProtocol({
          process: indexSet("process", 2),
          round: roundSet(rounds),
          value: valueSet(2),
        }),
});
