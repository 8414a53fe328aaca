/**
 * What an acceptor answered, as one of our servers would have: where it says less than it might, and the selection
 * needs no more, the rest is filled in from what it was seen to hold. Whatever it says is compared with the model as it
 * stands.
 */

import type { PrepareRequest, Reply, WriteRequest, Written } from "../../../impl/core/protocol.js";
import type { Selection } from "../../../spec/quorum-table.js";
import { holding, type Register, sameRegister } from "../../../spec/register.js";
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import { writtenBelow } from "../systems/model-row.js";
import { EMPTY_ROW, type Row, registerIn } from "../systems/rows.js";
import { contentIn, textIn } from "./contents.js";
import type { Freedoms } from "./freedoms.js";

export interface Answered {
  readonly name: string;
  readonly request: PrepareRequest | WriteRequest;
  readonly answer: Body;
  /** What the acceptor held before the request and after it. */
  readonly before: Row;
  readonly after: Row;
}

export interface Reading {
  readonly adapter: Adapter;
  readonly selection: Selection;
  readonly freedoms: Freedoms;
}

/** Throws AdapterError for what is no answer to the request, and ImplementationFault where it is an error. */
export function readAnswer(answered: Answered, reading: Reading): Reply {
  const { name, request, answer } = answered;
  switch (answer.type) {
    case `${request.kind}_ok`:
      return request.kind === "prepare" ? prepared(request, answered, reading) : written(request);
    case "refused":
      return request.kind === "prepare"
        ? preparedNonetheless(request, answered, reading)
        : refused(request, answered, reading);
    case "error":
      throw new ImplementationFault(`${name} answered "error" to ${phraseOf(request)}: ${textIn(answer)}`);
    default:
      throw reading.adapter.fault(
        `answered "${request.kind}" with "${answer.type}", not with "${request.kind}_ok", "refused" or "error"`,
      );
  }
}

const written = ({ registerSet, value }: WriteRequest): Reply => ({ kind: "written", registerSet, value });

/**
 * What it tells must be so; of what it leaves out, the greatest value alone is needed, and that by one selection only.
 */
function prepared(
  { registerSet }: PrepareRequest,
  { answer, after }: Answered,
  { adapter, selection, freedoms }: Reading,
): Reply {
  const told = valuesIn(answer, adapter);
  const ascending = [...told].sort(([a], [b]) => a - b);
  if (ascending.some((pair, index) => pair !== told[index])) freedoms.take("any order");
  const below = ascending.filter(([set]) => set < registerSet);
  const isTrue = ([set, value]: Written) => sameRegister(registerIn(after, set), holding(value));
  if (below.length < ascending.length && ascending.filter(([set]) => set >= registerSet).every(isTrue)) {
    freedoms.take("tells more");
  }
  const all = writtenBelow(after, registerSet);
  const isGreatestTold = all.length > 0 && below.some(([set]) => set === all.at(-1)![0]);
  if (selection !== "greatest" || below.length === all.length || !isGreatestTold || !below.every(isTrue)) {
    return { kind: "prepared", registerSet, written: below };
  }
  freedoms.take("greatest alone");
  return { kind: "prepared", registerSet, written: all };
}

/**
 * Once it has nothing left to freeze, an acceptor may refuse: the client then hears nothing from it, as if the message
 * was lost.
 */
function preparedNonetheless({ registerSet }: PrepareRequest, { before }: Answered, { freedoms }: Reading): Reply {
  if (before.frozenBelow < registerSet) return { kind: "refused", registerSet, holds: registerIn(before, registerSet) };
  freedoms.take("refuses late prepares");
  return { kind: "prepared", registerSet, written: writtenBelow(before, registerSet) };
}

function refused({ registerSet, value }: WriteRequest, answered: Answered, reading: Reading): Reply {
  const { answer, before, after } = answered;
  const { adapter, freedoms } = reading;
  const holds = registerIn(after, registerSet);
  if (sameRegister(registerIn(before, registerSet), holding(value))) {
    freedoms.take("refuses repeats");
    return { kind: "written", registerSet, value };
  }
  if (answer.holds === undefined) freedoms.take("keeps contents");
  else checkTold(contentIn(answer, adapter), answered, reading);
  return { kind: "refused", registerSet, holds };
}

/** That it holds a value may have been forgotten, but it holds no other. Throws ImplementationFault. */
function checkTold(told: Register, { name, request, after }: Answered, { selection }: Reading): void {
  const { registerSet } = request;
  const holds = registerIn(after, registerSet);
  const isGreatest = [...after.values.keys()].every((set) => set <= registerSet);
  const mayBeForgotten = told.state === "nil" && holds.state === "value" && selection === "greatest" && !isGreatest;
  if (sameRegister(told, holds) || mayBeForgotten) return;
  throw new ImplementationFault(
    `${name} refused a write to R${registerSet} since that holds ${phrase(told)}, and holds ${phrase(holds)} there`,
  );
}

/** What a node observed of itself. Throws AdapterError for anything else. */
export function rowIn(answer: Body, adapter: Adapter): Row {
  adapter.expect(answer, "observe");
  const { frozen_below: frozenBelow } = answer;
  if (!isRegisterSet(frozenBelow))
    throw adapter.fault(`sent "frozen_below": ${JSON.stringify(frozenBelow)}, which is no number of registers`);
  return { ...EMPTY_ROW, frozenBelow, values: new Map(valuesIn(answer, adapter)) };
}

/** Throws AdapterError where it has none. */
export function valuesIn({ type, values }: Body, adapter: Adapter): readonly Written[] {
  if (isWritten(values)) return values;
  throw adapter.fault(
    `sent "${type}" with "values": ${JSON.stringify(values) ?? "nothing"}, which are no pairs [register, value]`,
  );
}

/** None where the answer has none. */
export const valuesTold = ({ values }: Body): readonly Written[] => (isWritten(values) ? values : []);

const isWritten = (values: unknown): values is readonly Written[] =>
  Array.isArray(values) &&
  values.every(
    (pair) => Array.isArray(pair) && pair.length === 2 && isRegisterSet(pair[0]) && typeof pair[1] === "string",
  );

const isRegisterSet = (candidate: unknown): candidate is number =>
  Number.isSafeInteger(candidate) && (candidate as number) >= 0;

const phraseOf = ({ kind, registerSet }: PrepareRequest | WriteRequest): string => `"${kind}" for R${registerSet}`;
