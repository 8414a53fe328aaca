/** A server as the model has it: what a request does to its row, and what it is told. */
import type { PrepareRequest, Reply, Request, WriteRequest, Written } from "../../../impl/core/protocol.js";
import { holding, sameRegister } from "../../../spec/register.js";
import { type Row, registerIn } from "./rows.js";

/** Requests that change something, votes apart. */
export type Changing = PrepareRequest | WriteRequest;

export const isChanging = (request: Request): request is Changing =>
  request.kind === "prepare" || request.kind === "write";

/** @param writesFreezeBelow as in the model's variant */
export function rowAfter(before: Row, request: Changing, writesFreezeBelow: boolean): Row {
  const { registerSet } = request;
  const isTaken = request.kind === "write" && registerIn(before, registerSet).state === "unwritten";
  const values = isTaken ? new Map([...before.values, [registerSet, request.value]]) : before.values;
  const freezes = request.kind === "prepare" || (isTaken && writesFreezeBelow);
  return { ...before, values, frozenBelow: freezes ? Math.max(before.frozenBelow, registerSet) : before.frozenBelow };
}

/** @param after the row once the request has had its effect */
export function replyTo(request: Changing, after: Row): Reply {
  const { registerSet } = request;
  if (request.kind === "prepare") return { kind: "prepared", registerSet, written: writtenBelow(after, registerSet) };
  const holds = registerIn(after, registerSet);
  return sameRegister(holds, holding(request.value))
    ? { kind: "written", registerSet, value: request.value }
    : { kind: "refused", registerSet, holds };
}

/** Ascending. */
export const writtenBelow = ({ values }: Row, registerSet: number): Written[] =>
  [...values].filter(([set]) => set < registerSet).sort(([a], [b]) => a - b);
