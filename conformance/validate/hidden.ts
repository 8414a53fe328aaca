/**
 * The same search where some steps are hidden: the log does not tell of them, and they may take place at any time. What was found to
 * lead nowhere, a frontier and a state, is remembered; past a bound the search gives up.
 */
import { UNWRITTEN } from "../../model/registers/facts.js";
import type { LogEvent } from "./event.js";
import { LogState } from "./log-state.js";
import type { Found, Prefix, Searched } from "./search.js";
import { takeStep } from "./step.js";
import { type Frontier, mayBeNext } from "./streams.js";
import { nextTurn } from "./turns.js";

/** The model's actions; of a vote it cannot be guessed for whom it is. */
export const HIDDEN_KINDS = ["freeze", "write", "propose"] as const;
export type HiddenKind = (typeof HIDDEN_KINDS)[number];

export interface Hidden {
  readonly kinds: ReadonlySet<HiddenKind>;
  /** Pairs of frontier and state that are remembered. */
  readonly statesMax: number;
}

interface Node {
  readonly frontier: Frontier;
  readonly state: LogState;
  readonly explained: number;
  /** The steps that were added on the way here, the last first. */
  readonly added: Added | null;
}

interface Added {
  readonly step: string;
  readonly before: Added | null;
}

export function searchWithHidden(searched: Searched, hidden: Hidden): Promise<Found> {
  return new HiddenSearch(searched, hidden).run();
}

const PREFIXES_KEPT_MAX = 8;

/** Between looks at whether somebody wants it to end. */
const STATES_OF_A_TURN = 1000;

class HiddenSearch {
  readonly #searched: Searched;
  readonly #hidden: Hidden;
  readonly #seen = new Set<string>();
  #best: Node[] = [];

  constructor(searched: Searched, hidden: Hidden) {
    this.#searched = searched;
    this.#hidden = hidden;
  }

