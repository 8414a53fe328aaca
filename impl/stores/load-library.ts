/**
 * Client libraries of stores, loaded when a store of the kind is opened. They are optional: npm installs none of them
 * unasked.
 */
import { MissingLibraryError } from "./write-once-store.js";

/** Rejects with MissingLibraryError, which says what to install. */
export async function loadLibrary<Library>(
  { kind, packages }: { readonly kind: string; readonly packages: readonly string[] },
  load: () => Promise<Library>,
): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const names = packages.join(" ");
    throw new MissingLibraryError(`${kind} needs ${names}, which is not installed: npm install ${names}`, { cause });
  }
}
