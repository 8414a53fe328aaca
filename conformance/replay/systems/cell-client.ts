/**
 * A client over dumb storage in a replayed run: hands replies to the implementation's client and checks what it makes
 * of them, and that it asks for what it needs and for nothing else.
 */
import { RegisterByRegisterClient } from "../../../impl/core/register-by-register.js";
import type { PutIfAbsent, PutIfAbsentReply } from "../../../impl/core/register-storage.js";
import type { Value } from "../../../spec/register.js";
import { isArbiter } from "../../../spec/roles.js";
import { allServers, hasServer, NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import { phase2Family } from "../../../spec/table-families.js";
import { blamed, ImplementationFault } from "../lockstep/implementation-fault.js";
import type { ClientUnderTest } from "./client-under-test.js";
import { ClientWatch, type WatchedClientOptions } from "./client-watch.js";

/** What a storage answers to a put that made sense. */
type Holds = PutIfAbsentReply & { readonly kind: "holds" };

export class CellClient implements ClientUnderTest<PutIfAbsent, PutIfAbsentReply> {
  readonly #options: WatchedClientOptions;
  readonly #client: RegisterByRegisterClient;
  readonly #core: RegisterByRegisterClient["core"];
  readonly #watch: ClientWatch;
  /**
   * By server, by register set: every request that the client has made. Networks delay, so any of them may arrive at
   * any time.
   */
  readonly #sent: readonly Map<number, PutIfAbsent>[];
  /** By server: the registers below whose contents the client has heard. */
  readonly #heard: readonly Set<number>[];
  #acknowledged: ServerSet = NO_SERVERS;
  #refused: ServerSet = NO_SERVERS;

  constructor(options: WatchedClientOptions) {
    const { table, registerSet, input, awaited } = options;
    this.#options = options;
    const failing = `the client of R${registerSet} with input ${input} failed`;
    this.#client = blamed(failing, () => new RegisterByRegisterClient({ table, registerSet, input, awaited }));
    this.#core = blamed(failing, () => this.#client.core);
    this.#watch = new ClientWatch(options, this.#core);
    this.#sent = table.servers.map(() => new Map());
    this.#heard = table.servers.map(() => new Set());
    this.#check(null);
  }

  get chosen(): Value | null {
    return this.#core.chosen;
  }

  get output(): Value | null {
    return this.#core.output;
  }

  /** The client's request for the register. Throws ImplementationFault if it has never made one. */
  requestTo(server: number, registerSet: number): PutIfAbsent {
    const request = this.#sent[server]!.get(registerSet);
    if (request !== undefined) return request;
    throw new ImplementationFault(`${this.#name} does not ask ${this.#serverName(server)} about R${registerSet}`);
  }

  /** Delivers an answer to a request of this client twice, since networks duplicate: it must not count twice. */
  after(server: number, reply: PutIfAbsentReply): this {
    if (reply.kind === "rejected") throw new RangeError("a rejected put is a fault of the storage");
    const before = this.chosen;
    this.#note(server, reply);
    this.#client.receive(server, reply);
    this.#check(before);
    const after = this.chosen;
    this.#client.receive(server, reply);
    this.#check(after);
    return this;
  }

  #note(server: number, { registerSet, holds }: Holds): void {
    if (registerSet < this.#options.registerSet) {
      this.#heard[server]!.add(registerSet);
      if (holds.state === "value") this.#watch.hears([holds.value]);
    } else if (holds.state === "value" && holds.value === this.chosen) this.#acknowledged |= singleton(server);
    else this.#refused |= singleton(server);
  }

  /** The servers all of whose registers below the client has heard: they have promised, as far as it knows. */
  get #prepared(): ServerSet {
    // Below R0 there is nothing to ask, so no server is heard.
    if (this.#options.registerSet === 0) return NO_SERVERS;
    return this.#heard.reduce(
      (prepared, heard, server) => (heard.size === this.#options.registerSet ? prepared | singleton(server) : prepared),
      NO_SERVERS,
    );
  }

  #check(chosenBefore: Value | null): void {
    this.#watch.checkChosen(chosenBefore, this.#prepared, NO_SERVERS);
    this.#watch.checkOutput(this.#acknowledged);
    this.#checkPhase();
    this.#checkRequests();
  }

  #checkPhase(): void {
    const { phase, blocked } = this.#core;
    const expected = this.output !== null ? "output" : this.chosen !== null ? "write" : "prepare";
    if (phase !== expected) {
      throw new ImplementationFault(`${this.#name} is in phase "${phase}" where it ought to be in "${expected}"`);
    }
    if (blocked === this.#cannotEnd) return;
    throw new ImplementationFault(
      blocked ? `${this.#name} gives up although it may still end` : `${this.#name} hopes on although it cannot end`,
    );
  }

  /** Every phase-2 quorum has a server that refused; or all servers have promised, and that allows no value. */
  get #cannotEnd(): boolean {
    const { table, registerSet } = this.#options;
    if (phase2Family(table, registerSet).meetsEvery(this.#refused)) return true;
    return this.chosen === null && this.#prepared === allServers(table.servers.length);
  }

  /**
   * What the client asks for are steps of the model, or have no effect; and while it can go on, nothing that it needs
   * is left out.
   */
  #checkRequests(): void {
    for (const { server, request } of this.#client.pending()) {
      this.#checkAllowed(server, request);
      this.#sent[server]!.set(request.registerSet, request);
    }
    if (this.#core.blocked || this.output !== null) return;
    for (const server of this.#heard.keys()) {
      if (this.chosen === null) {
        for (let below = 0; below < this.#options.registerSet; below++) this.requestTo(server, below);
      } else if (!hasServer(this.#acknowledged | this.#refused, server) && !isArbiter(this.#options.table, server)) {
        this.requestTo(server, this.#options.registerSet);
      }
    }
  }

  /** Nil into lower registers only, into its own one only what it has chosen, and nothing above. */
  #checkAllowed(server: number, { registerSet, put }: PutIfAbsent): void {
    const own = this.#options.registerSet;
    const mayWrite = registerSet === own && !isArbiter(this.#options.table, server);
    if (put.state === "nil" ? registerSet < own : mayWrite && put.value === this.chosen) return;
    throw new ImplementationFault(
      `${this.#name} asks ${this.#serverName(server)} to put ${put.state === "nil" ? "nil" : put.value} into R${registerSet}`,
    );
  }

  get #name(): string {
    return `the client of R${this.#options.registerSet}`;
  }

  #serverName(server: number): string {
    return this.#options.table.servers[server]!;
  }
}
