/** Every rule in plain language, for `quorate explain RULE` and for whoever reads a verdict. */

export interface Explanation {
  /** What the rule is called on the command line and in reports. */
  readonly name: string;
  /** Other ways to ask for it, lower case. */
  readonly aliases: readonly string[];
  readonly title: string;
  /** What the rule demands. */
  readonly statement: string;
  /** What goes wrong without it. */
  readonly why: string;
  /** The smallest example that breaks it, and what then happens. */
  readonly example: string;
  readonly source: string;
}

const GENERALISED = 'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019';

export const explanations: readonly Explanation[] = [
  {
    name: "agreement",
    aliases: ["safety"],
    title: "Agreement: no two different values are ever decided",
    statement:
      "A value is decided once some quorum of one register set holds it at all of its servers. Several quorums may decide, in several register sets, as long as they all decide the same value.",
    why: "Whoever has acted on a decided value must never learn that another value was decided too. Registers are write-once, so two decisions can never be mended.",
    example:
      "Servers a, b; R0 decides at {a}, R1 decides at {b} and is prepared at {b}. Write A to R0 at a: A is decided. Freeze b: it has seen nothing. Write B to R1 at b: B is decided as well. 5 steps with the two proposals.",
    source: `${GENERALISED}, section 2`,
  },
  {
    name: "non-triviality",
    aliases: ["nontriviality", "validity"],
    title: "Non-triviality: a decided value was some client's input",
    statement: "No value may be decided that no client asked for.",
    why: "Without it, always deciding zero would count as consensus.",
    example:
      "Clients with inputs A and B; a client writes C, which it neither has as input nor has read, and a quorum takes it.",
    source: `${GENERALISED}, section 2`,
  },
  {
    name: "quorum-agreement",
    aliases: ["1", "rule 1"],
    title: "Rule 1, quorum agreement: output only what a quorum holds",
    statement: "A client outputs v only after it has read v from every server of some quorum of one register set.",
    why: "Fewer servers, or servers of different register sets, prove nothing: another client may still get another value decided.",
    example:
      "Servers a, b, c with majorities. A client reads A at a alone and outputs A. Another client hears from b and c, which hold nothing, and gets B decided there.",
    source: `${GENERALISED}, section 3`,
  },
  {
    name: "new-value",
    aliases: ["2", "rule 2"],
    title: "Rule 2, new value: write only your own input or what you have read",
    statement: "A client writes v only if v is its own input, or it has read v from a register.",
    why: "It is what makes non-triviality hold: every value in a register can be followed back to a client that had it as input.",
    example: "A client with input A writes C into a fresh register, and C is decided though no client asked for it.",
    source: `${GENERALISED}, section 3`,
  },
  {
    name: "current-decision",
    aliases: ["3", "rule 3"],
    title: "Rule 3, current decision: one register set never decides two values",
    statement:
      "A write to register set r must not let two values be decided within r. Either one client owns r and proposes a single value in it, across its restarts too; or anybody may write to r and its quorums meet pairwise (F1).",
    why: "Two quorums of one register set that share no server can fill up with different values side by side.",
    example:
      "R0 is open and decides at {a} or at {b}. One client writes A at a, another writes B at b: both are decided in 4 steps.",
    source: `${GENERALISED}, section 3`,
  },
  {
    name: "previous-decisions",
    aliases: ["4", "rule 4"],
    title: "Rule 4, previous decisions: write to r only when no lower set can decide anything else",
    statement:
      "A client writes v to register set r only if no other value can still be decided in R0 to R(r-1): every quorum there has a server whose register is nil, or holds v, or the quorum holds two values already.",
    why: "A lower register set does not stop when a higher one starts: writes on their way can complete a quorum at any time, unless phase 1 has frozen the registers that they need.",
    example:
      "Servers a, b, c with majorities. A is written to R0 at a. A client prepares R1 but leaves b's R0 unwritten; it writes B to R1. The write of A to R0 at b then arrives, and {a, b} decides A below B.",
    source: `${GENERALISED}, section 3`,
  },
  {
    name: "PQ",
    aliases: ["flexible paxos"],
    title: "PQ: phase-1 quorums meet the phase-2 quorums of every lower register set",
    statement:
      "Every phase-1 quorum of a register set r shares a server with every phase-2 quorum of every register set below r. Phase-1 quorums need not meet one another, and neither do phase-2 quorums.",
    why: "Whoever prepares r has to hear from somebody in every quorum that may have decided below: that server either tells the value, or is frozen and so rules the quorum out. With PQ (and exclusive register sets) agreement holds for any number of register sets, clients and values; without it there is a run of 2 + |P ∪ P0| + |Q| + |Q'| steps at most that decides two.",
    example:
      "Servers a, b; R0 decides at {a}, R1 prepares at {b} and decides at {b}. {b} misses {a}: whoever prepares R1 hears nothing of A and gets B decided. 5 steps.",
    source: `Howard, Malkhi & Spiegelman, "Flexible Paxos: Quorum Intersection Revisited", 2016; ${GENERALISED}, section 4`,
  },
  {
    name: "PQ after a gate",
    aliases: ["gates", "gate", "after", "gated"],
    title: "PQ after a gate: a client that waited is sure to hear of a decision that it waited for",
    statement:
      'A gated range ("after: decided") waits for the range before: a client proposes in it once it knows that a value was decided there. If that range is gated too, it has waited in turn, and so on down to one without a gate. Every phase-1 quorum of a gated set shares a server with every phase-2 quorum of one of the ranges that are waited for in this way; which one may depend on the quorum.',
    why: "When a client of the set proposes, each of these ranges has decided, so one server that it hears from is enough to tell it the value. It need not hear of what may be decided elsewhere below: that was settled when the first of these ranges decided. Nor of lower sets of its own range. A phase-1 quorum that shares no server with a deciding quorum in each of these ranges hears nothing, and its client gets its own value decided. Gated sets ask nothing else: no second value is proposed in them.",
    example:
      "Servers a, b; R0 decides at {a}; R1 waits for it, prepares at {b} and decides at {b}. A is decided at a, and the gate opens. {b} misses {a}: whoever prepares R1 hears nothing of A and gets B decided. 5 steps, as without the gate; but with a range between that decides at {a, b}, and waits, it is safe.",
    source:
      "Quorate (proofs-notes.md). In practice: Ongaro & Ousterhout 2014, section 6 (joint consensus), and Ongaro, raft-dev, 2015, on what a change of one server has to wait for",
  },
  {
    name: "E1",
    aliases: ["election safety"],
    title: "E1: the election quorums of one elected register set meet pairwise",
    statement:
      "Where clients are elected, a server votes for one client in each register set, for ever, and a client proposes in the set once the servers of an election quorum have voted for it. Every two election quorums of one set share a server. Where the vote is the promise of phase 1 as well, as in Raft, an election quorum is what is enough for both.",
    why: "The shared server votes once, so one client alone is elected in a set, and proposes one value. Without it the set is contested: two clients may each propose a value in it, as in an open set. Then F1, F2 and G1 are asked of it too, and where they hold agreement still does; the two may keep each other from a decision.",
    example:
      "Servers a, b; R0 decides at {a} or at {b}, and elects at {a} or at {b}. The one that a votes for gets A decided at a, the one that b votes for gets B decided at b: 6 steps with the votes and the proposals.",
    source:
      'Ongaro & Ousterhout, "In Search of an Understandable Consensus Algorithm", 2014, section 5.2 ("Election Safety"); for other quorums than majorities, Quorate (proofs-notes.md)',
  },
  {
    name: "observers",
    aliases: ["observer", "learners", "learner"],
    title: "Observers and learners: in no quorum, and asked by nobody",
    statement:
      'Servers that the file lists as "observers" or "learners" are in no quorum: "all", "any 2" and "majority" are of those that vote, and to name an observer in a quorum is an error. In a range, the two words say who does not vote there yet, or any more.',
    why: "Clients prepare, propose and output by what quorums told them, so nothing depends on what an observer holds or when it learns of it. For the whole file it is left out of what is judged, explored and served; where it votes in some ranges it is a server like others, and clients of these may hear what it holds.",
    example:
      "Servers a, b, c and observer o: a majority is two of a, b, c, and not three of four. Counted in, o would cost a fault that the other three can bear.",
    source:
      'Apache ZooKeeper administrator\'s guide, "Observers"; Apache Kafka, KIP-595 (observers of KRaft); Ongaro, dissertation, 2014, section 4.2.1 (non-voting members, which etcd calls learners)',
  },
  {
    name: "arbiters",
    aliases: ["arbiter"],
    title: "Arbiters: servers that vote and promise, and hold no values",
    statement: `Nothing is written to an arbiter. It may be in election and phase-1 quorums, and is in no phase-2 quorum: to name it there is an error. "majority" in "decide" is as many servers as a majority of all that vote, of those that hold values, and no more than these are, as in MongoDB's w: majority.`,
    why: "Its vote keeps two clients from being elected in one set (E1). Its promise is worth nothing: it can never tell a value, nor does it keep one from being decided. So a phase-1 quorum meets the phase-2 quorums below (PQ) at servers that hold values, and PQ says that by itself, for no phase-2 quorum has an arbiter. G1 asks for all servers that hold values.",
    example:
      "Primary P, secondary S, arbiter A; P alone decides (w: 1), and two of three elect. A is decided at P. S and the arbiter elect the next one, who hears nothing of it, and gets B decided at S. With P and S to decide (w: majority) either of them tells.",
    source: 'MongoDB manual, "Replica Set Arbiter" and "Write Concern" (how the majority is calculated)',
  },
  {
    name: "witnesses",
    aliases: ["witness"],
    title: "Witnesses: servers that acknowledge writes and cannot serve what they hold",
    statement:
      "A witness votes, promises and acknowledges: it keeps what was written until others have it, in a log, but applies none of it. So it stands in for a server in any quorum, and all rules take it for one. What it cannot do is to serve the value: a warning names phase-2 quorums of witnesses alone.",
    why: "Agreement asks only that whoever prepares hears of what may be decided, and a witness tells that. An arbiter is less: it acknowledges nothing, for it has nowhere to write. A witness that kept the number of the last set with a value, and not the value, would let clients propose less often, never more, so that agreement holds a fortiori; they may have to wait for somebody who has the value.",
    example:
      "Two replicas in each of two regions and a witness in a third, any 3 of 5: each region may fail, and a quorum has two replicas at least.",
    source:
      'Liskov et al., "Replication in the Harp File System", 1991 (a witness logs what it acknowledges, and keeps no copy of the files); Google Cloud Spanner, "Regional, dual-region, and multi-region configurations" (witness replicas vote and keep no full copy); version numbers only: Paris, "Voting with Witnesses", 1986',
  },
  {
    name: "F1",
    aliases: [],
    title: "F1: the phase-2 quorums of one open register set meet pairwise",
    statement: "Where anybody may write to a register set, every two of its phase-2 quorums share a server.",
    why: "Several clients race in an open set. A server has one register there and so sides with one of them; the shared server keeps two quorums from deciding differently.",
    example: "R0 is open and decides at {a} or at {b}. A is written at a, B at b: both are decided in 4 steps.",
    source: 'Lamport, "Fast Paxos", 2006, section 2.2',
  },
  {
    name: "F2",
    aliases: [],
    title: "F2: a phase-1 quorum meets every two phase-2 quorums of a lower open set in a common server",
    statement:
      "For every phase-1 quorum P of r, and every two phase-2 quorums Q1 and Q2 of one open register set below r, some server is in all three.",
    why: "After an open set P may read both A and B. The server in all three holds one of them, and so tells which of the two quorums cannot have decided. Clients that select eagerly need F2 to be safe. Clients that select strictly, or by decision table, need it only to get on: without it they may wait indefinitely.",
    example:
      "Servers a, b, c; R0 is open and decides at any two; R1 prepares at any two. A may be decided at {a, b}. P = {b, c} reads A at b and B at c: {a, b} may have decided A, and {a, c} B, and no client can tell.",
    source: 'Lamport, "Fast Paxos", 2006, section 2.2',
  },
  {
    name: "G1",
    aliases: ["greatest"],
    title: "G1: with selection greatest, an open set below another is decided by all servers together only",
    statement:
      'Where clients select by "greatest" and an open register set lies below another one, every phase-2 quorum of the open set is all of the servers, but for arbiters.',
    why: "A client that selects by greatest takes any value of the greatest set that shows one, and it may hear from every server. A server outside the deciding quorum may hold the stray value of a client that came too late. Clients that select eagerly, strictly or by decision table tell the two apart, and do without G1.",
    example:
      "Servers a, b, c; R0 is open and decides at {a, b}. A is decided there, and B is written at c. A client of R1 hears from all three, reads A and B in R0, takes B and gets it decided.",
    source: "Quorate, by comparing the rules with the explorer; see proofs-notes.md",
  },
];

/** The explanation that goes by the name or alias, in any case, or undefined. */
export function explain(asked: string): Explanation | undefined {
  const wanted = asked
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ");
  return explanations.find(({ name, aliases }) =>
    [name, ...aliases].some((known) => known.toLowerCase().replaceAll(/[\s_-]+/g, " ") === wanted),
  );
}
