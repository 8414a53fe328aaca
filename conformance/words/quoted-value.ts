import type { Value } from "../../spec/register.js";

const SHOWN_MAX = 20;

/** A value for a sentence: as JSON, and not more than a few letters of it. */
export const quotedValue = (value: Value): string =>
  value.length <= SHOWN_MAX
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, SHOWN_MAX))}… of ${value.length} characters`;
