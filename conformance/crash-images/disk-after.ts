import { CrashState } from "../../impl/simulation/crash-state.js";
import type { Operation } from "../../impl/simulation/io-log.js";
import { Volume } from "../../impl/simulation/volume.js";
import type { Draw } from "./random.js";

/** One of the disks that a power cut may leave after these operations: of what was not synced, each is there or not. */
export function diskAfter(operations: readonly Operation<unknown>[], draw: Draw): Volume {
  const state = new CrashState(Volume.empty());
  for (const operation of operations) state.take(operation);
  return state.with(state.pending.filter(() => draw(2) === 0));
}
