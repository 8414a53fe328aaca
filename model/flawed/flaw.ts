/** What can be wrong with a protocol, and on which small system it is tried. */
import type { ServerSet } from "../../spec/server-set.js";

/** The four rules by number (spec/README.md); spec/rules/four-rules.ts judges them act by act. */
export type RuleNumber = 1 | 2 | 3 | 4;

/**
 * Every flaw changes a guard or an effect of the sound protocol, or adds one action; each line says which of the four
 * rules it breaks. Rule 2 is missing: it keeps values from coming out of nowhere, not two of them from being decided.
 */
export const RULE_BROKEN_BY = {
  /** The sound protocol. */
  none: null,
  /** Clients output a value as soon as one server holds it. Rule 1: no quorum was read. */
  "no quorum": 1,
  /** A register takes a new value over an old one, or over nil. Rule 3: one set decides one value after the other. */
  overwrite: 3,
  /** Clients propose without phase 1. Rule 4: nothing is known of the sets below. */
  "no phase 1": 4,
  /** Phase 1 reads registers and leaves them unwritten. Rule 4: what was read can change. */
  "no freeze": 4,
  /** Clients propose their own input whatever phase 1 has read. Rule 4: what it has read may be decided. */
  "own value": 4,
  /** Servers lose their nils in a crash. Rule 4: a register that phase 1 froze takes a value after all. */
  "nils forgotten": 4,
  /** Servers lose their values in a crash. Rule 4: phase 1 misses a value that was decided. */
  "values forgotten": 4,
  /** Servers lose nils and values in a crash. Rule 4: as for either of them. */
  "registers forgotten": 4,
  /** Clients lose in a crash that they have proposed in their set. Rule 3: an exclusive set gets a second value. */
  "proposal forgotten": 3,
} as const satisfies Record<string, RuleNumber | null>;

export type Flaw = keyof typeof RULE_BROKEN_BY;

/** Servers S0, S1, .. with register sets R0, R1, .., all with the same quorums. */
export interface FlawedSystem {
  readonly servers: number;
  /** For phase 1 and for phase 2. */
  readonly quorums: readonly ServerSet[];
  readonly registerSets: number;
  readonly values: number;
  /** Open: any client may propose in any set. Exclusive: one client a set, and one proposal. */
  readonly allocation: "open" | "exclusive";
  /**
   * Whether clients are leaders by lease: register set r is term r, and its client runs phase 1 and proposes only
   * while it holds the lease, by a perfect clock. What it writes may arrive later. The first lease is that of term 0.
   */
  readonly leases: boolean;
  readonly flaw: Flaw;
}
