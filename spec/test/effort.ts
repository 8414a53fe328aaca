/**
 * How much tests try of what takes long, or has no end, as random tables have none: `npm test` enough to notice
 * whatever breaks, `npm run test:thorough` far more.
 */
export const isThorough = process.env.QUORATE_TESTS === "thorough";

export const tries = (usual: number, thorough: number): number => (isThorough ? thorough : usual);
