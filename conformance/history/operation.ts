/** What a client did to a register that others use as well, and when: the material of a history. */

/** What a register holds: any JSON value; `null` where nothing is there. Equal where their JSON text is. */
export type Content = null | boolean | number | string | readonly Content[] | { readonly [key: string]: Content };

export type Operation = {
  /** Who did it: anything that names one client. */
  readonly process: string;
  /** Which register. Different keys have nothing to do with each other. */
  readonly key: string;
  /** When it was asked for: any clock that all operations of the key share, or a place in a log. */
  readonly invoked: number;
  /**
   * When it was answered, by the same clock, not before `invoked`; null where it never was, or what came of it is not
   * known: it may have taken effect at any moment since, and may still. What never took effect, and says so, is no part
   * of a history.
   */
  readonly completed: number | null;
} & (
  | { readonly op: "read"; readonly args: readonly []; readonly result: Content }
  | { readonly op: "write"; readonly args: readonly [value: Content] }
  /**
   * Puts `to` where `from` is. The result says whether it was there; where `completed` is null, it is not looked at.
   */
  | { readonly op: "cas"; readonly args: readonly [from: Content, to: Content]; readonly result: boolean }
);

/** It only looks: a read, or a compare-and-set that found something else. */
export const changesNothing = (operation: Operation): boolean =>
  operation.op === "read" || (operation.op === "cas" && operation.completed !== null && !operation.result);
