/**
 * Reaches consensus: attempt after attempt, in one owned register set after the other, until one outputs.
 *
 * Safety never depends on anything here but on two steps: a set is proposed in only if the client owns it, or if it is
 * open, and only after the claim to it, the first ever, is durable. All else (time, order, chance) is about progress.
 * So a client asks for promises while it claims: where another process of its own has the set, it has asked for what
 * that one asks for. Claims cover open sets too. There F1 keeps any number of proposals apart, a client's second one as
 * well, but a table whose quorums do not meet must not be made worse by a restart.
 */
import { setMaxListeners } from "node:events";
import { type QuorumTable, rangeOf } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { NO_SERVERS, singleton } from "../../spec/server-set.js";
import { ClientCore } from "../core/client.js";
import { type ClientIdentity, checkIdentity, nextOwnedSet } from "../core/ownership.js";
import { checkValue, REGISTER_SET_LIMIT, type Reply, type Request } from "../core/protocol.js";
import { quorumsOf } from "../core/quorums.js";
import type { Connection } from "../network/connection.js";
import type { Claims } from "../storage/claims.js";
import { Attempt, type AttemptWatch } from "./attempt.js";
import { type BackoffOptions, backoff_ms, sleep } from "./backoff.js";
import { Reachability, type Unanswered } from "./reachability.js";

export interface ProposeOptions {
  readonly table: QuorumTable;
  readonly clientIndex: number;
  readonly clientCount: number;
  /** The client's name, for register sets that the table allocates by name. */
  readonly clientName?: string;
  /** One for each server, in the order of the table. Stay open afterwards. */
  readonly connections: readonly Connection[];
  readonly claims: Claims;
  /** Give up after this long altogether. */
  readonly timeout_ms?: number;
  /** Ask a server again after this long without an answer. */
  readonly requestTimeout_ms?: number;
  readonly signal?: AbortSignal;
  /** Told about every attempt, for people who watch. */
  readonly onAttempt?: (registerSet: number) => void;
  readonly watch?: AttemptWatch;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/** No quorum answered in time. The value may or may not be decided, now or later: propose again to find out. */
export class NoQuorumError extends Error {
  override readonly name = "NoQuorumError";
  readonly unanswered: readonly Unanswered[];

