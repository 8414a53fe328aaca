/** The implementation did something that no state of the model excuses; the message is a sentence about it. */
export class ImplementationFault extends Error {}

/** What a system refuses whoever asks for it: no fault of the implementation's. */
const REFUSED_BY_SYSTEM = new Set(
  "EACCES EPERM EROFS ENOSPC EDQUOT EIO EMFILE ENFILE ENOMEM EADDRINUSE EADDRNOTAVAIL".split(" "),
);

/**
 * An error that came out of the implementation as a fault of it: `who` says whose and what it was to do, e.g. "S0
 * failed". Faults, and what the system has refused, stay as they are.
 */
export function faultOf(who: string, error: unknown): unknown {
  if (error instanceof ImplementationFault) return error;
  if (!(error instanceof Error)) return new ImplementationFault(`${who}: ${error}`);
  if ("code" in error && REFUSED_BY_SYSTEM.has(`${error.code}`)) return error;
  return new ImplementationFault(`${who}: ${error.message}`);
}

/** The result of the implementation's work, or its error as a fault. */
export function blaming<Result>(who: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw faultOf(who, error);
  }
}

/**
 * A part of the implementation, all of whose errors are faults: as it is made, of its methods, and of what it says of
 * itself.
 */
export function blamed<Part extends object>(who: string, make: () => Part): Part {
  const part = blaming(who, make);
  return new Proxy(part, {
    get(_, key) {
      const found = blaming(who, () => Reflect.get(part, key, part));
      if (typeof found !== "function") return found;
      return (...given: unknown[]) => blaming(who, () => found.apply(part, given));
    },
  });
}
