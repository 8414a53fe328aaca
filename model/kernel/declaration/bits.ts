/**
 * A word of which this number of lowest bits are set: 0 to 32. By the operators of 32-bit integers: a power (2 ** n) is
 * noted as another kind of number, and code that was compiled for integers has to be compiled again when it meets one.
 */
export const firstBits = (count: number): number => (count >= 32 ? -1 : (1 << count) - 1);
