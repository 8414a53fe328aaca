import type { Tuning } from "./exploration.js";

export const DEFAULT_TUNING: Tuning = {
  slots: 1 << 16,
  nextSlots: [1 << 20, 1 << 22],
  logStates: 1 << 16,
  parallelFromStates: 1_000_000,
  parallelFrom_ms: 500,
  parallelFromBlocks: 8,
  squaresFromStates: 1 << 15,
  awaitsWorkers: false,
};
