import { formatRegister, type Register } from "../../../spec/register.js";

/** What a register holds, in the sentence of a fault. */
export const phrase = (register: Register): string =>
  register.state === "value" ? formatRegister(register) : register.state === "nil" ? "nil" : "nothing";
