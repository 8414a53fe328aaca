/**
 * The plan of a shortest run that breaks agreement, read off the quorums without exploring a single state.
 *
 * A is decided in a set `lower` by a quorum Q, and B gets past it in one of these ways:
 *
 * - *PQ*: a phase-1 quorum P of a set above shares no server with Q, sees nothing of A, and B is an input.
 * - *F1*: `lower` is open or contested, and another quorum of it, without a common server, takes B.
 * - *G1*, under `greatest`: `lower` is open or contested, and a server outside Q takes B. A client above that hears
 *   from it may take B.
 * - *F2*, under `eager`: `lower` is open or contested, P ∩ Q holds A and P ∩ Q2 holds B for another quorum Q2 that Q
 *   meets outside of P only. A client above that hears from P cannot tell which of the two may be decided, and may take
 *   B.
 *
 * Past gates A is decided in every range that is waited for as well (gate-stages.ts); then PQ is PQ after a gate.
 *
 * B is then decided in the set above; or, *by relay*, written there at one server, read by a third set further up,
 * and decided by a smaller quorum of that one. Source: none that we know; proofs-notes.md, "Length of the shortest
 * violation".
 */
import type { Family } from "../families/family.js";
import { isGated, type QuorumTable, type RegisterRange, rangeOf, rangesWaitedFor } from "../quorum-table.js";
import { serversThatHold } from "../roles.js";
import type { RuleName } from "../rules/judgement.js";
import { representatives } from "../rules/representatives.js";
import { meets, membersOf, NO_SERVERS, type ServerSet, singleton, sizeOf } from "../server-set.js";
import { familyMeeting, isShared, phase1Family, phase2Family } from "../table-families.js";
import { type Breach, breachesOf } from "./breaches.js";
import { Elections } from "./elections.js";
import { GateStages } from "./gate-stages.js";
import { ofA, ofB, type Plan, planLength, type Stage } from "./plan.js";
import { QuorumLists } from "./quorum-lists.js";
import { type WayIn, waysIn } from "./ways-in.js";

/** Pairs of quorums that are looked at, and plans, each of which takes as long as some pairs: under a second. */
const WORK_MAX = 10_000_000;
const WORK_PER_PLAN = 10;

export interface ShortestPlan {
  readonly plan: Plan;
  /** Steps of its run. */
  readonly length: number;
  /** False where there are too many quorums to look at all plans: a shorter one may have been left out. */
  readonly isShortest: boolean;
}

/**
 * Steps of the shortest run that gets two values decided, or null where the rules hold in the scope.
 *
 * Of the model whose freezes take a whole row and whose writes freeze nothing, with free inputs.
 *
 * @param registerSets the explored sets, ascending; left out, the two lowest of every range
 */
export const shortestViolatingRun = (
  table: QuorumTable,
  registerSets: readonly number[] = representatives(table).map(({ registerSet }) => registerSet),
): number | null => shortestPlan(table, registerSets)?.length ?? null;

/** Null where the table's rules of safety hold between the explored sets. */
export function shortestPlan(table: QuorumTable, registerSets: readonly number[]): ShortestPlan | null {
  const search = new PlanSearch(table, registerSets);
  for (const row of registerSets.keys()) search.withinOneSet(row);
  for (const upper of registerSets.keys()) for (let lower = 0; lower < upper; lower++) search.between(lower, upper);
  return search.result;
}

class PlanSearch {
  readonly #table: QuorumTable;
  readonly #registerSets: readonly number[];
  readonly #lists: QuorumLists;
  #allBreaches: readonly Breach[] | null = null;
  readonly #elections: Elections;
  readonly #gateStages: GateStages;
  /** Where values are written. */
  readonly #holding: ServerSet;
  #best: Plan | null = null;
  #bestLength = Number.POSITIVE_INFINITY;
  #work = 0;

