/** How far `verify` goes when nothing is said. */

export const DEFAULT_SEED = 1;

/** About 3 GB of states and tables. */
export const STATES_MAX = 200_000_000;

/** For exploration, and once more for replay. */
export const SECONDS_MAX = 20;
