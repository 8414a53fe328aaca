import type { SweepRequest } from "../request.js";

/** `quorate sweep` without options. */
export const DEFAULT_REQUEST: SweepRequest = {
  servers: 3,
  ranges: 2,
  shapes: "one",
  selection: "greatest",
  allocation: "exclusive",
  explorer: "whole",
  random: null,
  seed: null,
};

export const requestOf = (changes: Partial<SweepRequest>): SweepRequest => ({ ...DEFAULT_REQUEST, ...changes });