  constructor(table: QuorumTable, registerSets: readonly number[]) {
    this.#table = table;
    this.#registerSets = registerSets;
    this.#holding = serversThatHold(table);
    this.#lists = new QuorumLists(() => this.#breaches);
    this.#elections = new Elections(table, registerSets, this.#lists);
    this.#gateStages = new GateStages(table, registerSets, this.#lists, this.#elections);
  }

  get result(): ShortestPlan | null {
    if (this.#best === null) return null;
    const isComplete = this.#work < WORK_MAX && this.#lists.areWhole && this.#elections.areWhole;
    return {
      plan: this.#best,
      length: this.#bestLength,
      isShortest: isComplete || this.#bestLength <= this.#leastPossible(),
    };
  }

  get #breaches(): readonly Breach[] {
    this.#allBreaches ??= breachesOf(this.#table, this.#registerSets);
    return this.#allBreaches;
  }

  /** No plan is shorter than this, whatever its quorums. */
  #leastPossible(): number {
    return Math.min(...this.#breaches.map(({ least }) => least));
  }

  /** F1: two quorums of one open or contested set that share no server. */
  withinOneSet(row: number): void {
    if (!this.#isShared(row) || this.#isGated(row)) return;
    const family = this.#phase2(row);
    const [entry] = this.#elections.entries(row, 2, [smallest(this.#heardFirst(row))]);
    for (const [index, q1] of family.entries()) {
      // Quorums come smallest first.
      if (2 + 2 * sizeOf(q1) >= this.#bestLength) return;
      const q2 = family.slice(index + 1).find((quorum) => !meets(q1, quorum));
      if (this.#isExhausted(family.length)) return;
      if (q2 !== undefined) this.#try({ rule: "F1", stages: [{ row, ...entry!, writings: [ofA(q1), ofB(q2)] }] });
    }
  }

  /** A is decided in the lower set, and B is proposed in the upper one. */
  between(lower: number, upper: number): void {
    const { selection } = this.#table;
    const gates = this.#rangesBetween(lower, upper);
    if (selection === "decision-table" || gates === null) return;
    const decision = smallest(this.#phase2(upper));
    const relays = this.#relaysFrom(lower, upper);
    const last = 1 + Math.min(sizeOf(decision), ...relays.map(({ least }) => least));
    const least = last + this.#gateStages.leastLength(gates);
    const isWorthwhile = (length: number) => !this.#isExhausted(1) && length + least < this.#bestLength;
    const lowerSet = {
      selection,
      isShared: this.#isShared(lower),
      family: this.#phase2(lower),
      holding: this.#holding,
    };
    for (const p of this.#phase1(upper)) {
      for (const way of waysIn(p, { ...lowerSet, isWorthwhile })) {
        const above = { row: upper, heard: way.heard, election: this.#elections.ofOne(upper, way.heard) };
        for (const entry of this.#elections.entries(lower, way.writings.length, this.#heardFirst(lower))) {
          const first = { row: lower, ...entry, writings: way.writings };
          const isWorthMore = (stages: readonly Stage[], toCome: number) =>
            isWorthwhile(planLength({ stages }) + toCome - least + last);
          for (const stages of this.#gateStages.deciding([first], gates, way.heard, isWorthMore)) {
            const plan = (...above: Stage[]): Plan => ({
              rule: this.#ruleOf(way, upper),
              stages: [...stages, ...above],
            });
            this.#try(plan({ ...above, writings: [ofB(decision)] }));
            for (const relay of relays) this.#tryRelays(relay, plan, above);
          }
        }
      }
    }
  }

  /**
   * The ranges that decide between the two sets, before the upper one's gate opens; null where no run begins in the
   * lower one.
   */
  #rangesBetween(lower: number, upper: number): readonly RegisterRange[] | null {
    const [first, ...between] = rangesWaitedFor(this.#table, this.#registerSets[upper]!);
    // What decides in a gated set, has decided below before.
    if (this.#isGated(lower)) return null;
    return first === undefined || first === this.#rangeOf(lower) ? between : null;
  }

  #ruleOf({ rule }: WayIn, upper: number): RuleName {
    return rule === "PQ" && this.#isGated(upper) ? "PQ after a gate" : rule;
  }

  /**
   * Of the sets above the one that relays, those in which fewer servers decide: else the way round never pays. Nor does
   * it where a gate waits for more than was decided in the lower set.
   */
  #relaysFrom(lower: number, upper: number): Relay[] {
    const direct = sizeOf(smallest(this.#phase2(upper)));
    return Array.from(this.#registerSets.keys()).flatMap((row) => {
      if (row <= upper) return [];
      const before = rangesWaitedFor(this.#table, this.#registerSets[row]!).at(-1);
      if (before !== undefined && before !== this.#rangeOf(lower)) return [];
      const decision = smallest(this.#phase2(row));
      // One more proposal and the relayed write.
      const least = 2 + sizeOf(decision);
      return least >= direct ? [] : [{ row, decision, least, heard: this.#heardByReader(upper, row) }];
    });
  }

  #tryRelays(
    { row, decision, heard: families }: Relay,
    plan: (...above: Stage[]) => Plan,
    middle: Omit<Stage, "writings">,
  ): void {
    for (const heard of families) {
      const election = this.#elections.ofOne(row, heard);
      for (const reader of membersOf(heard & this.#holding)) {
        const relayed = { ...middle, writings: [ofB(singleton(reader))] };
        if (this.#isExhausted(1)) return;
        this.#try(plan(relayed, { row, heard, election, writings: [ofB(decision)] }));
      }
    }
  }

  /**
   * Whom a client of the top set may hear to take what it reads in the set that relays: a phase-1 quorum. A `strict`
   * one must also hear somebody in every quorum there, or another value might be decided behind its back.
   */
  #heardByReader(upper: number, top: number): readonly ServerSet[] {
    if (this.#table.selection !== "strict") return this.#phase1(top);
    const quorums = this.#family(phase2Family, upper);
    return this.#phase1(top).flatMap((p) =>
      this.#lists.of(quorums.within(quorums.everybody & ~p).dual).map((further) => p | further),
    );
  }

  /**
   * Whom the client of the lower set hears, so that it may propose its input; of a decision table, where all is nil.
   */
  #heardFirst(row: number): readonly ServerSet[] {
    if (this.#table.selection !== "decision-table") return this.#phase1(row);
    const below = this.#registerSets.slice(0, row);
    return row === 0 ? [NO_SERVERS] : this.#lists.of(familyMeeting(this.#table, below));
  }

  #try(plan: Plan): void {
    this.#work += WORK_PER_PLAN;
    const length = planLength(plan);
    if (length >= this.#bestLength) return;
    this.#best = plan;
    this.#bestLength = length;
  }

  /** Whether the search has to end with what it has; there is nothing to end with before the first plan. */
  #isExhausted(work: number): boolean {
    this.#work += work;
    return this.#best !== null && this.#work >= WORK_MAX;
  }

  #isGated(row: number): boolean {
    return isGated(this.#table, this.#registerSets[row]!);
  }

  #rangeOf(row: number): RegisterRange {
    return rangeOf(this.#table, this.#registerSets[row]!)!;
  }

  #isShared(row: number): boolean {
    return isShared(this.#table, this.#registerSets[row]!);
  }

  #phase1(row: number): readonly ServerSet[] {
    return this.#lists.of(this.#family(phase1Family, row));
  }

  #phase2(row: number): readonly ServerSet[] {
    return this.#lists.of(this.#family(phase2Family, row));
  }

  #family(phase: typeof phase1Family, row: number): Family {
    return phase(this.#table, this.#registerSets[row]!);
  }
}

/** A set further up that decides B after it was relayed. */
interface Relay {
  readonly row: number;
  readonly decision: ServerSet;
  /** Steps of the way round, freezes and the first proposal left out. */
  readonly least: number;
  readonly heard: readonly ServerSet[];
}

/** Families come smallest first. */
const smallest = (family: readonly ServerSet[]): ServerSet => family[0] ?? NO_SERVERS;
