/**
 * A short history of a cluster: clients propose, several at a time, over a network that delays and repeats; processes
 * are killed and machines lose their power. Everything on its disks is recorded.
 *
 * No timers: turns of the microtask queue are the clock, so that a seed gives the same history every time.
 */
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { Dice } from "../chance/dice.js";
import { ClientMachine } from "./client-machine.js";
import { diskAfter } from "./disk-after.js";
import type { Distant } from "./introduced.js";
import type { AnyMachine } from "./machine.js";
import { ServerMachine } from "./server-machine.js";

/** Enough for an attempt; a client that waits for a timer by then has lost a duel, and is killed. */
const TURNS_OF_A_ROUND = 600;

const DELAY_TURNS_MAX = 24;

/** Who takes turns where the table names no clients. */
const CLIENTS = 3;

/** Values of nothing, of a few letters, and of several sectors; in characters. */
const LENGTHS = [0, 3, 3, 3, 3, 300, 700, 1400];

/** @param size how much happens: 1 is one round */
export async function historyOf(table: QuorumTable, seed: number, size: number): Promise<readonly AnyMachine[]> {
  const history = new History(table, new Dice(seed));
  for (let life = 0; life < size; life++) await history.life(1 + (life % 2));
  return history.machines;
}

export const machineCount = ({ servers, clients }: QuorumTable): number => servers.length + clientCount(clients);

const clientCount = (names: readonly string[]): number => (names.length > 0 ? names.length : CLIENTS);

class History {
  readonly #dice: Dice;
  readonly #servers: readonly ServerMachine[];
  readonly #clients: readonly ClientMachine[];
  #values = 0;

  constructor(table: QuorumTable, dice: Dice) {
    this.#dice = dice;
    this.#servers = table.servers.map((name) => new ServerMachine(name, table));
    const { clients: names } = table;
    const count = clientCount(names);
    this.#clients = Array.from({ length: count }, (_, index) => {
      const name = names[index];
      return new ClientMachine(table, { index, count, ...(name === undefined ? {} : { name }) });
    });
  }

  /** Those with the fewest images first. */
  get machines(): readonly AnyMachine[] {
    return [...this.#clients, ...this.#servers];
  }

  /** From the start of all servers until each of them is closed, killed, or loses its power. */
  async life(rounds: number): Promise<void> {
    for (const server of this.#servers) await server.start();
    for (let round = 0; round < rounds; round++) await this.#round();
    for (const server of this.#servers) {
      const end = this.#dice.below(3);
      if (end === 0) await server.close();
      else if (end === 1) server.kill();
      else server.cutPower(diskAfter(server.log.operations, this.#dice));
    }
  }

  async #round(): Promise<void> {
    const proposing = this.#clients.filter(() => this.#dice.below(3) > 0);
    const done = proposing.map((client) => this.#propose(client));
    const reads = this.#servers.map(async (server) => {
      await this.#delay();
      await server.request({ kind: "read" });
    });
    await turns(TURNS_OF_A_ROUND);
    for (const client of this.#clients) this.#end(client);
    await Promise.allSettled([...done, ...reads]);
    await turns(TURNS_OF_A_ROUND);
  }

  async #propose(client: ClientMachine): Promise<void> {
    const servers = this.#servers.map((server) => this.#distant(server));
    await this.#delay();
    const decided = await client.propose(this.#newValue(), servers, () => this.#dice.below(1000) / 1000);
    if (this.#dice.below(4) > 0) return;
    const told = servers.map((server) => server.request({ kind: "decided", value: decided }));
    await Promise.allSettled(told);
  }

  #end(client: ClientMachine): void {
    if (this.#dice.below(2) === 0) client.kill();
    else client.cutPower(diskAfter(client.log.operations, this.#dice));
  }

  #distant(server: ServerMachine): Distant {
    const thereAndBack = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
      await this.#delay();
      // Now and then it arrives twice.
      if (this.#dice.below(4) === 0) ask().catch(() => {});
      const answer = await ask();
      await this.#delay();
      return answer;
    };
    return {
      server: server.name,
      greeting: () => thereAndBack(() => server.greeting()),
      hear: (hello) => thereAndBack(() => server.hear(hello)),
      request: (request) => thereAndBack(() => server.request(request)),
    };
  }

  #newValue(): Value {
    const length = this.#dice.oneOf(LENGTHS);
    return `v${this.#values++}`.padEnd(length, "-").slice(0, length);
  }

  async #delay(): Promise<void> {
    await turns(this.#dice.below(DELAY_TURNS_MAX));
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await null;
}
