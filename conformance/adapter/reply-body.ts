/** Replies of servers as the answers of an acceptor: docs/adapters.md has their fields. */
import type { Reply } from "../../impl/core/protocol.js";
import type { Body } from "./messages.js";

/**
 * With the register set, for clients that would know of which attempt it is. What an acceptor is never asked is an
 * error.
 */
export function replyBody(reply: Reply): Body {
  switch (reply.kind) {
    case "prepared":
      return { type: "prepare_ok", register: reply.registerSet, values: reply.written };
    case "written":
      return { type: "write_ok", register: reply.registerSet, value: reply.value };
    case "refused": {
      const holds = reply.holds.state === "value" ? reply.holds.value : null;
      return { type: "refused", register: reply.registerSet, holds };
    }
    case "row":
      return { type: "observe_ok", frozen_below: reply.frozenBelow, values: reply.written };
    default:
      return { type: "error", text: reply.kind === "rejected" ? reply.reason : reply.kind };
  }
}
