/** What a sweep comes to. */
import type { Examination } from "./examine.js";
import type { SweptTable } from "./swept-table.js";

export interface Disagreement {
  readonly number: number;
  readonly swept: SweptTable;
  readonly sentence: string;
}

/** More are counted, and not kept. */
const DISAGREEMENTS_KEPT = 10;

export class Tally {
  /** How many tables were examined, and how many these stand for. */
  tables = 0;
  standFor = 0;
  safe = 0;
  unsafe = 0;
  /** Tables whose exploration hit the bound on states. */
  inconclusive = 0;
  /** Unsafe tables, and those of them of which the explorer's run is as long as the closed formula says. */
  lengths = 0;
  equalLengths = 0;
  states = 0;
  transitions = 0;
  disagreementCount = 0;
  /** The first of them. */
  readonly disagreements: Disagreement[] = [];

  add(swept: SweptTable, { explorer, formula, run, states, transitions, disagreement }: Examination): void {
    const number = this.tables++;
    this.standFor += swept.standsFor;
    this[explorer]++;
    if (formula !== null && run !== null) {
      this.lengths++;
      if (formula === run) this.equalLengths++;
    }
    this.states += states;
    this.transitions += transitions;
    if (disagreement === null) return;
    this.disagreementCount++;
    if (this.disagreements.length < DISAGREEMENTS_KEPT)
      this.disagreements.push({ number, swept, sentence: disagreement });
  }
}
