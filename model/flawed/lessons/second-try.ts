/** A second register set is a second try, and must not undo the first. */
import type { Chapter, Lesson } from "../lesson.js";
import { TWO_REGISTERS } from "./systems.js";

const noPhase1: Lesson = {
  name: "no-phase-1",
  inShort: "the second try asks no server",
  story:
    "R0 belongs to one client and R1 to another, so no two compete for a register set. A client that has its own set simply writes its value there; a majority in any one set decides.",
  system: { ...TWO_REGISTERS, flaw: "no phase 1" },
  expected: {
    outcome: "two values decided",
    length: 6,
    distinctStates: 289,
    transitions: 884,
    depth: 8,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", ""],
    ["write A to R0 at S0", ""],
    ["write A to R0 at S1", "the first try succeeds"],
    ["propose B in R1", "the second client does not ask whether it did"],
    ["write B to R1 at S0", "nothing stands in its way: R1 is free"],
    ["write B to R1 at S1", ""],
  ],
  because:
    "A register set of one's own keeps others from deciding differently in it. It says nothing about the sets below, where something else may have been decided long ago.",
  mend: "Before a client writes to R1 it asks a quorum what R0 holds: phase 1.",
  source: 'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3, rule 4',
};

const noFreeze: Lesson = {
  name: "no-freeze",
  inShort: "reading is not enough: it must freeze",
  story:
    "Before a client writes to R1 it reads R0 at a majority. If it sees a value it adopts it. If it sees nothing, then nothing was decided, and it is free to propose its own.",
  system: { ...TWO_REGISTERS, flaw: "no freeze" },
  expected: {
    outcome: "two values decided",
    length: 8,
    distinctStates: 2130,
    transitions: 6006,
    depth: 11,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", "the writes of A are on their way, and slow"],
    ["read R0 at S0", "nothing"],
    ["read R0 at S1", "nothing: so nothing is decided, which is true"],
    ["propose B in R1", ""],
    ["write A to R0 at S0", "the slow writes arrive"],
    ["write A to R0 at S1", "now it is no longer true"],
    ["write B to R1 at S0", ""],
    ["write B to R1 at S1", ""],
  ],
  because:
    "What the client read was right, and went out of date. An unwritten register can be written the moment after, so it is not enough that nothing has been decided: nothing else may still become decided.",
  mend: "Phase 1 freezes what it reads: a register that is unwritten becomes nil, permanently. The late writes of A are then refused, and what was read stays true.",
  source: 'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3, rule 4',
};

const ownValue: Lesson = {
  name: "own-value",
  inShort: "phase 1 sees a value, and is ignored",
  story:
    "Before a client writes to R1 it freezes and reads R0 at a majority, so that nothing more can happen there. Then it proposes its own value, whatever it has read.",
  system: { ...TWO_REGISTERS, flaw: "own value" },
  expected: {
    outcome: "two values decided",
    length: 6,
    distinctStates: 766,
    transitions: 2224,
    depth: 8,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", ""],
    ["write A to R0 at S0", ""],
    ["write A to R0 at S1", "the first try succeeds"],
    ["propose B in R1", "phase 1 heard A from S0 and S1; never mind"],
    ["write B to R1 at S0", ""],
    ["write B to R1 at S1", ""],
  ],
  because:
    "Freezing stops what is still on its way. It does not undo what has arrived: a value that phase 1 has seen may already be decided, and somebody may have acted on it.",
  mend: "If phase 1 has seen a value, propose the one in the greatest register set instead of your own. A client's own value counts only where phase 1 has seen none.",
  source: 'Lamport, "Paxos Made Simple", 2001, section 2.2, condition P2c',
};

const sound: Lesson = {
  name: "sound",
  inShort: "nothing wrong: freeze, read, adopt",
  story:
    "Phase 1 of R1 freezes and reads R0 at a majority. If it saw a value, its client proposes that, and else its own. Then it writes, and outputs what a majority of one set holds. This is Paxos.",
  system: TWO_REGISTERS,
  expected: { outcome: "safe", length: null, distinctStates: 558, transitions: 1598, depth: 8, stuckStates: 0 },
  run: [
    ["propose A in R0", "the writes of A are on their way, and slow"],
    ["freeze R0 at S0", "S0 promises to take nothing there any more"],
    ["freeze R0 at S1", "two of three: A can never get its majority"],
    ["propose B in R1", "so the client is free to propose its own"],
    ["write A to R0 at S0", "the slow write arrives too late"],
  ],
  because:
    "Every quorum that could decide in R0 meets the quorum that phase 1 heard from. The server in both either told the value, which is then proposed again, or is frozen and keeps that quorum from ever deciding.",
  mend: "Nothing to mend. Take away any one part, and one of the other protocols of this list is left.",
  source: 'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, sections 3 and 4',
};

export const secondTry: Chapter = { title: "A second try", lessons: [noPhase1, noFreeze, ownValue, sound] };
