/**
 * What a page knows of its subject, as it comes in: what is wrong with it, or else a journey at once, the verdict, and
 * the atlas. One thread does it all, in slices, and whatever it is at ends when the subject changes.
 */
import { nextTurn, type Progress } from "../../model/kernel/index.js";
import { instanceOf, systemNamed, variantNamed } from "../../model/systems/registry.js";
import { pinsFor, type Study, study } from "../../model/systems/study.js";
import { type System, usualValues, type Values, type Variant } from "../../model/systems/system.js";
import { type Problem, TableFileError } from "../../spec/table-file/problems.js";
import { type ReadTable, readTable } from "../../spec/table-file.js";
import { concluded, gatherEvidence, judgeTable } from "../verify/evidence.js";
import type { Report, ScopeRequest, VerifyOptions } from "../verify/report.js";
import { warningsOf } from "../verify/warnings.js";
import { counted } from "../words/words.js";
import { type Atlas, exploreAtlas } from "./atlas.js";
import type { Explorable } from "./explorable.js";
import { Journey } from "./journey.js";
import { misfitIn } from "./parameter-values.js";
import type { Subject, SystemSubject, TableSubject } from "./subject.js";
import { systemExplorable } from "./system-explorable.js";
import { tableExplorable } from "./table-explorable.js";

/** Somebody waits, and may type on. */
const BOUNDS = { workers: 1, statesMax: 400_000, secondsMax: 8 };

export type AtlasState = Atlas | "exploring" | "too large";

export interface SystemKnown {
  readonly system: System;
  readonly variant: Variant;
  readonly values: Values;
  /** Null until it is there. */
  readonly study: Study | null;
}

/** Takes a new journey to where it is to stand at first. */
type Begin = (journey: Journey) => void;

export class Session {
  readonly #scope: ScopeRequest;
  readonly #onChange: () => void;
  #work = new AbortController();
  /** Sentences of the way to where one stood when there was a table last. */
  #trail: readonly string[] = [];
  subject: Subject;
  /** Null while there is something wrong. */
  journey: Journey | null = null;
  problems: readonly Problem[] = [];
  /** What is wrong with a subject that is no table, or with where the URL says one stands; one sentence, or null. */
  complaint: string | null = null;
  atlas: AtlasState = "exploring";
  report: Report | null = null;
  known: SystemKnown | null = null;
  /** What it is at, or null. */
  progress: string | null = null;

  /** @param onChange called whenever something of it is new */
  constructor(subject: Subject, scope: ScopeRequest, onChange: () => void) {
    this.subject = subject;
    this.#scope = scope;
    this.#onChange = onChange;
  }

  /** Goes on to another text of the same table, and in it along the same way, as far as that is possible. */
  async edit(text: string): Promise<void> {
    if (this.subject.kind !== "table") return;
    const { journey } = this;
    if (journey !== null) this.#trail = journey.stops.slice(1, journey.at + 1).map(({ sentence }) => sentence!);
    const trail = this.#trail;
    await this.#take({ ...this.subject, text }, (begun) => begun.follow(trail));
  }

