/** How a misused model is refused: in one sentence, with its name, the place at fault, and what is allowed. */

export class ModelError extends RangeError {
  override readonly name = "ModelError";
  /**
   * Whether nothing that is known of the state could excuse it: then it is told wherever the code was run, reachable or
   * not.
   */
  readonly isCertain: boolean;

  /**
   * @param where what of the model is at fault, e.g. `effect of action "tick" (node 2)`, or null where the sentence
   *   tells
   */
  constructor(model: string, where: string | null, sentence: string, isCertain = false, options?: ErrorOptions) {
    super(`model ${JSON.stringify(model)}${where === null ? "" : `, ${where}`}: ${sentence}`, options);
    this.isCertain = isCertain;
  }
}

/**
 * What is wrong, told by code that does not know in which closure of the model it runs: whoever runs the closure says
 * so.
 */
export class Misuse extends Error {
  readonly isCertain: boolean;

  constructor(sentence: string, isCertain = false) {
    super(sentence);
    this.isCertain = isCertain;
  }
}

/** Closures that say something else the second time: by chance, by the clock, or by what they remember. */
export const NOT_A_FUNCTION =
  "it says something else when it is run again in the same state; it may depend on nothing but variables and parameters";

/** A value as a sentence shows it. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "function":
      return "a function";
    case "object":
      if (value === null) return "null";
      return isPromise(value) ? "a promise" : Array.isArray(value) ? "a list" : "an object";
    default:
      return String(value);
  }
}

export const isPromise = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

/** @param parameters by name, in the order of declaration */
export function instanceName(parameters: readonly (readonly [name: string, value: unknown])[]): string {
  if (parameters.length === 0) return "";
  return ` (${parameters.map(([name, value]) => `${name} ${shown(value)}`).join(", ")})`;
}
