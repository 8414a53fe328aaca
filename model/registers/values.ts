/** The model's values are numbers; people and state tables read letters. */
import type { Value } from "../../spec/register.js";

/** As many values as there are letters to name them. */
export const VALUES_MAX = 26;

/** Value 0 is A, value 1 is B, … */
export const valueName = (value: number): Value => String.fromCharCode("A".charCodeAt(0) + value);
