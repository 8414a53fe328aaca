/** What steps change, so that a search can take them back, and so that it knows a state when it sees it again. */
import { Fingerprint } from "./fingerprint.js";

export class Trail {
  /** Of everything that was changed since the beginning. */
  readonly fingerprint = new Fingerprint();
  readonly #undo: (() => void)[] = [];

  /** Where it is now: `backTo` takes back what comes after. */
  get mark(): number {
    return this.#undo.length;
  }

  /** Something that a state is told by has changed. @param undo makes it what it was */
  changed(what: number, at: number, content: number, undo: () => void): void {
    this.fingerprint.toggle(what, at, content);
    this.#undo.push(() => {
      this.fingerprint.toggle(what, at, content);
      undo();
    });
  }

  /** Something has changed that follows from the rest. */
  followed(undo: () => void): void {
    this.#undo.push(undo);
  }

  backTo(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()!();
  }
}
