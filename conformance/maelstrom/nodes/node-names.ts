/** n0, n1 and so on, as in Maelstrom. */
export const nodeNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${i}`);
