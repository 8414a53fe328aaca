/** A node of a decision diagram, by its number, and the two ends of all diagrams. */
export type Node = number;

/** No set satisfies it. */
export const FALSE: Node = 0;
/** Every set satisfies it, the empty one too. */
export const TRUE: Node = 1;
