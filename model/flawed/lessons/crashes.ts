/** Sound protocols whose servers or clients forget in a crash what they must not. */
import type { Chapter, Lesson } from "../lesson.js";
import { TWO_REGISTERS } from "./systems.js";

const STABLE_STORAGE = 'Lamport, "Paxos Made Simple", 2001, section 2.4 (stable storage)';

const forgottenPromise: Lesson = {
  name: "forgotten-promise",
  inShort: "a server loses its nils in a crash",
  story:
    "Servers write values to disk, for these are the data. That a register is frozen they keep in memory only: a nil is a mere promise, and holds no value that could be lost.",
  system: { ...TWO_REGISTERS, flaw: "nils forgotten" },
  expected: {
    outcome: "two values decided",
    length: 9,
    distinctStates: 4635,
    transitions: 15286,
    depth: 14,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", "the writes of A are on their way, and slow"],
    ["freeze R0 at S0", "S0 promises to take nothing in R0 any more"],
    ["freeze R0 at S1", ""],
    ["propose B in R1", "phase 1 is done, and has seen nothing"],
    ["write B to R1 at S1", ""],
    ["write B to R1 at S2", ""],
    ["crash S0", "S0 is back, and its promise is gone"],
    ["write A to R0 at S0", "so it takes the slow write"],
    ["write A to R0 at S2", "S2 was never asked"],
  ],
  because:
    "B was proposed in R1 because S0 and S1 had closed R0 for good. S0 opens it again, and the writes of A find the majority that phase 1 had ruled out.",
  mend: "A promise is on disk before it is given. A nil is as good a content of a register as any value.",
  source: STABLE_STORAGE,
};

const forgottenVote: Lesson = {
  name: "forgotten-vote",
  inShort: "a server loses its values in a crash",
  story:
    "Servers acknowledge a value as soon as they have it in memory, and write it to disk a little later. Two of three hold it, so surely one of them will still be there.",
  system: { ...TWO_REGISTERS, flaw: "values forgotten" },
  expected: {
    outcome: "two values decided",
    length: 9,
    distinctStates: 14518,
    transitions: 64236,
    depth: 17,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", ""],
    ["write A to R0 at S0", ""],
    ["write A to R0 at S1", "both have acknowledged: A is output"],
    ["crash S1", "S1 is back, and its A is gone"],
    ["freeze R0 at S1", "nothing there any more"],
    ["freeze R0 at S2", "nor here: S0 need not be asked"],
    ["propose B in R1", ""],
    ["write B to R1 at S1", ""],
    ["write B to R1 at S2", ""],
  ],
  because:
    "S0 still has A, and it is not enough. Phase 1 asks any two servers, and relies on the one that it shares with every deciding majority. Here that is S1, which does not know any more.",
  mend: "A value is on disk before it is acknowledged. (How many servers survive does not matter; which of them a later client asks does.)",
  source: STABLE_STORAGE,
};

const forgottenRegisters: Lesson = {
  name: "forgotten-registers",
  inShort: "a server comes back empty",
  story:
    "A server's disk breaks. The machine gets a new one, starts under its old name with all registers unwritten, and takes part again at once, as if it had just been slow to answer.",
  system: { ...TWO_REGISTERS, flaw: "registers forgotten" },
  expected: {
    outcome: "two values decided",
    length: 9,
    distinctStates: 49459,
    transitions: 267132,
    depth: 17,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", ""],
    ["write A to R0 at S0", ""],
    ["write A to R0 at S1", "A is decided"],
    ["crash S0", "S0 is back with a new disk"],
    ["freeze R0 at S0", "nothing here, it says"],
    ["freeze R0 at S2", "nor here"],
    ["propose B in R1", ""],
    ["write B to R1 at S0", ""],
    ["write B to R1 at S2", ""],
  ],
  because:
    "A server that has forgotten is not a slow server: it answers, and what it answers is wrong. It may stay silent without harm, but whoever was promised or told something by it has built on that.",
  mend: "An empty server is a new server. It gets a new name, by reconfiguration, or stays silent until it cannot have been part of anything that is still going on.",
  source: 'Chandra, Griesemer & Redstone, "Paxos Made Live", 2007, section 5.1 (disk corruption)',
};

const forgottenProposal: Lesson = {
  name: "forgotten-proposal",
  inShort: "a client uses its set a second time",
  story:
    "Clients keep nothing on disk. A client that crashes starts afresh with the register set that is its own, and with whatever value it is asked for then. The majorities of R0 all meet, so R0 can still decide one value only.",
  system: { ...TWO_REGISTERS, flaw: "proposal forgotten" },
  expected: {
    outcome: "two values decided",
    length: 9,
    distinctStates: 9476,
    transitions: 54272,
    depth: 14,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", ""],
    ["write A to R0 at S0", ""],
    ["restart the client of R0", "it has forgotten A"],
    ["propose B in R0", "and proposes B in the same set"],
    ["write B to R0 at S1", ""],
    ["write A to R0 at S2", "a write from before the restart"],
    ["propose B in R1", "phase 1 heard A from S0, and B from S1"],
    ["write B to R1 at S0", "which of them? It took B"],
    ["write B to R1 at S1", ""],
  ],
  because:
    "R0 itself decides only A. But a client of R1 that reads A and B in one set cannot tell which of them may be decided; that one set holds one value is what phase 1 counts on. (Within R0 alone, quorums that meet would do: rule 3 is broken, and nothing happens until there is an R1.)",
  mend: "A client notes on disk which register sets it has used before it uses them, and takes a fresh one after a crash.",
  source: 'Lamport, "Paxos Made Simple", 2001, section 2.4 (proposers remember the highest number that they have used)',
};

export const crashes: Chapter = {
  title: "Crashes",
  lessons: [forgottenPromise, forgottenVote, forgottenRegisters, forgottenProposal],
};