  async run(): Promise<Found> {
    const { streams, scope, variant, turns } = this.#searched;
    const events = streams.reduce((sum, stream) => sum + stream.events.length, 0);
    const state = new LogState(scope, variant);
    const stack: Node[] = [{ frontier: streams.map(() => 0), state, explained: 0, added: null }];
    while (stack.length > 0) {
      const node = stack.pop()!;
      const key = `${node.frontier.join()};${node.state.key}`;
      if (this.#seen.has(key)) continue;
      if (this.#seen.size >= this.#hidden.statesMax) {
        return this.#result(
          "inconclusive",
          events,
          `${this.#hidden.statesMax} states were looked at, and --max-states allows no more`,
        );
      }
      const explained = this.#best[0]?.explained ?? 0;
      if (
        this.#seen.size % STATES_OF_A_TURN === STATES_OF_A_TURN - 1 &&
        !(await nextTurn(turns, { doing: "adding hidden steps", explained, events, states: this.#seen.size }))
      ) {
        return this.#result("inconclusive", events, "it was interrupted");
      }
      this.#seen.add(key);
      this.#note(node);
      if (node.explained === events) return this.#result("explained", events, null);
      stack.push(...this.#successors(node));
    }
    return this.#result("refused", events, null);
  }

  #note(node: Node): void {
    const most = this.#best[0]?.explained ?? -1;
    if (node.explained > most) this.#best = [node];
    else if (node.explained === most && this.#best.length < PREFIXES_KEPT_MAX) this.#best.push(node);
  }

  /** Events come last, and so are tried first. What a client says or hears stands in no other step's way: nothing else is tried beside it. */
  #successors(node: Node): Node[] {
    const { streams, variant } = this.#searched;
    const taken: Node[] = [];
    for (const [stream, { events }] of streams.entries()) {
      const event = events[node.frontier[stream]!];
      if (event === undefined || !mayBeNext(streams, node.frontier, stream)) continue;
      const state = node.state.copy();
      if (takeStep(state, event, variant) !== null) continue;
      const frontier = node.frontier.with(stream, node.frontier[stream]! + 1);
      const next = { ...node, frontier, state, explained: node.explained + 1 };
      if (isHarmless(event, state)) return [next];
      taken.push(next);
    }
    return [...this.#hiddenSteps(node), ...taken];
  }

  #hiddenSteps(node: Node): Node[] {
    const { kinds } = this.#hidden;
    const { state } = node;
    const { registerSets, table, values } = state.scope;
    const steps: Node[] = [];
    const add = (step: string, change: (copy: LogState) => void): void => {
      const copy = state.copy();
      change(copy);
      steps.push({ ...node, state: copy, added: { step, before: node.added } });
    };
    for (const [r, real] of registerSets.entries()) {
      for (const [s, server] of table.servers.entries()) {
        if (kinds.has("freeze")) this.#freeze(state, { s, r, server, real }, add);
        if (!kinds.has("write") || state.contentAt(s, r) !== UNWRITTEN) continue;
        for (const v of state.proposals.in(r))
          add(`write ${values[v]} to R${real} at ${server}`, (copy) => copy.write(s, r, v));
      }
      if (!kinds.has("propose") || state.scope.elections[r] !== null || !state.isGateOpen(r)) continue;
      for (const v of values.keys()) {
        const isTaken = state.proposals.has(r, v) || (state.scope.owned[r] && state.proposals.firstIn(r) >= 0);
        if (isTaken || !state.allows(r, v, null, "")) continue;
        add(`propose ${values[v]} in R${real}`, (copy) => copy.propose(r, v, null));
      }
    }
    return steps;
  }

  #freeze(
    state: LogState,
    { s, r, server, real }: { readonly s: number; readonly r: number; readonly server: string; readonly real: number },
    add: (step: string, change: (copy: LogState) => void) => void,
  ): void {
    if (this.#searched.variant.freezes === "register") {
      if (state.contentAt(s, r) === UNWRITTEN) add(`freeze R${real} at ${server}`, (copy) => copy.freezeOne(s, r));
    } else if (!state.scope.promising[r] && !state.isPreparedAt(s, r)) {
      add(`freeze below R${real} at ${server}`, (copy) => copy.freezeBelow(s, r));
    }
  }

  #result(verdict: Found["verdict"], events: number, gaveUp: string | null): Found {
    const best = verdict === "explained" ? this.#best.slice(0, 1) : this.#best;
    return {
      verdict,
      prefixes: distinctEnds(best.map((node) => this.#prefixOf(node))),
      events,
      hidden: addedTo(best[0]!),
      gaveUp,
    };
  }

  #prefixOf({ frontier, state, explained }: Node): Prefix {
    const { streams, variant } = this.#searched;
    const refused = streams.flatMap(({ events }, stream) => {
      const event = events[frontier[stream]!];
      if (event === undefined || !mayBeNext(streams, frontier, stream)) return [];
      const why = takeStep(state.copy(), event, variant);
      return why === null ? [] : [{ event, why: why() }];
    });
    return { explained, state, refused };
  }
}

/** No hidden step and no event of a server is possible without it that is not with it. */
function isHarmless(event: LogEvent, { scope }: LogState): boolean {
  if (event.event === "propose") return !scope.owned[scope.setOf(event.registerSet)];
  return event.event === "learn" || event.event === "output" || event.event === "told";
}

function addedTo({ added }: Node): string[] {
  const steps: string[] = [];
  for (let last = added; last !== null; last = last.before) steps.push(last.step);
  return steps.reverse();
}

function distinctEnds(prefixes: readonly Prefix[]): Prefix[] {
  const byEnd = new Map<string, Prefix>();
  for (const prefix of prefixes) {
    const end = prefix.refused.map(({ event, why }) => `${event.file}:${event.line}:${why}`).join("\n");
    if (!byEnd.has(end)) byEnd.set(end, prefix);
  }
  return [...byEnd.values()];
}
