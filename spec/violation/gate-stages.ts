/**
 * How a run gets past gates: in each range that is waited for, A is decided, too, by servers that the client above the
 * gates does not hear. The first of these ranges is where A is decided in any plan; here are the stages between.
 */
import type { QuorumTable, RegisterRange } from "../quorum-table.js";
import { meets, membersOf, NO_SERVERS, type ServerSet, singleton, sizeOf } from "../server-set.js";
import { phase1Family, phase2Family } from "../table-families.js";
import type { Elections } from "./elections.js";
import { ofA, type Stage } from "./plan.js";
import type { QuorumLists } from "./quorum-lists.js";

export class GateStages {
  readonly #table: QuorumTable;
  readonly #registerSets: readonly number[];
  readonly #lists: QuorumLists;
  readonly #elections: Elections;

  constructor(table: QuorumTable, registerSets: readonly number[], lists: QuorumLists, elections: Elections) {
    this.#table = table;
    this.#registerSets = registerSets;
    this.#lists = lists;
    this.#elections = elections;
  }

  /** Proposals and writes of such stages, at least. */
  leastLength(ranges: readonly RegisterRange[]): number {
    return ranges.reduce((sum, { first }) => sum + 1 + sizeOf(phase2Family(this.#table, first).smallest), 0);
  }

  /**
   * The stages so far, and one more for each range.
   *
   * @param unheard servers that hold nothing above the first stage
   * @param isWorthwhile whether a plan that begins like this, with at least this number of steps still to come, is
   *   worth a look
   */
  *deciding(
    stages: readonly Stage[],
    ranges: readonly RegisterRange[],
    unheard: ServerSet,
    isWorthwhile: (stages: readonly Stage[], toCome: number) => boolean,
  ): Generator<readonly Stage[]> {
    const [range, ...further] = ranges;
    if (range === undefined) {
      yield stages;
      return;
    }
    const toCome = this.leastLength(further);
    for (const row of this.#rowsOf(range)) {
      for (const quorum of this.#quorumsApart(row, unheard)) {
        for (const heard of this.#readers(stages, row)) {
          const stage = { row, heard, election: this.#elections.ofOne(row, heard), writings: [ofA(quorum)] };
          const longer = [...stages, stage];
          if (isWorthwhile(longer, toCome)) yield* this.deciding(longer, further, unheard, isWorthwhile);
        }
      }
    }
  }

  #rowsOf({ first, last }: RegisterRange): number[] {
    return Array.from(this.#registerSets.keys()).filter(
      (row) => first <= this.#registerSets[row]! && this.#registerSets[row]! <= last,
    );
  }

  #quorumsApart(row: number, unheard: ServerSet): readonly ServerSet[] {
    const family = phase2Family(this.#table, this.#registerSets[row]!);
    const apart = this.#lists.of(family).filter((quorum) => !meets(quorum, unheard));
    if (apart.length > 0) return apart;
    const smallest = family.within(family.everybody & ~unheard).smallestOrNone;
    return smallest === null ? [] : [smallest];
  }

  /**
   * Whom the client of the row may hear, if it is to propose A: a phase-1 quorum, and further servers where that one
   * tells otherwise.
   */
  *#readers(stages: readonly Stage[], row: number): Generator<ServerSet> {
    for (const p of this.#lists.of(phase1Family(this.#table, this.#registerSets[row]!))) {
      if (this.#mayPropose(stages, p)) {
        yield p;
        continue;
      }
      for (const further of this.#tellingOfA(stages, p)) {
        if (this.#mayPropose(stages, p | further)) yield p | further;
      }
    }
  }

  #tellingOfA(stages: readonly Stage[], p: ServerSet): readonly ServerSet[] {
    if (this.#table.selection === "strict") {
      return stages.flatMap(({ row }) => {
        const quorums = phase2Family(this.#table, this.#registerSets[row]!);
        return this.#lists.of(quorums.within(quorums.everybody & ~p).dual);
      });
    }
    const holders = stages.reduce((servers, { writings }) => servers | writings[0]!.servers, NO_SERVERS);
    return membersOf(holders).map(singleton);
  }

  /**
   * Whether the greatest set with a value that these servers show lets a client propose A, which every stage writes
   * first.
   */
  #mayPropose(stages: readonly Stage[], heard: ServerSet): boolean {
    const read = stages.findLast(({ writings }) => writings.some(({ servers }) => meets(servers, heard)));
    if (read === undefined) return true;
    if (this.#table.selection !== "strict") return meets(read.writings[0]!.servers, heard);
    return phase2Family(this.#table, this.#registerSets[read.row]!).meetsEvery(heard);
  }
}
