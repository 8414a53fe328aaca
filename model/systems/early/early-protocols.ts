/**
 * Early protocols of consensus, each mending the one before, and wrong in its own way: why the four rules exist. In the
 * order in which one leads to the next.
 */
import { defineSystem, number } from "../system.js";
import type { Protocol } from "./facts.js";
import { earlyProtocol } from "./protocol.js";

const protocols = {
  "first-value": { flaw: "no quorum", sets: 1 },
  overwrite: { flaw: "overwrite", sets: 1 },
  "split-vote": { flaw: "none", sets: 1 },
  "no-phase-1": { flaw: "no phase 1", sets: 2 },
  "no-freeze": { flaw: "no freeze", sets: 2 },
  "own-value": { flaw: "own value", sets: 2 },
  sound: { flaw: "none", sets: 2 },
  "forgotten-promise": { flaw: "nils forgotten", sets: 2 },
  "forgotten-vote": { flaw: "values forgotten", sets: 2 },
  "forgotten-registers": { flaw: "registers forgotten", sets: 2 },
  "forgotten-proposal": { flaw: "proposal forgotten", sets: 2 },
  "leader-without-fencing": { flaw: "no freeze", sets: 2, leases: true },
  "leader-with-ballots": { flaw: "none", sets: 2, leases: true },
} satisfies Record<string, Protocol>;

