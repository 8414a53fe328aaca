/** A machine whose disk is looked at after every crash that it may have. */
import type { IoLog } from "../../impl/simulation/io-log.js";
import type { MemoryFiles } from "../../impl/simulation/memory-files.js";

/** What came back. */
export interface Found {
  /** Whether there was nothing on the disk. */
  readonly isNew: boolean;
}

export interface Machine<Mark, What extends Found> {
  readonly name: string;
  readonly log: IoLog<Mark>;
  /** Starts from its disk what runs on it, by the real code. Calls `told` when others may have seen what is found. */
  recover(files: MemoryFiles, promises: Promises<Mark, What>, told: () => void): Promise<What>;
  /** What `recover` does depends on the disk and on this alone. */
  asksFor(promises: Promises<Mark, What>): string;
  /** Those of a machine to which nothing has happened. */
  newPromises(): Promises<Mark, What>;
  /** The same for things found that cannot be told apart. */
  keyOf(found: What): string;
  /** For a sentence: what came back. */
  phrase(found: What): string;
  /** A mark in a few words. */
  markPhrase(mark: Mark): string;
}

/** What a machine has promised by some moment, and may have been asked. */
export interface Promises<Mark, What extends Found> {
  take(mark: Mark): void;
  /** The sentence that says which promise is broken, or what is there that ought not to be; null where all is well. */
  broken(found: What): string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: machines of all kinds are treated alike
export type AnyMachine = Machine<any, any>;
