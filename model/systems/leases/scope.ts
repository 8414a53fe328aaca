import type { IndexSet } from "../../language/index.js";

/** Who counts from when, and who answers reads. */
export type VariantName = "sound" | "starts-at-quorum" | "replica-reads" | "replica-reads-not-waited-for";

export interface Scope {
  readonly replica: IndexSet;
  readonly master: IndexSet;
  /** Ticks for which a lease is believed in, and for which it is kept. */
  readonly believes: number;
  readonly keeps: number;
  readonly drift: number;
  readonly variant: VariantName;
}
