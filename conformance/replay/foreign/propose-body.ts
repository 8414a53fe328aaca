/** What a proposer is told: in which register set to propose what, and which quorums count. */
import { TooManyQuorums } from "../../../spec/families/family.js";
import { hasOwner, type QuorumTable, rangeOf } from "../../../spec/quorum-table.js";
import { namesOf, type ServerSet } from "../../../spec/server-set.js";
import { phase1Quorums, phase2Quorums } from "../../../spec/table-families.js";
import type { Body } from "../../adapter/messages.js";
import type { Part } from "./proposer-judge.js";

/** @param registerSets those that are explored, ascending: in others nothing is ever written */
export function proposeBody(table: QuorumTable, registerSets: readonly number[], { registerSet, input }: Part): Body {
  const { servers, selection } = table;
  const allocation = rangeOf(table, registerSet)!.allocation;
  const named = (quorums: readonly ServerSet[]): readonly (readonly string[])[] =>
    quorums.map((quorum) => namesOf(quorum, servers));
  const decideOf = (set: number) => listed(() => named(phase2Quorums(table, set)));
  return {
    type: "propose",
    register: registerSet,
    value: input,
    ...(allocation.kind === "client" && { client: allocation.client }),
    open: !hasOwner(table, registerSet),
    selection,
    prepare: listed(() => named(phase1Quorums(table, registerSet))),
    decide: decideOf(registerSet),
    below: registerSets
      .filter((set) => set < registerSet)
      .map((set) => ({ register: set, decide: decideOf(set), open: !hasOwner(table, set) })),
  };
}

/** Left out where there are too many to list: whoever has such a table has its quorums otherwise. */
function listed(list: () => readonly (readonly string[])[]): readonly (readonly string[])[] | undefined {
  try {
    return list();
  } catch (error) {
    if (error instanceof TooManyQuorums) return undefined;
    throw error;
  }
}