export const earlyProtocols = defineSystem({
  name: "early-protocols",
  about:
    "Three servers with majorities are to decide one value. One register a server is not enough; a second try must not decide something else than the first; what was promised must survive crashes; and a leader is no protection against what an earlier one has sent. Each of these protocols lacks one thing, which the sound one has: quorums that meet, registers that are written once, a phase 1 that freezes what it reads, a client that takes up what it has seen, and memory that lasts. Quorate's tables ask the same of any quorums: see `quorate explain`.",
  source:
    'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019; Lamport, "Paxos Made Simple", 2001; Kleppmann, "How to do distributed locking", 2016',
  parameters: { values: number("values that clients propose", 2, 2, 3) },
  variants: [
    {
      name: "first-value",
      inShort: "one server's word is taken for all",
      story:
        "Every server keeps the first value that it is given. A client that has written its value somewhere, or has read one, takes that for the decision. Each client is right about its own server and knows nothing of the others. Two of these quorums, {S0} and {S1}, have no server in common, so no server is there that could have told the second client about the first.",
      mend: "Output a value only after reading it from a quorum, and choose quorums such that any two of them meet: here, two of the three servers.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 44,
          transitions: 96,
          depth: 5,
          length: 4,
        },
        { ask: "stuck", verdict: "holds", states: 44, transitions: 96, depth: 5 },
      ],
    },
    {
      name: "overwrite",
      inShort: "a register takes a second value",
      story:
        "A value is decided once a majority holds it. A server holds the value that it was given last, as an ordinary variable or a row of a database does. Any two majorities meet, but the server in which they meet sides first with one and then with the other. A decision has to outlast the moment in which it was read.",
      mend: "A register is written once. What a client has read in it then stays true, and can be built upon without asking again.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 142,
          transitions: 492,
          depth: 8,
          length: 6,
        },
        { ask: "stuck", verdict: "holds", states: 142, transitions: 492, depth: 8 },
      ],
    },
    {
      name: "split-vote",
      inShort: "three votes, three values, no retry",
      story:
        "Registers are written once, and a value is decided once a majority holds it. So two values can never be decided. But every server has one register only, and no vote can be taken back. No two registers are alike, none can change, and there are no others. Nothing wrong is decided; nothing is decided ever again. (With two values, three servers cannot split; with one server that does not come back, two values are enough.)",
      mend: "Give every server a row of registers, R0, R1, R2, …, so that there is always another try. That is where the real trouble begins: a later try must not decide something else than an earlier one did.",
      parameters: { values: 3 },
      pins: [
        { ask: "invariant", verdict: "holds", states: 170, transitions: 474, depth: 6 },
        {
          ask: "stuck",
          verdict: "stuck",
          property: "a value can still be decided",
          states: 170,
          transitions: 474,
          depth: 6,
          length: 6,
        },
      ],
    },
    {
      name: "no-phase-1",
      inShort: "the second try asks no server",
      story:
        "R0 belongs to one client and R1 to another, so no two compete for a register set. A client that has its own set simply writes its value there; a majority in any one set decides. A register set of one's own keeps others from deciding differently in it. It says nothing about the sets below, where something else may have been decided long ago.",
      mend: "Before a client writes to R1 it asks a quorum what R0 holds: phase 1.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 289,
          transitions: 884,
          depth: 8,
          length: 6,
        },
        { ask: "stuck", verdict: "holds", states: 289, transitions: 884, depth: 8 },
      ],
    },
    {
      name: "no-freeze",
      inShort: "reading is not enough: it must freeze",
      story:
        "Before a client writes to R1 it reads R0 at a majority. If it sees a value it adopts it. If it sees nothing, then nothing was decided, and it is free to propose its own. What the client read was right, and went out of date. An unwritten register can be written the moment after, so it is not enough that nothing has been decided: nothing else may still become decided.",
      mend: "Phase 1 freezes what it reads: a register that is unwritten becomes nil, permanently. The late writes of A are then refused, and what was read stays true.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 2130,
          transitions: 6006,
          depth: 11,
          length: 8,
        },
        { ask: "stuck", verdict: "holds", states: 2130, transitions: 6006, depth: 11 },
      ],
    },
    {
      name: "own-value",
      inShort: "phase 1 sees a value, and is ignored",
      story:
        "Before a client writes to R1 it freezes and reads R0 at a majority, so that nothing more can happen there. Then it proposes its own value, whatever it has read. Freezing stops what is still on its way. It does not undo what has arrived: a value that phase 1 has seen may already be decided, and somebody may have acted on it.",
      mend: "If phase 1 has seen a value, propose the one in the greatest register set instead of your own. A client's own value counts only where phase 1 has seen none.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 766,
          transitions: 2224,
          depth: 8,
          length: 6,
        },
        { ask: "stuck", verdict: "holds", states: 766, transitions: 2224, depth: 8 },
      ],
    },
    {
      name: "sound",
      inShort: "nothing wrong: freeze, read, adopt",
      story:
        "Phase 1 of R1 freezes and reads R0 at a majority. If it saw a value, its client proposes that, and else its own. Then it writes, and outputs what a majority of one set holds. This is Paxos. Every quorum that could decide in R0 meets the quorum that phase 1 heard from. The server in both either told the value, which is then proposed again, or is frozen and keeps that quorum from ever deciding.",
      pins: [
        { ask: "invariant", verdict: "holds", states: 558, transitions: 1598, depth: 8 },
        { ask: "stuck", verdict: "holds", states: 558, transitions: 1598, depth: 8 },
      ],
    },
    {
      name: "forgotten-promise",
      inShort: "a server loses its nils in a crash",
      story:
        "Servers write values to disk, for these are the data. That a register is frozen they keep in memory only: a nil is a mere promise, and holds no value that could be lost. B was proposed in R1 because S0 and S1 had closed R0 for good. S0 opens it again, and the writes of A find the majority that phase 1 had ruled out.",
      mend: "A promise is on disk before it is given. A nil is as good a content of a register as any value.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 4635,
          transitions: 15286,
          depth: 14,
          length: 9,
        },
        { ask: "stuck", verdict: "holds", states: 4635, transitions: 15286, depth: 14 },
      ],
    },
    {
      name: "forgotten-vote",
      inShort: "a server loses its values in a crash",
      story:
        "Servers acknowledge a value as soon as they have it in memory, and write it to disk a little later. Two of three hold it, so surely one of them will still be there. S0 still has A, and it is not enough. Phase 1 asks any two servers, and relies on the one that it shares with every deciding majority. Here that is S1, which does not know any more.",
      mend: "A value is on disk before it is acknowledged. (How many servers survive does not matter; which of them a later client asks does.)",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 14518,
          transitions: 64236,
          depth: 17,
          length: 9,
        },
        { ask: "stuck", verdict: "holds", states: 14518, transitions: 64236, depth: 17 },
      ],
    },
    {
      name: "forgotten-registers",
      inShort: "a server comes back empty",
      story:
        "A server's disk breaks. The machine gets a new one, starts under its old name with all registers unwritten, and takes part again at once, as if it had just been slow to answer. A server that has forgotten is not a slow server: it answers, and what it answers is wrong. It may stay silent without harm, but whoever was promised or told something by it has built on that.",
      mend: "An empty server is a new server. It gets a new name, by reconfiguration, or stays silent until it cannot have been part of anything that is still going on.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 49459,
          transitions: 267132,
          depth: 17,
          length: 9,
        },
        { ask: "stuck", verdict: "holds", states: 49459, transitions: 267132, depth: 17 },
      ],
    },
    {
      name: "forgotten-proposal",
      inShort: "a client uses its set a second time",
      story:
        "Clients keep nothing on disk. A client that crashes starts afresh with the register set that is its own, and with whatever value it is asked for then. The majorities of R0 all meet, so R0 can still decide one value only. R0 itself decides only A. But a client of R1 that reads A and B in one set cannot tell which of them may be decided; that one set holds one value is what phase 1 counts on. (Within R0 alone, quorums that meet would do: rule 3 is broken, and nothing happens until there is an R1.)",
      mend: "A client notes on disk which register sets it has used before it uses them, and takes a fresh one after a crash.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "agreement",
          states: 9476,
          transitions: 54272,
          depth: 14,
          length: 9,
        },
        { ask: "stuck", verdict: "holds", states: 9476, transitions: 54272, depth: 14 },
      ],
    },
    {
      name: "leader-without-fencing",
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
      name: "leader-with-ballots",
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
