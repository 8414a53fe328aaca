/** One leader at a time is no protection against what an earlier one has sent. */
import type { Chapter, Lesson } from "../lesson.js";
import { TWO_REGISTERS } from "./systems.js";

const SOURCE = 'Kleppmann, "How to do distributed locking", 2016 (fencing tokens)';

const withoutFencing: Lesson = {
  name: "leader-without-fencing",
  inShort: "a lease, and a write that comes late",
  story:
    "Only the leader acts. It holds a lease, and looks at its clock, which is perfect, before it does anything. A new leader waits until the old lease has ended, reads what a majority holds, adopts a value that it finds, and else proposes its own. R0 is term 0, R1 is term 1. Servers take every write, for it comes from a leader.",
  system: { ...TWO_REGISTERS, leases: true, flaw: "no freeze" },
  expected: {
    outcome: "two values decided",
    length: 9,
    distinctStates: 2147,
    transitions: 5905,
    depth: 12,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", "the leader sends its writes; they are slow"],
    ["elect the client of R1", "its lease ends, and the next leader's begins"],
    ["read R0 at S0", "nothing"],
    ["read R0 at S1", "nothing, and the old leader is gone"],
    ["propose B in R1", ""],
    ["write B to R1 at S0", ""],
    ["write B to R1 at S1", ""],
    ["write A to R0 at S0", "the old leader's writes arrive"],
    ["write A to R0 at S1", "and no server asks which term they are of"],
  ],
  because:
    "The lease ends for the leader, and not for what it has sent: a message, a pause for garbage collection or a slow disk outlives it. No clock helps, for between the look at the clock and the write at the server any time can pass. It is no-freeze over again.",
  mend: "Let the servers check, not the leader: a server that has heard of a later term refuses the writes of earlier ones. A fencing token is a ballot number is a register set.",
  source: SOURCE,
};

const withBallots: Lesson = {
  name: "leader-with-ballots",
  inShort: "the same, and the servers refuse it",
  story:
    "The same leaders with the same leases. But when a new leader reads, the server remembers its term and takes no write of an earlier one: it freezes the registers below.",
  system: { ...TWO_REGISTERS, leases: true },
  expected: { outcome: "safe", length: null, distinctStates: 575, transitions: 1497, depth: 9, stuckStates: 0 },
  run: [
    ["propose A in R0", "the leader sends its writes; they are slow"],
    ["elect the client of R1", "its lease ends, and the next leader's begins"],
    ["freeze R0 at S0", "S0 is in term 1 now"],
    ["freeze R0 at S1", "S1 too"],
    ["propose B in R1", ""],
    ["write B to R1 at S0", ""],
    ["write B to R1 at S1", ""],
    ["write A to R0 at S0", "of term 0, which S0 has left"],
  ],
  because:
    "This is the sound protocol; the leases only keep clients out of each other's way. They may overlap, and clocks may lie: a decision can then take longer, and is never wrong.",
  mend: "Nothing to mend. A lease is good for speed, and ballots are for safety.",
  source: SOURCE,
};

export const leaders: Chapter = { title: "Leaders", lessons: [withoutFencing, withBallots] };
