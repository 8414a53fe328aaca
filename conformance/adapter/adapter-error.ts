/** The adapter did not keep to the protocol, so that nothing can be said of what it stands for. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  /** The last lines that were said: → by Quorate, ← by the adapter, ! on its stderr. */
  readonly lastLines: readonly string[];

  constructor(sentence: string, lastLines: readonly string[]) {
    super(sentence);
    this.lastLines = lastLines;
  }
}

/** It is not what the command line asks for. */
export class AdapterMisfit extends Error {
  override readonly name = "AdapterMisfit";
  /** What to do about it. */
  readonly hint: string;

  constructor(sentence: string, hint: string) {
    super(sentence);
    this.hint = hint;
  }
}
