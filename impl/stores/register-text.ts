/** A register's content as text: JSON, `null` for nil, so that people can read what stores hold. */
import type { WrittenRegister } from "../core/register-storage.js";

/** What is there was not put by a client of Quorate. */
export class ForeignTextError extends Error {
  override readonly name = "ForeignTextError";
}

export const encodeRegister = (register: WrittenRegister): string =>
  JSON.stringify(register.state === "nil" ? null : register.value);

/** Throws ForeignTextError. */
export function decodeRegister(text: string): WrittenRegister {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  if (content === null) return { state: "nil" };
  if (typeof content === "string") return { state: "value", value: content };
  throw new ForeignTextError(`"${text.slice(0, 40)}" is neither a value nor null`);
}
