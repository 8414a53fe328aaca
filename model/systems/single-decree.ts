/**
 * The abstract specification that systems of majorities refine: one consensus over write-once registers, servers alike.
 */
import { choose, serverFormula } from "../../spec/families/formula.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { FIRST_VALUE, NIL, UNWRITTEN } from "../registers/facts.js";
import { type RegistersModel, registersModel } from "../registers/registers.js";

/** What a server's register of one set looks like: nothing yet, blocked for ever, or a value. */
export type Written = "unwritten" | "nil" | number;

const HERE = { file: "model/systems/single-decree.ts", line: 1, column: 1 };

/** Majorities decide and are asked before; writes freeze what is below, as acceptors promise what they accept. */
export function majorityRegisters(servers: number, ballots: number, values: number): RegistersModel {
  const majority = choose(
    Math.floor(servers / 2) + 1,
    Array.from({ length: servers }, (_, server) => serverFormula(server)),
  );
  const quorums = { formula: majority, text: "majority", at: HERE };
  const table: QuorumTable = {
    name: "majorities",
    servers: Array.from({ length: servers }, (_, server) => `S${server}`),
    ranges: [
      {
        first: 0,
        last: Number.POSITIVE_INFINITY,
        decide: quorums,
        prepare: quorums,
        allocation: { kind: "round-robin" },
        at: HERE,
      },
    ],
    selection: "greatest",
    clients: [],
  };
  const registerSets = Array.from({ length: ballots }, (_, ballot) => ballot);
  return registersModel({
    table,
    registerSets,
    values,
    clients: null,
    variant: { freezes: "row", writesFreezeBelow: true },
  });
}

/** Writes the abstract state from what each server holds for each ballot, and what is proposed in each. */
export function writeRegisters(
  { variables: { register, proposal } }: RegistersModel,
  [servers, ballots]: readonly [number, number],
  written: (server: number, ballot: number) => Written,
  proposed: (ballot: number) => number | null,
): void {
  for (let ballot = 0; ballot < ballots; ballot++) {
    const value = proposed(ballot);
    proposal.set(value === null ? 0 : 1 + value, ballot);
    for (let server = 0; server < servers; server++) register.set(contentOf(written(server, ballot)), server, ballot);
  }
}

function contentOf(written: Written): number {
  if (written === "unwritten") return UNWRITTEN;
  return written === "nil" ? NIL : FIRST_VALUE + written;
}
