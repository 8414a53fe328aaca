/** What is wrong with a store, or with how it was named, as the person at the shell can act on it. */
import { MissingLibraryError, StoreError, StoreUrlError } from "../../impl/stores/write-once-store.js";
import { CommandError } from "./command-error.js";
import { EXIT } from "./exit-codes.js";

/** Any other error as it is. */
export function explainStoreError(error: unknown): unknown {
  if (error instanceof StoreUrlError) return new CommandError(EXIT.usage, error.message, { cause: error });
  if (error instanceof StoreError || error instanceof MissingLibraryError) {
    return new CommandError(EXIT.unavailable, error.message, { cause: error });
  }
  return error;
}
