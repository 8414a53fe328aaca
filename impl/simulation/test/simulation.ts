/**
 * Clients and servers in memory under a scheduler that may do anything an asynchronous network may: deliver requests
 * and replies in any order, twice, or never; crash servers with torn logs, and let clients give up and start again.
 */
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { type Register, UNWRITTEN, type Value } from "../../../spec/register.js";
import { decidedValues, type StateTable } from "../../../spec/state-table.js";
import { ClientCore } from "../../core/client.js";
import { nextOwnedSet } from "../../core/ownership.js";
import type { Reply, Request } from "../../core/protocol.js";
import { MemoryClaims } from "../../storage/claims.js";
import { MemoryNetwork } from "../memory-network.js";

/** One action of the scheduler; numbers choose among what there is at that moment. */
export type Action =
  | { readonly do: "start"; readonly client: number; readonly skip: number }
  | { readonly do: "deliver"; readonly message: number; readonly again: boolean }
  | { readonly do: "lose"; readonly message: number }
  | { readonly do: "crash"; readonly server: number; readonly message: number; readonly tornLength: number };

type Message = { readonly server: number; readonly core: ClientCore } & (
  | { readonly request: Request }
  | { readonly reply: Reply }
);

export interface SimulationResult {
  readonly outputs: readonly Value[];
  readonly decided: readonly Value[];
  readonly inputs: ReadonlySet<Value>;
}

export interface SimulationOptions {
  /** Whether clients with an output tell all servers, which then drop their rows. */
  readonly announces: boolean;
}

/** Client c of `clients` always has input `v<c>`. */
export async function simulate(
  table: QuorumTable,
  clients: number,
  actions: readonly Action[],
  { announces }: SimulationOptions = { announces: false },
): Promise<SimulationResult> {
  const simulation = new Simulation(table, clients, await MemoryNetwork.open(table.servers), announces);
  for (const action of actions) await simulation.act(action);
  return simulation.result();
}

class Simulation {
  readonly #table: QuorumTable;
  readonly #network: MemoryNetwork;
  readonly #claims: readonly MemoryClaims[];
  readonly #cores: ClientCore[] = [];
  readonly #messages: Message[] = [];
  readonly #floor: number[];
  readonly #announces: boolean;
  /** By server, the registers of a row as it was before it was dropped. */
  readonly #dropped = new Map<number, Map<number, Register>>();

  constructor(table: QuorumTable, clients: number, network: MemoryNetwork, announces: boolean) {
    this.#announces = announces;
    this.#table = table;
    this.#network = network;
    this.#claims = Array.from({ length: clients }, () => new MemoryClaims());
    this.#floor = this.#claims.map(() => 0);
  }

  async act(action: Action): Promise<void> {
    if (action.do === "start") return this.#start(action.client % this.#claims.length, action.skip);
    const at = this.#messages.length === 0 ? 0 : action.message % this.#messages.length;
    if (action.do === "lose") return void this.#messages.splice(at, 1);
    const message = this.#messages[at];
    if (action.do === "crash")
      return this.#crash(action.server % this.#table.servers.length, message, action.tornLength);
    if (message === undefined) return;
    if (!action.again) this.#messages.splice(at, 1);
    if ("reply" in message) this.#hear(message.core, message.server, message.reply);
    else await this.#request(message.server, message.core, message.request);
  }

  result(): SimulationResult {
    const registerSets = [...new Set(this.#cores.map((core) => core.registerSet))].sort((a, b) => a - b);
    const rows = registerSets.map((registerSet) =>
      this.#table.servers.map((_, server) => this.#registerAt(server, registerSet)),
    );
    const state: StateTable = { registerSets, rows };
    return {
      outputs: [...new Set(this.#cores.flatMap((core) => core.output ?? []))],
      decided: decidedValues(this.#table, state),
      inputs: new Set(this.#cores.map((core) => core.input)),
    };
  }

  async #start(client: number, skip: number): Promise<void> {
    const identity = { index: client, count: this.#claims.length };
    const registerSet = nextOwnedSet(this.#table, this.#floor[client]! + skip, identity);
    if (registerSet === null || (await this.#claims[client]!.claim(registerSet)) === null) return;
    this.#floor[client] = registerSet + 1;
    const core = new ClientCore({ table: this.#table, registerSet, input: `v${client}` });
    this.#cores.push(core);
    this.#broadcast(core, core.start());
  }

  /** The server is killed while it handles the message, if that is a request for it; then started again. */
  async #crash(server: number, message: Message | undefined, tornLength: number): Promise<void> {
    if (message !== undefined && "request" in message && message.server === server) {
      this.#lookAt(server);
      const cutShort = this.#network.request(server, message.request);
      // As far as the log's own write, and no further: the record is in memory, and partly on disk.
      await null;
      await null;
      this.#network.crash(server, tornLength);
      await cutShort.catch(() => {});
    }
    await this.#network.restart(server);
  }

  #hear(core: ClientCore, server: number, reply: Reply): void {
    const before = core.output;
    this.#broadcast(core, core.receive(server, reply));
    if (!this.#announces || core.output === null || before !== null) return;
    this.#broadcast(core, { kind: "decided", value: core.output });
  }

  /** Where a server has dropped its row, what the row held. */
  #registerAt(server: number, registerSet: number): Register {
    try {
      return this.#network.registerAt(server, registerSet);
    } catch (error) {
      const row = this.#dropped.get(server);
      if (row === undefined) throw error;
      return row.get(registerSet) ?? UNWRITTEN;
    }
  }

  #lookAt(server: number): void {
    const row = this.#cores.map(({ registerSet }) => [registerSet, this.#registerAt(server, registerSet)] as const);
    this.#dropped.set(server, new Map(row));
  }

  async #request(server: number, core: ClientCore, request: Request): Promise<void> {
    this.#lookAt(server);
    const reply = await this.#network.request(server, request);
    this.#messages.push({ server, core, reply });
  }

  #broadcast(core: ClientCore, request: Request | undefined): void {
    if (request === undefined) return;
    for (let server = 0; server < this.#table.servers.length; server++) this.#messages.push({ server, core, request });
  }
}
