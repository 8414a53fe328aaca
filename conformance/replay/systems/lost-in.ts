/** What a reply says for good, and a crash would take away. */
import type { Reply, Written } from "../../../impl/core/protocol.js";
import { holding, NIL, type Register, sameRegister } from "../../../spec/register.js";
import { phrase } from "../lockstep/phrase.js";
import { type Row, registerIn } from "./rows.js";

/** The first of them, e.g. "R0 holds A"; null where the row, which is what is durable, has all. */
export function lostIn(reply: Reply, durable: Row): string | null {
  if (reply.kind === "voted" && durable.votes.get(reply.registerSet) !== reply.candidate) {
    return `its vote in R${reply.registerSet} is given`;
  }
  for (const [registerSet, register] of toldIn(reply)) {
    if (!sameRegister(register, registerIn(durable, registerSet))) return `R${registerSet} holds ${phrase(register)}`;
  }
  return null;
}

function toldIn(reply: Reply): (readonly [registerSet: number, register: Register])[] {
  switch (reply.kind) {
    case "written":
      return [[reply.registerSet, holding(reply.value)]];
    case "refused":
      return [[reply.registerSet, reply.holds]];
    case "prepared":
      return toldOfRow(reply.registerSet, reply.written);
    case "row":
      return toldOfRow(reply.frozenBelow, reply.written);
    default:
      return [];
  }
}

/** Of the nils, the last: what freezes it freezes all below. */
function toldOfRow(frozenBelow: number, written: readonly Written[]): (readonly [number, Register])[] {
  const told = written.map(([registerSet, value]) => [registerSet, holding(value)] as const);
  const last = frozenBelow - 1;
  const isNil = last >= 0 && written.every(([registerSet]) => registerSet !== last);
  return isNil ? [...told, [last, NIL]] : told;
}
