/**
 * The same search where some steps are hidden: the log does not tell of them, and they may take place at any time.
 * Depth first, in one state that steps change and take back. What was found to lead nowhere, a frontier and a state, is
 * remembered by its fingerprint; past a bound the search gives up.
 */
import type { LogEvent } from "./event.js";
import { Fingerprint } from "./fingerprint.js";
import { type HiddenKind, type HiddenStep, hiddenSteps } from "./hidden-steps.js";
import type { LogScope } from "./log-scope.js";
import { LogState } from "./log-state.js";
import { distinctPrefixes, type Prefix } from "./prefix.js";
import type { Found, Searched } from "./search.js";
import { takeStep } from "./step.js";
import { Frontier } from "./streams.js";
import { Trail } from "./trail.js";
import { nextTurn } from "./turns.js";

export interface Hidden {
  readonly kinds: ReadonlySet<HiddenKind>;
  /** Pairs of frontier and state that are remembered. */
  readonly statesMax: number;
}

/** The next event of a stream, or a hidden step. */
type Move = NextEvent | HiddenStep;

interface NextEvent {
  readonly stream: number;
  /** Where it is possible, nothing else need be tried. */
  readonly isHarmless: boolean;
}

/** How the search has come somewhere, the last move first; null for the beginning. */
type Path = { readonly move: Move; readonly before: Path } | null;

/** A frontier and a state on the way from the beginning to where the search is. */
interface Place {
  readonly path: Path;
  readonly explained: number;
  /** Of the trail, before the move that leads here. */
  readonly mark: number;
  readonly moves: Iterator<Move | null>;
  /** No other move need be tried. */
  isDone: boolean;
}

export function searchWithHidden(searched: Searched, hidden: Hidden): Promise<Found> {
  return new HiddenSearch(searched, hidden).run();
}

const PREFIXES_KEPT_MAX = 8;

/** Moves that are tried between looks at whether somebody wants it to end: some hundredths of a second. */
const MOVES_OF_A_TURN = 10_000;

class HiddenSearch {
  readonly #searched: Searched;
  readonly #hidden: Hidden;
  readonly #events: number;
  readonly #trail = new Trail();
  readonly #state: LogState;
  readonly #frontier: Frontier;
  readonly #explained = new Fingerprint();
  readonly #seen = new Set<string>();
  readonly #places: Place[] = [];
  #best: Pick<Place, "path" | "explained">[] = [];

  constructor(searched: Searched, hidden: Hidden) {
    this.#searched = searched;
    this.#hidden = hidden;
    this.#events = searched.streams.reduce((sum, { events }) => sum + events.length, 0);
    this.#state = new LogState(searched.scope, searched.variant, this.#trail);
    this.#frontier = new Frontier(searched.streams);
  }

