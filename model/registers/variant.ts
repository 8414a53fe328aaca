/**
 * Where servers of one consensus differ: in what they do in one step.
 *
 * None of it makes a difference to what can be decided (proofs-notes.md, "Variants"); it does to states, counts and
 * lengths.
 */

export interface Variant {
  /**
   * The atomicity of a freeze. `row`: a server turns all its unwritten registers below a set into nil in one step, as
   * one that knows its row can. `register`: one register a step, in any order, as over dumb storage, where whoever
   * prepares a set puts nil into each lower register by itself.
   */
  readonly freezes: "row" | "register";
  /**
   * Whether a write also turns the server's unwritten registers below into nil: a Paxos acceptor that promises what it
   * accepts.
   */
  readonly writesFreezeBelow: boolean;
}

/** What is meant where nothing is said. */
export const PLAIN: Variant = { freezes: "row", writesFreezeBelow: false };

/** Of a scope. */
export const variantOf = ({ variant = PLAIN }: { readonly variant?: Variant }): Variant => variant;

/** For what knows the plain variant only. Throws RangeError for another; `who` begins the sentence. */
export function refuseVariant(scope: { readonly variant?: Variant }, who: string): void {
  const { freezes, writesFreezeBelow } = variantOf(scope);
  if (freezes === "register") throw new RangeError(`${who} freezes whole rows only, not single registers`);
  if (writesFreezeBelow) throw new RangeError(`${who} has no writes that freeze the registers below`);
}
