import { CrashState } from "../../impl/simulation/crash-state.js";
import type { Operation } from "../../impl/simulation/io-log.js";
import { Volume } from "../../impl/simulation/volume.js";
import type { Dice } from "../chance/dice.js";

/** One of the disks that a power cut may leave after these operations: of what was not synced, each is there or not. */
export function diskAfter(operations: readonly Operation<unknown>[], dice: Dice): Volume {
  const state = new CrashState(Volume.empty());
  for (const operation of operations) state.take(operation);
  return state.with(state.pending.filter(() => dice.below(2) === 0));
}