  constructor(timeout_ms: number, unanswered: readonly Unanswered[]) {
    const reasons = unanswered.map(({ reason }) => reason).join("; ");
    super(
      unanswered.length === 0
        ? `nothing was decided within ${timeout_ms / 1000} s, though every server answered: other clients compete`
        : `no quorum answered within ${timeout_ms / 1000} s: ${reasons}`,
    );
    this.unanswered = unanswered;
  }
}

/** The table has no register set left that this client may propose in. */
export class NoRegisterSetError extends Error {
  override readonly name = "NoRegisterSetError";
}

const TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 500;
/** How long to believe that silent servers may come back before looking for a set that does without them. */
const PATIENCE_MS = 500;
const RETRY_MS = { base_ms: 20, limit_ms: 500 };
/** Between attempts: long enough for a rival's two phases to get through. */
const DUEL_MS = { base_ms: 10, limit_ms: 1000 };

/**
 * Proposes the value and resolves with the decided one, which may be another's. Rejects with NoQuorumError,
 * NoRegisterSetError, MismatchError, RangeError (bad options or value), the signal's reason, errors of claims and pins.
 */
export async function propose(value: Value, options: ProposeOptions): Promise<Value> {
  const { timeout_ms = TIMEOUT_MS, signal } = options;
  const reachability = new Reachability(options.table.servers);
  const end = new AbortController();
  // Every server's request may listen to it, and there may be more servers than Node's limit against leaks.
  setMaxListeners(0, end.signal);
  const timer = setTimeout(() => end.abort(new NoQuorumError(timeout_ms, reachability.unanswered())), timeout_ms);
  const onAbort = () => end.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    checkOptions(value, options);
    signal?.throwIfAborted();
    return await new Proposer(value, options, reachability).run(end.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function checkOptions(value: Value, { table, connections, clientIndex, clientCount }: ProposeOptions): void {
  checkValue(value);
  checkIdentity({ index: clientIndex, count: clientCount });
  const connected = connections.map(({ server }) => server);
  if (connected.length !== table.servers.length || connected.some((server, i) => server !== table.servers[i])) {
    throw new RangeError(`connections to ${connected.join(", ")} do not match servers ${table.servers.join(", ")}`);
  }
}

/**
 * The first register set, from the floor on, that has a phase-2 quorum of servers that froze no more than the sets
 * below it.
 */
function firstWorthTrying(table: QuorumTable, floor: number, watermarks: readonly number[]): number {
  const isWorthTrying = (registerSet: number): boolean => {
    if (rangeOf(table, registerSet) === undefined) return false;
    const open = watermarks.reduce(
      (servers, frozenBelow, server) => (frozenBelow <= registerSet ? servers | singleton(server) : servers),
      NO_SERVERS,
    );
    return quorumsOf(table, registerSet).phase2.isQuorum(open);
  };
  // In between, nothing changes.
  const changes = [...watermarks, ...table.ranges.map(({ first }) => first)].filter((set) => set > floor);
  const candidates = [floor, ...changes.sort((a, b) => a - b)];
  return candidates.find(isWorthTrying) ?? candidates.at(-1)!;
}

class Proposer {
  readonly #value: Value;
  readonly #options: ProposeOptions;
  readonly #client: ClientIdentity;
  readonly #reachability: Reachability;
  readonly #retry: BackoffOptions;
  readonly #duel: BackoffOptions;
  /** No register set below this one is worth trying: claimed before, or frozen. */
  #floor = 0;

  constructor(value: Value, options: ProposeOptions, reachability: Reachability) {
    const { clientIndex: index, clientCount: count, clientName: name, random = Math.random } = options;
    this.#value = value;
    this.#options = options;
    this.#client = name === undefined ? { index, count } : { index, count, name };
    this.#reachability = reachability;
    this.#retry = { ...RETRY_MS, random };
    this.#duel = { ...DUEL_MS, random };
  }

  async run(end: AbortSignal): Promise<Value> {
    this.#floor = (await this.#options.claims.highest()) + 1;
    // A client that has been here before would else use up a register set each time that it asks what was decided.
    const before = this.#floor > 0 ? await this.#firstAnswer(end) : null;
    if (before?.kind === "decided") return before.value;
    for (let failures = 0; ; failures++) {
      const core = this.#next(end);
      this.#options.onAttempt?.(core.registerSet);
      const how = await this.#attempt(core, this.#claim(core.registerSet)).run(end);
      if (core.output !== null) return core.output;
      if (how === "taken") {
        this.#floor = Math.max(this.#floor, (await this.#options.claims.highest()) + 1);
        continue;
      }
      if (how === "blocked") await sleep(backoff_ms(failures, this.#duel), end);
      const decided = await this.#skipFrozen(end);
      if (decided !== null) return decided;
    }
  }

  /** The end of each server's row: every page tells the watermark. */
  #askAll(signal: AbortSignal): Promise<Reply>[] {
    const { connections, requestTimeout_ms = REQUEST_TIMEOUT_MS } = this.#options;
    const request: Request = { kind: "read", from: REGISTER_SET_LIMIT - 1 };
    return connections.map((connection) => connection.request(request, { timeout_ms: requestTimeout_ms, signal }));
  }

  /** Of whichever server answers first; null if none does. */
  async #firstAnswer(end: AbortSignal): Promise<Reply | null> {
    const enough = new AbortController();
    setMaxListeners(0, enough.signal);
    const onAbort = () => enough.abort(end.reason);
    end.addEventListener("abort", onAbort);
    try {
      return await Promise.any(this.#askAll(enough.signal));
    } catch {
      end.throwIfAborted();
      return null;
    } finally {
      end.removeEventListener("abort", onAbort);
      enough.abort();
    }
  }

  /** The core of an attempt in the next register set that is this client's, as far as it knows never claimed before. */
  #next(end: AbortSignal): ClientCore {
    const { table } = this.#options;
    end.throwIfAborted();
    const registerSet = this.#servableSet() ?? nextOwnedSet(table, this.#floor, this.#client);
    if (registerSet === null) throw new NoRegisterSetError(this.#noneLeft());
    // Made before the claim: a set must not be used up for a value or a table that cannot be proposed at all.
    const core = new ClientCore({ table, registerSet, input: this.#value, candidate: this.#client.index });
    this.#floor = registerSet + 1;
    return core;
  }

  /** Resolves with true once the set is this client's to propose in, durably; with false if it was claimed before. */
  async #claim(registerSet: number): Promise<boolean> {
    const claim = await this.#options.claims.claim(registerSet);
    await claim?.durable;
    return claim !== null;
  }

  #attempt(core: ClientCore, mayPropose: Promise<boolean>): Attempt {
    const { connections, requestTimeout_ms = REQUEST_TIMEOUT_MS, watch } = this.#options;
    return new Attempt(core, {
      mayPropose,
      connections,
      reachability: this.#reachability,
      requestTimeout_ms,
      retry: this.#retry,
      worthAbandoning: () => !core.couldEndWith(this.#reachability.answering) && this.#servableSet() !== null,
      patience_ms: PATIENCE_MS,
      ...(watch === undefined ? {} : { watch }),
    });
  }

  /** Whether the servers that answer these days contain a quorum for each phase of the register set. */
  #servable(registerSet: number): boolean {
    const { phase1, phase2, election } = quorumsOf(this.#options.table, registerSet);
    const { answering } = this.#reachability;
    return [phase1, phase2, election].every((family) => family?.isQuorum(answering) ?? true);
  }

  /** The next owned set that can do without the silent servers: all-aboard tables have such sets only further up. */
  #servableSet(): number | null {
    return nextOwnedSet(this.#options.table, this.#floor, this.#client, (registerSet) => this.#servable(registerSet));
  }

  /**
   * After a lost duel, or a wait in vain: registers below a server's watermark are taken or nil, so that server decides
   * no new value there. A set is not worth a try once no quorum is left without such servers; one of them alone stops
   * no client. Resolves with the decided value where a server knows it, else null.
   */
  async #skipFrozen(end: AbortSignal): Promise<Value | null> {
    const answers = await Promise.allSettled(this.#askAll(end));
    for (const answer of answers) {
      if (answer.status === "fulfilled" && answer.value.kind === "decided") return answer.value.value;
    }
    // Of servers that do not answer, nothing is known that speaks against them.
    const watermarks = answers.map((answer) =>
      answer.status === "fulfilled" && answer.value.kind === "row" ? answer.value.frozenBelow : 0,
    );
    this.#floor = firstWorthTrying(this.#options.table, this.#floor, watermarks);
    return null;
  }

  #noneLeft(): string {
    const { index, count, name } = this.#client;
    const who = name === undefined ? `client ${index} of ${count}` : `client ${name} (${index} of ${count})`;
    return `table ${this.#options.table.name}: ${who} has no register set left to propose in, from ${this.#floor} on`;
  }
}
