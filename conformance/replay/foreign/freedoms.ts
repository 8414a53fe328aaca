/**
 * What implementations do otherwise than ours, and may: the model and the rules ask no more of them. Each that was
 * taken is told of, since whoever reads "agrees" should know what else was not compared.
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
  "hears more": "the client waits for more servers than it must before it proposes",
  "waits to output": "the client waits for more servers than it must before it outputs",
  "asks some": "the client does not ask every server for a promise at once",
  "writes to some": "the client does not write to every server at once",
  "asks again": "the client repeats requests",
  "prefers reads": "the client proposes a value that it has read where its own would do",
  "outputs reads": "the client outputs a value that it has read from a quorum, and writes it no more",
  "gives up": "the client gives up where another register set can do better",
  "changes its ways":
    "the client does not always do the same after the same answers: it was judged by what it did first",
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
