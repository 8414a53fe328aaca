/**
 * Breadth-first search over canonical forms: one state of every orbit, with the counts of the whole graph by orbit sizes.
 *
 * Distances, verdicts and depth are those of the unreduced graph, and runs are turned back into runs of the model itself
 * (proofs-notes.md, "Symmetry").
 */
import { stepCount } from "../kernel/expand.js";
import type { ExplorationFigures, ExploreOptions, StopReason } from "../kernel/exploration.js";
import { generateJudge, type Judge } from "../kernel/judge.js";
import { StateStore } from "../kernel/state-store.js";
import { generateSuccessors, type Successors } from "../kernel/successors.js";
import { Turns } from "../kernel/turns.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Canonicalizer } from "./canonical-form.js";
import { unpermute } from "./unpermute.js";

/** States expanded between two looks at the clock. */
const SLICE_STATES = 256;

/** The figures are those of the unreduced graph, as far as it was expanded: sums over orbits of their sizes, and of size times steps. */
export interface QuotientExploration extends ExplorationFigures {
  /** Orbits found. */
  readonly representatives: number;
  /** For each property that fails somewhere: a shortest run of the model to such a state, as step numbers. */
  readonly violatingRuns: ReadonlyMap<string, readonly number[]>;
}

export async function exploreQuotient(
  model: RegistersModel,
  canonicalizer: Canonicalizer,
  options: Pick<ExploreOptions, "statesMax" | "bytesMax" | "secondsMax" | "onProgress" | "signal">,
): Promise<QuotientExploration> {
  const search = new QuotientSearch(model, canonicalizer);
  const turns: Turns = new Turns(options, () => search.progress(turns.elapsed_ms));
  let stoppedBy: StopReason | null = null;
  while (stoppedBy === null && search.expand(SLICE_STATES)) {
    await turns.take();
    if (search.representatives >= (options.statesMax ?? Number.POSITIVE_INFINITY)) stoppedBy = "states";
    else if (search.bytes >= (options.bytesMax ?? Number.POSITIVE_INFINITY)) stoppedBy = "memory";
    else stoppedBy = turns.stop;
  }
  return search.result(stoppedBy);
}

class QuotientSearch {
  readonly #model: RegistersModel;
  readonly #canonicalizer: Canonicalizer;
  readonly #width: number;
  readonly #successorsOf: Successors;
  readonly #judge: Judge;
  readonly #successors: Int32Array;
  readonly #form: Int32Array;
  readonly #store: StateStore;
  /** Number of the first form of each depth; the last may be one past all forms. */
  readonly #firsts = [0];
  /** For each property that fails somewhere, the first form in which it does. */
  readonly #violations = new Map<string, number>();
  #expanded = 0;
  #distinctStates = 0;
  #transitions = 0;

  constructor(model: RegistersModel, canonicalizer: Canonicalizer) {
    this.#model = model;
    this.#canonicalizer = canonicalizer;
    this.#width = model.workspace.words.length;
    this.#successorsOf = generateSuccessors(model);
    this.#judge = generateJudge(model);
    this.#successors = new Int32Array(stepCount(model.actions) * this.#width);
    this.#form = new Int32Array(this.#width);
    this.#store = new StateStore(this.#width);
    this.#store.insert(model.initial);
  }

  get representatives(): number {
    return this.#store.count;
  }

  get bytes(): number {
    return this.#store.bytes;
  }

  /** Expands up to `count` forms; false when all are expanded. */
  expand(count: number): boolean {
    for (let done = 0; done < count; done++) {
      if (this.#expanded === this.#store.count) return false;
      if (this.#expanded === this.#firsts.at(-1)) this.#firsts.push(this.#store.count);
      const offset = this.#expanded * this.#width;
      this.#judgeForm(this.#expanded);
      const orbit = this.#canonicalizer.orbitSize(this.#store.states.subarray(offset, offset + this.#width));
      this.#distinctStates += orbit;
      this.#transitions += orbit * this.#insertSuccessors(offset);
      this.#expanded++;
    }
    return true;
  }

  progress(elapsed_ms: number) {
    return {
      distinctStates: this.#distinctStates,
      transitions: this.#transitions,
      depth: this.#firsts.length - 2,
      frontier: this.#store.count - this.#expanded,
      bytes: this.bytes,
      elapsed_ms,
    };
  }

  result(stoppedBy: StopReason | null): QuotientExploration {
    for (let form = this.#expanded; form < this.#store.count; form++) this.#judgeForm(form);
    const depth = this.#firsts.filter((first) => first < this.#store.count).length - 1;
    const runs = [...this.#violations].map(([property, form]) => [property, this.#runTo(form)] as const);
    return {
      representatives: this.#store.count,
      distinctStates: this.#distinctStates,
      transitions: this.#transitions,
      depth,
      complete: stoppedBy === null,
      stoppedBy,
      // Forms that were found and not expanded have been judged too, so all but the last level is covered, and it in part.
      depthCovered: stoppedBy === null ? depth : depth - 1,
      violatingRuns: new Map(runs),
    };
  }

  #insertSuccessors(offset: number): number {
    const width = this.#width;
    const end = this.#successorsOf(this.#store.states, offset, this.#successors, 0);
    for (let at = 0; at < end; at += width) this.#store.insert(this.#canonicalAt(at));
    return end / width;
  }

  /** The canonical form of the successor that stands there; overwritten by the next. */
  #canonicalAt(at: number): Int32Array {
    for (let word = 0; word < this.#width; word++) this.#form[word] = this.#successors[at + word]!;
    this.#canonicalizer.canonicalize(this.#form);
    return this.#form;
  }

  #judgeForm(form: number): void {
    const failures = this.#judge(this.#store.states, form * this.#width);
    if (failures === 0) return;
    this.#model.properties.forEach(({ name }, property) => {
      if (((failures >>> property) & 1) === 1 && !this.#violations.has(name)) this.#violations.set(name, form);
    });
  }

  #runTo(form: number): number[] {
    const forms: number[] = [];
    let target = form;
    for (let depth = this.#firsts.findLastIndex((first) => first <= form); depth > 0; depth--) {
      forms.unshift(target);
      target = this.#predecessorOf(target, this.#firsts[depth - 1]!, this.#firsts[depth]!);
    }
    return unpermute(
      this.#model,
      this.#canonicalizer,
      forms.map((number) => this.#formOf(number)),
    );
  }

  #formOf(number: number): Int32Array {
    return this.#store.states.slice(number * this.#width, (number + 1) * this.#width);
  }

  /** The first form from..end-1 that steps to a state of the target's orbit. */
  #predecessorOf(target: number, from: number, end: number): number {
    const wanted = this.#formOf(target);
    for (let candidate = from; candidate < end; candidate++) {
      const found = this.#successorsOf(this.#store.states, candidate * this.#width, this.#successors, 0);
      for (let at = 0; at < found; at += this.#width) {
        if (this.#canonicalAt(at).every((word, index) => word === wanted[index])) return candidate;
      }
    }
    throw new Error(`canonical form ${target} has no predecessor: the search is inconsistent`);
  }
}
