/** Whose votes the clients of a plan get, in elected register sets. */
import { isElected, type QuorumTable, votesPromise } from "../quorum-table.js";
import { meets, type ServerSet } from "../server-set.js";
import { electionFamily, phase1Family } from "../table-families.js";
import type { Election, Stage } from "./plan.js";
import type { QuorumLists } from "./quorum-lists.js";
import { rivalVoters } from "./rival-voters.js";

/** Who is heard, and votes, before anything is proposed in a register set. */
export type Entry = Pick<Stage, "heard" | "election">;

/** Pairs of quorums are looked at one by one where there are no more of these than that. */
const PAIRED_MAX = 200;

export class Elections {
  readonly #table: QuorumTable;
  readonly #registerSets: readonly number[];
  readonly #lists: QuorumLists;
  #areWhole = true;

  constructor(table: QuorumTable, registerSets: readonly number[], lists: QuorumLists) {
    this.#table = table;
    this.#registerSets = registerSets;
    this.#lists = lists;
  }

  /** Whether every choice of voters was given that may matter. */
  get areWhole(): boolean {
    return this.#areWhole;
  }

  /** The election of a single client that hears these servers. */
  ofOne(row: number, heard: ServerSet): Election | null {
    if (!this.#isElected(row)) return null;
    if (this.#votesPromise(row)) return { vote: "promise", voters: [heard], freezeRow: this.#freezeRow(row) };
    return { vote: "apart", voters: [electionFamily(this.#table, this.#registerSets[row]!).smallest], freezeRow: row };
  }

  /**
   * How one client, or two of a set that is open or contested, may be ready to propose, if each must hear one of these.
   */
  entries(row: number, clients: number, heardFirst: readonly ServerSet[]): readonly Entry[] {
    if (clients === 1 || !this.#isElected(row)) {
      return heardFirst.map((heard) => ({ heard, election: this.ofOne(row, heard) }));
    }
    if (this.#votesPromise(row)) {
      return this.#rivals(row).map((voters) => ({
        heard: voters[0]! | voters[1]!,
        election: { vote: "promise", voters, freezeRow: this.#freezeRow(row) },
      }));
    }
    const voters = rivalVoters(this.#table, this.#registerSets[row]!);
    return heardFirst.map((heard) => ({ heard, election: { vote: "apart", voters, freezeRow: row } }));
  }

  /** Every two phase-1 quorums without a common server, or the two with the fewest servers: there is such a pair. */
  #rivals(row: number): readonly (readonly ServerSet[])[] {
    const quorums = this.#lists.of(phase1Family(this.#table, this.#registerSets[row]!));
    if (quorums.length > PAIRED_MAX) {
      this.#areWhole = false;
      return [rivalVoters(this.#table, this.#registerSets[row]!)];
    }
    return quorums.flatMap((one, index) =>
      quorums.slice(index + 1).flatMap((other) => (meets(one, other) ? [] : [[one, other]])),
    );
  }

  /** Where votes are promises, servers are frozen for a set by these alone. */
  #freezeRow(row: number): number {
    let freezeRow = row;
    while (freezeRow >= 0 && this.#votesPromise(freezeRow)) freezeRow--;
    return freezeRow;
  }

  #isElected(row: number): boolean {
    return isElected(this.#table, this.#registerSets[row]!);
  }

  #votesPromise(row: number): boolean {
    return votesPromise(this.#table, this.#registerSets[row]!);
  }
}