  async run(): Promise<Found> {
    const { statesMax } = this.#hidden;
    let end = this.#enter({ path: null, explained: 0, mark: 0 });
    for (let tried = 1; end === null && this.#places.length > 0; tried++) {
      if (tried % MOVES_OF_A_TURN === 0 && !(await this.#mayGoOn())) end = "interrupted";
      else end = this.#goOn(this.#places.at(-1)!);
    }
    switch (end) {
      case null:
        return this.#result("refused", null);
      case "explained":
        return this.#result("explained", null);
      case "interrupted":
        return this.#result("inconclusive", "it was interrupted");
      case "too many":
        return this.#result("inconclusive", `${statesMax} states were looked at, and --max-states allows no more`);
    }
  }

  #mayGoOn(): Promise<boolean> {
    const explained = this.#best[0]!.explained;
    const states = this.#seen.size;
    return nextTurn(this.#searched.turns, { doing: "adding hidden steps", explained, events: this.#events, states });
  }

  /** Tries the next move of the place, or leaves it. */
  #goOn(place: Place): End | null {
    const next = place.isDone ? undefined : place.moves.next();
    if (next === undefined || next.done) {
      this.#places.pop();
      if (place.path !== null) this.#takeBack(place.path.move, place.mark);
      return null;
    }
    const move = next.value;
    const { mark } = this.#trail;
    if (move === null || !this.#take(move)) return null;
    const isEvent = "stream" in move;
    place.isDone = isEvent && move.isHarmless;
    const explained = place.explained + (isEvent ? 1 : 0);
    return this.#enter({ path: { move, before: place.path }, explained, mark });
  }

  /** Goes on from here, unless it has been here before. */
  #enter({ path, explained, mark }: Pick<Place, "path" | "explained" | "mark">): End | null {
    const key = this.#explained.textWith(this.#trail.fingerprint);
    if (this.#seen.has(key)) {
      this.#takeBack(path!.move, mark);
      return null;
    }
    if (this.#seen.size >= this.#hidden.statesMax) return "too many";
    this.#seen.add(key);
    const most = this.#best[0]?.explained ?? -1;
    if (explained > most) this.#best = [{ path, explained }];
    else if (explained === most && this.#best.length < PREFIXES_KEPT_MAX) this.#best.push({ path, explained });
    if (explained === this.#events) return "explained";
    this.#places.push({ path, explained, mark, moves: this.#moves(), isDone: false });
    return null;
  }

  /** What a client says or hears stands in no other step's way, and comes first. Hidden steps come last. */
  *#moves(): IterableIterator<Move | null> {
    const { streams, scope, variant } = this.#searched;
    const next: NextEvent[] = [];
    for (let stream = 0; stream < streams.length; stream++) {
      const event = this.#frontier.eventOf(stream);
      if (event === undefined || !this.#frontier.mayBeNext(stream)) continue;
      if (isHarmless(event, scope)) yield { stream, isHarmless: true };
      else next.push({ stream, isHarmless: false });
    }
    yield* next.reverse();
    yield* hiddenSteps(this.#state, this.#hidden.kinds, variant);
  }

  /** False where the event is no step. */
  #take(move: Move): boolean {
    if ("take" in move) {
      move.take(this.#state);
      return true;
    }
    const { stream } = move;
    if (takeStep(this.#state, this.#frontier.eventOf(stream)!, this.#searched.variant) !== null) return false;
    this.#explained.toggle(EXPLAINED, stream, this.#frontier.of(stream));
    this.#frontier.advance(stream);
    return true;
  }

  #takeBack(move: Move, mark: number): void {
    this.#state.backTo(mark);
    if ("take" in move) return;
    this.#frontier.takeBack(move.stream);
    this.#explained.toggle(EXPLAINED, move.stream, this.#frontier.of(move.stream));
  }

  #result(verdict: Found["verdict"], gaveUp: string | null): Found {
    const best = verdict === "explained" ? this.#best.slice(-1) : this.#best;
    return {
      verdict,
      prefixes: distinctPrefixes(best.map(({ path, explained }) => this.#prefixOf(path, explained))),
      events: this.#events,
      hidden: movesOf(best[0]!.path).flatMap((move) => ("step" in move ? [move.step] : [])),
      gaveUp,
    };
  }

  /** States are not kept, so the way there is gone once more. */
  #prefixOf(path: Path, explained: number): Prefix {
    const { streams, scope, variant } = this.#searched;
    const trail = new Trail();
    const state = new LogState(scope, variant, trail);
    const frontier = new Frontier(streams);
    for (const move of movesOf(path)) {
      if ("take" in move) {
        move.take(state);
        continue;
      }
      takeStep(state, frontier.eventOf(move.stream)!, variant);
      frontier.advance(move.stream);
    }
    const { mark } = trail;
    const refused = Array.from(streams.keys()).flatMap((stream) => {
      const event = frontier.eventOf(stream);
      if (event === undefined || !frontier.mayBeNext(stream)) return [];
      const why = takeStep(state, event, variant);
      state.backTo(mark);
      return why === null ? [] : [{ event, why: why() }];
    });
    return { explained, state, refused };
  }
}

type End = "explained" | "interrupted" | "too many";

/** Of the facts of a frontier, in a fingerprint. */
const EXPLAINED = 0;

/** No hidden step and no event of a server is possible without it that is not with it. */
function isHarmless(event: LogEvent, scope: LogScope): boolean {
  if (event.event === "propose") return !scope.owned[scope.setOf(event.registerSet)];
  return event.event === "learn" || event.event === "output" || event.event === "told";
}

function movesOf(path: Path): Move[] {
  const moves: Move[] = [];
  for (let last = path; last !== null; last = last.before) moves.push(last.move);
  return moves.reverse();
}
