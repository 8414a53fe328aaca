/** A node did not do what every node of Maelstrom must, so that nothing can be said of what it computes. */
export class NodeError extends Error {
  override readonly name = "NodeError";
  /** The last lines that were said: → to the node, ← by it, ! on its stderr. */
  readonly lastLines: readonly string[];

  constructor(sentence: string, lastLines: readonly string[]) {
    super(sentence);
    this.lastLines = lastLines;
  }
}
