/**
 * The write-once register, the one kind of storage that consensus here is built on.
 *
 * Source: Howard & Mortier, "A Generalised Solution to Distributed Consensus", 2019, section 3.
 */

/** A proposed value. The model calls its values A, B, C…; the implementation carries any text. */
export type Value = string;

/** One register of one server: unwritten, or permanently nil (blocked, frozen), or permanently one value. */
export type Register =
  | { readonly state: "unwritten" }
  | { readonly state: "nil" }
  | { readonly state: "value"; readonly value: Value };

export const UNWRITTEN: Register = { state: "unwritten" };
export const NIL: Register = { state: "nil" };
export const holding = (value: Value): Register => ({ state: "value", value });

export const sameRegister = (a: Register, b: Register): boolean =>
  a.state === b.state && (a.state !== "value" || b.state !== "value" || a.value === b.value);

/** Write-once: a register may keep what it holds, and only an unwritten one may become something else. */
export const mayBecome = (before: Register, after: Register): boolean =>
  before.state === "unwritten" || sameRegister(before, after);

/** The talk's notation: blank for unwritten, `-` for nil, else the value. */
export function formatRegister(register: Register): string {
  switch (register.state) {
    case "unwritten":
      return "";
    case "nil":
      return "-";
    case "value":
      return register.value;
  }
}
