/** The adapter did not keep to the protocol, so that nothing can be said of what it stands for. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  /** The last lines that were said: → by Quorate, ← by the adapter, ! on its stderr. */
  readonly lastLines: readonly string[];

  /** @param what it did, as the rest of a sentence about it */
  constructor(command: string, what: string, { tail }: { readonly tail: readonly string[] }) {
    super(`the adapter ${command} ${what}`);
    this.lastLines = tail;
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

/** A store in the place of an adapter does not answer, or what speaks to it is not installed. */
export class AdapterUnavailable extends Error {
  override readonly name = "AdapterUnavailable";
}

/** What is said cannot be written where it is to be. */
export class TranscriptError extends Error {
  override readonly name = "TranscriptError";
}
