/**
 * What implementations do otherwise than ours, and may: the model and the rules ask no more of them. Each that was taken is
 * told of, since whoever reads "agrees" should know what else was not compared.
 */
export const FREEDOMS = {
  "greatest alone": 'promises tell only the greatest value below, which is all that selection "greatest" asks for',
  "forgets lower": 'values below a greater one are forgotten, which selection "greatest" does not ask for any more',
  "tells more": "promises tell of register sets that were not asked about",
  "any order": "promises tell values in an order of their own",
  "refuses late prepares": "a prepare that has nothing left to freeze is refused",
  "refuses repeats": "a write that was taken before is refused, and not confirmed once more",
  "keeps contents": "a refusal does not tell what the register holds",
  "alters half characters": "values that are no Unicode text, which JSON can carry, are changed",
} as const;

export type Freedom = keyof typeof FREEDOMS;

/** Those that were taken, each once. */
export class Freedoms {
  readonly #taken = new Set<Freedom>();

  take(freedom: Freedom): void {
    this.#taken.add(freedom);
  }

  /** In the order of the list, as sentences. */
  get sentences(): readonly string[] {
    return (Object.keys(FREEDOMS) as Freedom[])
      .filter((freedom) => this.#taken.has(freedom))
      .map((freedom) => FREEDOMS[freedom]);
  }
}
