/**
 * Storage that is not ours, of which one thing is asked: put a text under a key unless something is there. Each kind
 * has a file of its own, over a client library that is loaded when such a store is opened.
 */

export interface WriteOnceStore {
  /** For people: its address, without secrets. */
  readonly name: string;

  /**
   * Puts the text under the key unless something is there. Resolves with what is there from now on, the text or what
   * was there before. Rejects with StoreError: then it may or may not have been put, and may be put again.
   */
  putIfAbsent(key: string, text: string): Promise<string>;

  /** Null where nothing is there. Rejects with StoreError. */
  read(key: string): Promise<string | null>;

  close(): Promise<void>;
}

/** What a store says of itself, or what is known of its kind, and what follows from it. */
export interface Setting {
  /** As the store calls it, with its value. */
  readonly setting: string;
  /**
   * `told`: as safe as it needs to be; `promised`: by its documentation, and not told; `unknown`: neither; `broken`: it
   * is not.
   */
  readonly means: "told" | "promised" | "unknown" | "broken";
  /** A sentence. */
  readonly because: string;
}

/** What is asked about a store, besides using it. */
export interface ExaminedStore extends WriteOnceStore {
  /** Whether what was acknowledged is still there after a crash, as far as it tells. Rejects with StoreError. */
  durability(): Promise<readonly Setting[]>;

  /** Whether what was put stays, as far as it tells: of a key that was put. Rejects with StoreError. */
  retention(key: string): Promise<readonly Setting[]>;

  /** As anybody might who has the same rights. Rejects with StoreError, where it is not allowed, too. */
  remove(key: string): Promise<void>;

  /** How to take the right to remove from those who need only put and read. */
  readonly againstRemoval: string;
}

/** It cannot be reached, is too slow, or says that something is wrong with it or with what it was asked. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
}

/** It refused to put since something is there, and nothing is. */
export class VanishedError extends StoreError {
  override readonly name = "VanishedError";
}

/** What was read after a refusal. Throws VanishedError for nothing. */
export function foundAfterRefusal(found: string | null, store: string, key: string): string {
  if (found !== null) return found;
  throw new VanishedError(`${store}: ${key} was refused since something is there, and reads that nothing is`);
}

/** The library that speaks to this kind of store is not installed. */
export class MissingLibraryError extends Error {
  override readonly name = "MissingLibraryError";
}

/** What names no store, with a hint. */
export class StoreUrlError extends Error {
  override readonly name = "StoreUrlError";
}
