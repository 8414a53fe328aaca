/** Small tables and options for the tests of the message model. */
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import type { Scope } from "../../registers/scope.js";
import type { MessagesOptions } from "../options.js";

export const majority = quorums("01", "02", "12");

export const oneServer = tableOf(1, [{ sets: [0, FOREVER], decide: quorums("0") }]);

export const twoServers = tableOf(2, [{ sets: [0, FOREVER], decide: quorums("01") }]);

export const threeMajority = tableOf(3, [{ sets: [0, FOREVER], decide: majority }]);

/** Flexible Paxos at its extreme: any one server decides, all prepare. */
export const anyOneDecides = tableOf(3, [{ sets: [0, FOREVER], decide: quorums("0", "1", "2") }]);

/** Fast Paxos: an open set, then exclusive ones with majorities. */
export const openThenMajority = (selection: Selection, fast = quorums("012")): QuorumTable =>
  tableOf(
    3,
    [
      { sets: [0, 0], decide: fast, open: true },
      { sets: [1, FOREVER], decide: majority },
    ],
    { selection },
  );

/** S0 decides alone in R0, S1 in R1, and the client of R1 asks S1 only. */
export const strangers = tableOf(2, [
  { sets: [0, 0], decide: quorums("0") },
  { sets: [1, FOREVER], decide: quorums("1"), prepare: quorums("1") },
]);

export const BARE: MessagesOptions = { crashes: false, refusals: false, patience: false, stutters: false };

export const scopeOf = (table: QuorumTable, registerSets: readonly number[] = [0, 1]): Scope => ({
  table,
  registerSets,
  values: 2,
  clients: null,
});
