/** Bits for what goes on at the same time, used again once it has ended. */
export class Places {
  readonly #free: bigint[] = [];
  #taken = 0n;

  take(): bigint {
    return this.#free.pop() ?? 1n << this.#taken++;
  }

  giveBack(bit: bigint): void {
    this.#free.push(bit);
  }
}
