/** Before there were register sets: every server has one register, and any client may write it. */
import type { Chapter, Lesson } from "../lesson.js";
import { ONE_REGISTER } from "./systems.js";

const firstValue: Lesson = {
  name: "first-value",
  inShort: "one server's word is taken for all",
  story:
    "Every server keeps the first value that it is given. A client that has written its value somewhere, or has read one, takes that for the decision.",
  system: { ...ONE_REGISTER, flaw: "no quorum" },
  expected: {
    outcome: "two values decided",
    length: 4,
    distinctStates: 44,
    transitions: 96,
    depth: 5,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", "one client wants A"],
    ["write A to R0 at S0", "S0 keeps A, and that client outputs A"],
    ["propose B in R0", "another client wants B"],
    ["write B to R0 at S1", "S1 has heard of nothing, and B is output"],
  ],
  because:
    "Each client is right about its own server and knows nothing of the others. Two of these quorums, {S0} and {S1}, have no server in common, so no server is there that could have told the second client about the first.",
  mend: "Output a value only after reading it from a quorum, and choose quorums such that any two of them meet: here, two of the three servers.",
  source: 'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3, rule 1',
};

const overwrite: Lesson = {
  name: "overwrite",
  inShort: "a register takes a second value",
  story:
    "A value is decided once a majority holds it. A server holds the value that it was given last, as an ordinary variable or a row of a database does.",
  system: { ...ONE_REGISTER, flaw: "overwrite" },
  expected: {
    outcome: "two values decided",
    length: 6,
    distinctStates: 142,
    transitions: 492,
    depth: 8,
    stuckStates: 0,
  },
  run: [
    ["propose A in R0", "one client wants A"],
    ["write A to R0 at S0", ""],
    ["write A to R0 at S1", "two of three hold A: its client outputs it"],
    ["propose B in R0", "another client wants B"],
    ["write B to R0 at S0", "S0 gives up A"],
    ["write B to R0 at S1", "S1 too: the second client outputs B"],
  ],
  because:
    "Any two majorities meet, but the server in which they meet sides first with one and then with the other. A decision has to outlast the moment in which it was read.",
  mend: "A register is written once. What a client has read in it then stays true, and can be built upon without asking again.",
  source: 'Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3 (write-once registers)',
};

const splitVote: Lesson = {
  name: "split-vote",
  inShort: "three votes, three values, no retry",
  story:
    "Registers are written once, and a value is decided once a majority holds it. So two values can never be decided. But every server has one register only, and no vote can be taken back.",
  system: { ...ONE_REGISTER, values: 3 },
  expected: { outcome: "stuck", length: 6, distinctStates: 170, transitions: 474, depth: 6, stuckStates: 6 },
  run: [
    ["propose A in R0", "three clients want three values"],
    ["propose B in R0", ""],
    ["propose C in R0", ""],
    ["write A to R0 at S0", "each reaches another server first"],
    ["write B to R0 at S1", ""],
    ["write C to R0 at S2", "every register is full: no value ever wins"],
  ],
  because:
    "No two registers are alike, none can change, and there are no others. Nothing wrong is decided; nothing is decided ever again. (With two values, three servers cannot split; with one server that does not come back, two values are enough.)",
  mend: "Give every server a row of registers, R0, R1, R2, …, so that there is always another try. That is where the real trouble begins: a later try must not decide something else than an earlier one did.",
  source: 'Lamport, "Paxos Made Simple", 2001, section 2.2',
};

export const oneRegister: Chapter = { title: "One register a server", lessons: [firstValue, overwrite, splitVote] };
