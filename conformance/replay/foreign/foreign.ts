import type { Adapter } from "../../adapter/adapter.js";
import type { ClientHabits } from "./client-habits.js";
import type { Freedoms } from "./freedoms.js";

/** Somebody else's servers or clients, in the place of ours, and what they were seen to do otherwise. */
export interface Foreign {
  readonly adapter: Adapter;
  readonly freedoms: Freedoms;
  readonly habits: ClientHabits;
  /** Whether nodes go back to snapshots, where the adapter can. */
  readonly usesSnapshots: boolean;
  /** What was not tried, and why: sentences. */
  readonly untried: Set<string>;
}
