/**
 * Looks for an order of a log's events that is a run of the model.
 *
 * Without hidden steps one greedy pass finds it. An event that can be taken stays possible whatever other streams do:
 * promises, values, votes and decisions stay, and the events of one server are all in one stream. The one exception are
 * two values proposed in a set that one client owns, or one by two clients: whichever comes first refuses the other.
 * Where that stops a pass, and nothing says which was first, another pass begins with the other one.
 */
import type { Variant } from "../../model/registers/variant.js";
import { Agenda } from "./agenda.js";
import type { LogEvent } from "./event.js";
import type { LogScope } from "./log-scope.js";
import { LogState } from "./log-state.js";
import { distinctPrefixes, type Prefix } from "./prefix.js";
import { rivalIn, takeStep } from "./step.js";
import { Frontier, type Stream } from "./streams.js";
import { EVENTS_OF_A_TURN, nextTurn, type Turns } from "./turns.js";

export interface Found {
  readonly verdict: "explained" | "refused" | "inconclusive";
  /** The longest; one where all is explained, and none where nothing was judged. */
  readonly prefixes: readonly Prefix[];
  /** Events of the log. */
  readonly events: number;
  /** Hidden steps that were added, in words. */
  readonly hidden: readonly string[];
  /** What was not looked at, as a sentence without its full stop; null for nothing. */
  readonly gaveUp: string | null;
}

export interface Searched {
  readonly streams: readonly Stream[];
  readonly scope: LogScope;
  readonly variant: Variant;
  readonly turns: Turns;
}

/** Passes with another order of rivals. */
const PASSES_MAX = 64;

/** This event waits until the other one has happened. */
type Constraint = readonly [waits: LogEvent, until: LogEvent];

export async function searchOrder(searched: Searched): Promise<Found> {
  const events = searched.streams.reduce((sum, stream) => sum + stream.events.length, 0);
  const queue: (readonly Constraint[])[] = [[]];
  const seen = new Set<string>();
  let best: Prefix[] = [];
  let passes = 0;
  for (const constraints of queue) {
    if (passes++ === PASSES_MAX) break;
    const pass = new Pass(searched, constraints);
    const prefix = await pass.run(events);
    if (prefix === null) {
      return { verdict: "inconclusive", prefixes: [pass.soFar], events, hidden: [], gaveUp: "it was interrupted" };
    }
    if (prefix.explained === events)
      return { verdict: "explained", prefixes: [prefix], events, hidden: [], gaveUp: null };
    const most = best[0]?.explained ?? -1;
    if (prefix.explained > most) best = [prefix];
    else if (prefix.explained === most) best.push(prefix);
    for (const rivals of pass.rivals) {
      const next = [...constraints, rivals];
      const key = next
        .map(([a, b]) => `${a.file}:${a.line}<${b.file}:${b.line}`)
        .sort()
        .join();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  const gaveUp = queue.length > PASSES_MAX ? `there are more than ${PASSES_MAX} orders of rival proposals` : null;
  return {
    verdict: gaveUp === null ? "refused" : "inconclusive",
    prefixes: distinctPrefixes(best),
    events,
    hidden: [],
    gaveUp,
  };
}

class Pass {
  readonly #searched: Searched;
  readonly #waits: ReadonlyMap<LogEvent, readonly LogEvent[]>;
  readonly #state: LogState;
  readonly #frontier: Frontier;
  readonly #done = new Set<LogEvent>();
  #explained = 0;
  /** Pairs of which the first would have to wait for the second for that to be taken. */
  readonly rivals: Constraint[] = [];

  constructor(searched: Searched, constraints: readonly Constraint[]) {
    this.#searched = searched;
    const waits = new Map<LogEvent, LogEvent[]>();
    for (const [event, until] of constraints) waits.set(event, [...(waits.get(event) ?? []), until]);
    this.#waits = waits;
    this.#state = new LogState(searched.scope, searched.variant);
    this.#frontier = new Frontier(searched.streams);
  }

  /** Null where it was interrupted. @param events of all streams */
  async run(events: number): Promise<Prefix | null> {
    const { streams, turns } = this.#searched;
    const agenda = new Agenda(streams.length);
    let turnEnds = EVENTS_OF_A_TURN;
    for (let stream = agenda.next(); stream !== null; stream = agenda.next()) {
      const before = this.#explained;
      this.#advance(stream, agenda);
      if (this.#explained > before) agenda.moved(this.#frontier.leastEnd);
      if (this.#explained < turnEnds) continue;
      turnEnds = this.#explained + EVENTS_OF_A_TURN;
      if (!(await nextTurn(turns, { doing: "ordering", explained: this.#explained, events }))) return null;
    }
    return { ...this.soFar, refused: this.#explained === events ? [] : this.#refused() };
  }

  /** Whatever could be next, nothing is said to be refused. */
  get soFar(): Prefix {
    return { explained: this.#explained, state: this.#state, refused: [] };
  }

  /** Takes events of the stream while they are possible. */
  #advance(stream: number, agenda: Agenda): void {
    const frontier = this.#frontier;
    for (let taken = 0; taken < EVENTS_OF_A_TURN; taken++) {
      const event = frontier.eventOf(stream);
      if (event === undefined) return;
      if (!frontier.mayBeNext(stream)) {
        const { from } = event.time;
        // Where the stream itself has something that was over before, the least end will not reach it.
        if (frontier.leastEndOf(stream) < from) agenda.isRefused(stream);
        else agenda.isEarly(stream, from);
        return;
      }
      if (this.#hasToWait(event) || takeStep(this.#state, event, this.#searched.variant) !== null) {
        agenda.isRefused(stream);
        return;
      }
      frontier.advance(stream);
      this.#explained++;
      if (this.#waits.size > 0) this.#done.add(event);
    }
    agenda.goesOn(stream);
  }

  #hasToWait(event: LogEvent): boolean {
    return this.#waits.get(event)?.some((other) => !this.#done.has(other)) ?? false;
  }

  /** In a set that one client owns all proposals are of one node, and so in one stream. */
  #firstProposalIn(registerSet: number): { readonly event: LogEvent; readonly stream: number } {
    for (const [stream, { events }] of this.#searched.streams.entries()) {
      const end = this.#frontier.of(stream);
      const isFirst = (event: LogEvent) => event.event === "propose" && event.registerSet === registerSet;
      const at = events.findIndex(isFirst);
      if (at >= 0 && at < end) return { event: events[at]!, stream };
    }
    throw new Error(`nobody has proposed in R${registerSet}`);
  }

  #refused(): Prefix["refused"] {
    const { streams, variant } = this.#searched;
    return Array.from(streams.keys()).flatMap((stream) => {
      const event = this.#frontier.eventOf(stream);
      if (event === undefined || !this.#frontier.mayBeNext(stream) || this.#hasToWait(event)) return [];
      const why = takeStep(this.#state, event, variant);
      if (why === null) return [];
      if (event.event === "propose" && rivalIn(this.#state, event) !== null) {
        const rival = this.#firstProposalIn(event.registerSet);
        // In one stream, and where its time is over, the rival was first.
        if (rival.stream !== stream && rival.event.time.to >= event.time.from) this.rivals.push([rival.event, event]);
      }
      return [{ event, why: why() }];
    });
  }
}
