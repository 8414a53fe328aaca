/**
 * Clients over dumb storage in memory, under a scheduler that delays, repeats and loses what it likes, and crashes
 * storages.
 */
import fc from "fast-check";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { decidedValues } from "../../../spec/state-table.js";
import { nextOwnedSet } from "../ownership.js";
import { type AddressedPut, RegisterByRegisterClient } from "../register-by-register.js";
import { type CellRecord, type PutIfAbsentReply, RegisterStorage } from "../register-storage.js";

/** Storages whose memory is lost at every crash, and whose records are not once a reply has left. */
class Storages {
  readonly #durable: CellRecord[][];
  readonly #running: RegisterStorage[];

  constructor(count: number) {
    this.#durable = Array.from({ length: count }, () => []);
    this.#running = this.#durable.map(() => new RegisterStorage());
  }

  handle({ server, request }: AddressedPut): PutIfAbsentReply {
    const { records, reply } = this.#running[server]!.putIfAbsent(request);
    this.#durable[server]!.push(...records);
    return reply;
  }

  /** With a request: it arrives, and the crash comes before its record is durable, so that no client hears of it. */
  crash(server: number, request?: AddressedPut["request"]): void {
    if (request !== undefined) this.#running[server]!.putIfAbsent(request);
    this.#running[server] = RegisterStorage.recover(this.#durable[server]!);
  }

  registerAt(server: number, registerSet: number) {
    return this.#running[server]!.registerAt(registerSet);
  }
}

type Action =
  | { readonly do: "start" | "crash"; readonly index: number }
  | { readonly do: "send" | "crash during" | "deliver" | "repeat"; readonly client: number; readonly index: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("start" as const), index: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), index: fc.nat(3) }) },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constantFrom("send", "send", "deliver", "deliver", "deliver", "repeat", "crash during" as const),
      client: fc.nat(2),
      index: fc.nat(),
    }),
  },
);

export const schedule = fc.array(action, { minLength: 60, maxLength: 200, size: "max" });

/**
 * Three clients, client c with input `v<c>`, each with at most one attempt at a time; what they and the storages end
 * up with.
 */
class Simulation {
  readonly clients: RegisterByRegisterClient[] = [];
  readonly #table: QuorumTable;
  readonly #storages: Storages;
  readonly #attempt: (RegisterByRegisterClient | null)[] = [null, null, null];
  readonly #floor = [0, 0, 0];
  readonly #replies: {
    readonly to: RegisterByRegisterClient;
    readonly server: number;
    readonly reply: PutIfAbsentReply;
  }[] = [];

  constructor(table: QuorumTable) {
    this.#table = table;
    this.#storages = new Storages(table.servers.length);
  }

  act(action: Action): void {
    switch (action.do) {
      case "start":
        this.start(action.index);
        break;
      case "crash":
        this.#storages.crash(action.index % this.#table.servers.length);
        break;
      case "deliver":
      case "repeat":
        this.#deliver(action.index, action.do === "repeat");
        break;
      default:
        this.#send(this.#attempt[action.client] ?? null, action.index, action.do === "crash during");
    }
  }

  #deliver(index: number, again: boolean): void {
    const at = index % (this.#replies.length || 1);
    const message = again ? this.#replies[at] : this.#replies.splice(at, 1)[0];
    message?.to.receive(message.server, message.reply);
  }

  #send(to: RegisterByRegisterClient | null, index: number, isCrashing: boolean): void {
    const pending = to === null ? [] : [...to.pending()];
    const put = pending[index % (pending.length || 1)];
    if (to === null || put === undefined) return;
    if (isCrashing) this.#storages.crash(put.server, put.request);
    else this.#replies.push({ to, server: put.server, reply: this.#storages.handle(put) });
  }

  /** A new attempt of the client, in its next register set; it forgets the one before. */
  start(client: number): RegisterByRegisterClient {
    const registerSet = nextOwnedSet(this.#table, this.#floor[client]!, { index: client, count: 3 })!;
    this.#floor[client] = registerSet + 1;
    const attempt = new RegisterByRegisterClient({ table: this.#table, registerSet, input: `v${client}` });
    this.#attempt[client] = attempt;
    this.clients.push(attempt);
    return attempt;
  }

  /** Runs one client alone, with no other about, until it outputs. */
  runAlone(client: number): Value {
    for (let attempts = 0; attempts < 20; attempts++) {
      const attempt = this.start(client);
      for (let put = next(attempt); put !== undefined; put = next(attempt)) {
        attempt.receive(put.server, this.#storages.handle(put));
      }
      if (attempt.core.output !== null) return attempt.core.output;
    }
    throw new Error("twenty attempts of a client alone came to nothing");
  }

  get outputs(): Set<Value> {
    return new Set(this.clients.flatMap(({ core }) => core.output ?? []));
  }

  get decided(): readonly Value[] {
    const registerSets = [...new Set(this.clients.map(({ core }) => core.registerSet))].sort((a, b) => a - b);
    const servers = this.#table.servers.map((_, server) => server);
    const rows = registerSets.map((r) => servers.map((server) => this.#storages.registerAt(server, r)));
    return decidedValues(this.#table, { registerSets, rows });
  }
}

const next = (client: RegisterByRegisterClient): AddressedPut | undefined => client.pending().next().value ?? undefined;

export const simulate = (table: QuorumTable, actions: readonly Action[]): Simulation => {
  const simulation = new Simulation(table);
  for (const action of actions) simulation.act(action);
  return simulation;
};
