/** One leader at a time is no protection against what an earlier one has sent. */
import { defineSystem, number } from "../system.js";
import type { Protocol } from "./facts.js";
import { earlyProtocol } from "./protocol.js";

const protocols = {
  "without-fencing": { flaw: "no freeze", sets: 2, leases: true },
  "with-ballots": { flaw: "none", sets: 2, leases: true },
} satisfies Record<string, Protocol>;

export const leader = defineSystem({
  name: "leader",
  about:
    "A leader by lease is the only one who acts, by a clock that is perfect here. That makes decisions fast, and tempting to make safe: if there is one leader at a time, why should servers ask who writes? Because what a leader has sent outlives its lease: a message, a pause for garbage collection, a slow disk. Consensus needs servers that refuse the writes of earlier terms; then leases may overlap, and clocks may lie. The register sets R0 and R1 are the terms.",
  source: 'Kleppmann, "How to do distributed locking", 2016 (fencing tokens)',
  parameters: { values: number("values that clients propose", 2, 2, 3) },
  variants: [
    {
      name: "without-fencing",
      inShort: "a lease, and a write that comes late",
      story:
        "Only the leader acts. It holds a lease, and looks at its clock, which is perfect, before it does anything. A new leader waits until the old lease has ended, reads what a majority holds, adopts a value that it finds, and else proposes its own. R0 is term 0, R1 is term 1. Servers take every write, for it comes from a leader. The lease ends for the leader, and not for what it has sent: a message, a pause for garbage collection or a slow disk outlives it. No clock helps, for between the look at the clock and the write at the server any time can pass. It is no-freeze over again.",
      mend: "Let the servers check, not the leader: a server that has heard of a later term refuses the writes of earlier ones. A fencing token is a ballot number is a register set.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 2147,
          transitions: 5905,
          depth: 12,
          length: 9,
        },
        { ask: "stuck", verdict: "holds", states: 2147, transitions: 5905, depth: 12 },
      ],
    },
    {
      name: "with-ballots",
      inShort: "the same, and the servers refuse it",
      story:
        "The same leaders with the same leases. But when a new leader reads, the server remembers its term and takes no write of an earlier one: it freezes the registers below. This is the sound protocol; the leases only keep clients out of each other's way. They may overlap, and clocks may lie: a decision can then take longer, and is never wrong.",
      pins: [
        { ask: "invariant", verdict: "holds", states: 575, transitions: 1497, depth: 9 },
        { ask: "stuck", verdict: "holds", states: 575, transitions: 1497, depth: 9 },
      ],
    },
  ],
  build: ({ values }, variant) => earlyProtocol(protocols[variant], values),
});
