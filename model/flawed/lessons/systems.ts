/** The two systems that all lessons are about: three servers of which any two are a quorum. */
import type { FlawedSystem } from "../flaw.js";

const THREE_WITH_MAJORITIES = { servers: 3, quorums: [0b011, 0b101, 0b110], leases: false, flaw: "none" } as const;

/** One register a server, which any client may write. */
export const ONE_REGISTER: FlawedSystem = {
  ...THREE_WITH_MAJORITIES,
  registerSets: 1,
  values: 2,
  allocation: "open",
};

/** Two registers a server; R0 is one client's, R1 another's, and each proposes once. */
export const TWO_REGISTERS: FlawedSystem = {
  ...THREE_WITH_MAJORITIES,
  registerSets: 2,
  values: 2,
  allocation: "exclusive",
};
