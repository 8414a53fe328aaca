/** Asks servers for their rows, page after page, until a decision is known or they have told all. */
import { setMaxListeners } from "node:events";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { Learner } from "../core/learner.js";
import { type Connection, ConnectionError } from "../network/connection.js";
import { backoff_ms, sleep } from "./backoff.js";
import { Reachability, type Unanswered } from "./reachability.js";

export interface Learned {
  readonly learner: Learner;
  /** Servers that have not told all they hold, and why. */
  readonly unanswered: readonly Unanswered[];
}

export interface LearnOptions {
  readonly table: QuorumTable;
  /** One for each server, in the order of the table. Stay open afterwards. */
  readonly connections: readonly Connection[];
  /** Go with what is known after this long. */
  readonly timeout_ms: number;
}

const REQUEST_TIMEOUT_MS = 500;
const RETRY_MS = { base_ms: 50, limit_ms: 500, random: Math.random };

/** Rejects with RulesBrokenError, and where a server and this client do not belong together. */
export async function learn({ table, connections, timeout_ms }: LearnOptions): Promise<Learned> {
  const learner = new Learner(table);
  const reachability = new Reachability(table.servers);
  const end = new AbortController();
  // Every server's request listens to it, and there may be more servers than Node's limit against leaks.
  setMaxListeners(0, end.signal);
  const timer = setTimeout(() => end.abort(), timeout_ms);
  try {
    await Promise.all(
      connections.map(async (connection, server) => {
        await ask(server, connection, learner, reachability, end.signal);
        if (learner.decision !== null) end.abort();
      }),
    );
  } finally {
    clearTimeout(timer);
    end.abort();
  }
  const whole = table.servers.filter((_, server) => (learner.heard >> server) & 1);
  const unanswered = reachability.unanswered().filter(({ server }) => !whole.includes(server));
  return { learner, unanswered };
}

async function ask(
  server: number,
  connection: Connection,
  learner: Learner,
  reachability: Reachability,
  end: AbortSignal,
): Promise<void> {
  let failures = 0;
  for (let request = learner.nextTo(server); request !== null && !end.aborted; request = learner.nextTo(server)) {
    try {
      const reply = await connection.request(request, { timeout_ms: REQUEST_TIMEOUT_MS, signal: end });
      learner.receive(server, reply);
      if (reply.kind !== "rejected") {
        reachability.answered(server);
        continue;
      }
      reachability.failed(server, `${connection.server}: ${reply.reason}`);
    } catch (error) {
      if (end.aborted) return;
      if (!(error instanceof ConnectionError)) throw error;
      reachability.failed(server, error.message);
    }
    await sleep(backoff_ms(failures++, RETRY_MS), end).catch(() => {});
  }
}
