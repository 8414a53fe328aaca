/**
 * Clients that race until each has an output, in memory, under a scheduler that is fair but otherwise wild: requests
 * and replies arrive in any order, some of them twice. A client whose attempt cannot end goes on to its next register
 * set.
 */
import { isTransition } from "../../../spec/decision-state.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { ClientCore } from "../../core/client.js";
import type { DecisionTable } from "../../core/decision-table.js";
import { nextOwnedSet } from "../../core/ownership.js";
import type { Reply, Request } from "../../core/protocol.js";
import { MemoryNetwork } from "../../simulation/memory-network.js";
import { MemoryClaims } from "../../storage/claims.js";

export interface RaceResult {
  /** By client. */
  readonly outputs: readonly Value[];
  /** By client, the register sets that it proposed in, or tried to. */
  readonly attempts: readonly (readonly number[])[];
}

interface Runner {
  readonly index: number;
  readonly input: Value;
  readonly claims: MemoryClaims;
  readonly attempts: number[];
  core: ClientCore;
}

type Message = { readonly server: number; readonly runner: Runner; readonly core: ClientCore } & (
  | { readonly request: Request }
  | { readonly reply: Reply }
);

/** More than any of these races takes; a race that lasts longer is stuck. */
const STEPS_MAX = 20_000;
const DUPLICATED = 0.1;

/**
 * All clients start at once. `random` is uniform in [0, 1). Throws if a client gets stuck, or if its decision table
 * ever unlearns something.
 */
export async function race(table: QuorumTable, inputs: readonly Value[], random: () => number): Promise<RaceResult> {
  const network = await MemoryNetwork.open(table.servers);
  const messages: Message[] = [];
  const runners: Runner[] = [];

  const broadcast = (runner: Runner, request: Request | undefined) => {
    if (request === undefined) return;
    const { core } = runner;
    for (let server = 0; server < table.servers.length; server++) messages.push({ server, runner, core, request });
  };
  const startNext = async (index: number, claims: MemoryClaims): Promise<ClientCore> => {
    const registerSet = nextOwnedSet(table, (await claims.highest()) + 1, { index, count: inputs.length });
    if (registerSet === null || (await claims.claim(registerSet)) === null)
      throw new Error(`client ${index} has no set left`);
    return new ClientCore({ table, registerSet, input: inputs[index]! });
  };
  const begin = (runner: Runner) => {
    runner.attempts.push(runner.core.registerSet);
    broadcast(runner, runner.core.start());
  };

  for (const [index, input] of inputs.entries()) {
    const claims = new MemoryClaims();
    runners.push({ index, input, claims, attempts: [], core: await startNext(index, claims) });
  }
  for (const runner of runners) begin(runner);
  for (let steps = 0; runners.some(({ core }) => core.output === null); steps++) {
    const at = Math.floor(random() * messages.length);
    const message = messages[at];
    if (message === undefined || steps > STEPS_MAX) throw new Error(`stuck after ${steps} steps`);
    if (random() >= DUPLICATED) messages.splice(at, 1);
    const { server, runner, core } = message;
    if (core !== runner.core) continue;
    if ("request" in message) {
      messages.push({ server, runner, core, reply: await network.request(server, message.request) });
      continue;
    }
    const before = core.decisionTable();
    broadcast(runner, core.receive(server, message.reply));
    checkLearned(before, core.decisionTable());
    if (!core.blocked) continue;
    runner.core = await startNext(runner.index, runner.claims);
    begin(runner);
  }
  return { outputs: runners.map(({ core }) => core.output!), attempts: runners.map(({ attempts }) => attempts) };
}

function checkLearned(before: DecisionTable, after: DecisionTable): void {
  for (const { first, last, quorum, knowledge } of before.entries()) {
    for (let k = first; k <= last; k++) {
      const now = after.entry(k, quorum);
      if (!isTransition(knowledge, now)) throw new Error(`R${k}: ${knowledge.state} became ${now.state}`);
    }
  }
}

/** Uniform in [0, 1) and the same for the same seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
