/** Fields that several kinds of answers have. */
import type { WrittenRegister } from "../../../impl/core/register-storage.js";
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";

/** What a register is said to hold: `null` is nil. Throws AdapterError for anything but that and a value. */
export function contentIn({ holds }: Body, adapter: Adapter): WrittenRegister {
  if (holds === null) return { state: "nil" };
  if (typeof holds === "string") return { state: "value", value: holds };
  throw adapter.fault(`sent "holds": ${JSON.stringify(holds)}, which is neither a value nor null`);
}

/** What an error says for itself. */
export const textIn = (answer: Body): string =>
  typeof answer.text === "string" ? answer.text : JSON.stringify(answer);
