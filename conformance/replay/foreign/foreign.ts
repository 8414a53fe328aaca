import type { Adapter } from "../../adapter/adapter.js";
import type { Freedoms } from "./freedoms.js";

/** Somebody else's servers, in the place of ours, and what they were seen to do otherwise. */
export interface Foreign {
  readonly adapter: Adapter;
  readonly freedoms: Freedoms;
  /** What was not tried, and why: sentences. */
  readonly untried: Set<string>;
}