  /** Goes on to another subject. Of steps that are not possible there the first is complained of. */
  open(subject: Subject, steps: readonly number[] = []): Promise<void> {
    this.#trail = [];
    return this.#take(subject, (journey) => {
      const taken = journey.restart(steps);
      if (taken === steps.length) return;
      this.complaint = `Step ${taken + 1} of the address is not possible here: it is of another model.`;
    });
  }

  async #take(subject: Subject, begin: Begin): Promise<void> {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    Object.assign(this, {
      subject,
      journey: null,
      problems: [],
      complaint: null,
      atlas: "exploring",
      report: null,
      known: null,
    });
    try {
      await (subject.kind === "table"
        ? this.#openTable(subject, begin, signal)
        : this.#openSystem(subject, begin, signal));
    } catch (error) {
      if (signal.aborted) return;
      this.complaint = `This is a fault of Quorate's: ${error instanceof Error ? error.message : error}`;
    }
    if (signal.aborted) return;
    this.progress = null;
    this.#onChange();
  }

  async #openTable(subject: TableSubject, begin: Begin, signal: AbortSignal): Promise<void> {
    const read = this.#read(subject);
    if (read === null) return;
    const options = this.#options(signal);
    const judged = this.#asked(() => judgeTable(subject.file, read.table, options));
    if (judged === null) return;
    const { scope } = judged;
    this.#begin(tableExplorable(scope), begin);
    await nextTurn();
    if (signal.aborted) return;
    const verification = concluded(judged, await gatherEvidence(judged, options, null), options);
    if (signal.aborted) return;
    this.report = { ...verification, warnings: warningsOf(read) };
    this.#onChange();
    await this.#explore(tableExplorable(scope), signal);
  }

  async #openSystem(subject: SystemSubject, begin: Begin, signal: AbortSignal): Promise<void> {
    const system = systemNamed(subject.system);
    const variant = system && (variantNamed(system, subject.variant) ?? system.variants[0]);
    if (system === undefined || variant === undefined) {
      this.complaint = `No system is called ${JSON.stringify(subject.system)}.`;
      return;
    }
    this.complaint = misfitIn(system, subject.values);
    if (this.complaint !== null) return;
    const values = { ...usualValues(system, variant), ...subject.values };
    const contradiction = system.refuse(values);
    if (contradiction !== null) {
      this.complaint = `${system.name} has no such parameters: ${contradiction}.`;
      return;
    }
    this.known = { system, variant, values, study: null };
    const instance = () => instanceOf({ system: system.name, variant: variant.name, values });
    this.#begin(systemExplorable(instance()), begin);
    await nextTurn();
    if (signal.aborted) return;
    const onProgress = (progress: Progress) => this.#tell(`exploring: ${counted(progress.distinctStates, "state")}`);
    const pins = pinsFor(system, variant, values);
    const found = await study(system, variant, values, pins, { ...BOUNDS, symmetry: true, signal, onProgress });
    if (signal.aborted) return;
    this.known = { ...this.known, study: found };
    this.#onChange();
    await this.#explore(systemExplorable(instance()), signal);
  }

  /** What can be seen before anything is explored. */
  #begin(explorable: Explorable, begin: Begin): void {
    this.journey = new Journey(explorable);
    begin(this.journey);
    this.progress = "exploring";
    this.#onChange();
  }

  async #explore(explorable: Explorable, signal: AbortSignal): Promise<void> {
    const onProgress = (progress: Progress) =>
      this.#tell(`drawing the map: ${counted(progress.distinctStates, "state")}`);
    const atlas = await exploreAtlas(explorable, { signal, onProgress });
    if (!signal.aborted) this.atlas = atlas ?? "too large";
  }

  #tell(progress: string): void {
    this.progress = progress;
    this.#onChange();
  }

  #read({ text, file }: TableSubject): ReadTable | null {
    try {
      return readTable(text, file);
    } catch (error) {
      if (!(error instanceof TableFileError)) throw error;
      this.problems = error.problems;
      return null;
    }
  }

  /** Null where the scope that was asked for is none of this table's. */
  #asked<Result>(judge: () => Result): Result | null {
    try {
      return judge();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.complaint = `${error.message}.`;
      return null;
    }
  }

  #options(signal: AbortSignal): VerifyOptions {
    return {
      ...this.#scope,
      ...BOUNDS,
      symmetry: true,
      reduce: false,
      stopAtViolation: false,
      bytesMax: null,
      exhaust: false,
      replay: false,
      seed: 1,
      samples: "alone",
      adapter: null,
      messages: false,
      decisionTable: false,
      signal,
      onAnswer: () => {},
      onProgress: (line) => this.#tell(line),
    };
  }
}
