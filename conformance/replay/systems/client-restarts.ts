/**
 * Clients that lose their power and start again, with nothing but their claims: the real proposer and its claims in
 * files, up to its first proposal, and once more from what is durable by then.
 *
 * What a client proposes where depends on its claims alone, so each register set is tried once.
 */
import type { ReadRequest, Reply, Request } from "../../../impl/core/protocol.js";
import { ServerCore } from "../../../impl/core/server.js";
import type { Connection } from "../../../impl/network/connection.js";
import { propose } from "../../../impl/proposer/proposer.js";
import { CrashState } from "../../../impl/simulation/crash-state.js";
import { IoLog } from "../../../impl/simulation/io-log.js";
import { MemoryFiles } from "../../../impl/simulation/memory-files.js";
import { Volume } from "../../../impl/simulation/volume.js";
import { FileClaims } from "../../../impl/storage/claims.js";
import { hasGates, type QuorumTable, rangeOf } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { faultOf, ImplementationFault } from "../lockstep/implementation-fault.js";

const DIRECTORY = "/client";

/** Every set that is not somebody else's by name is this client's. */
const IDENTITY = { index: 0, count: 1 };

/** Longer than it takes to propose where nothing is waited for. */
const SYNC_MICROTASKS = 200;

/** The first proposal of a client, and what its disk would be after a power cut just then. */
interface FirstProposal {
  readonly registerSet: number;
  readonly left: Volume;
}

export class ClientRestarts {
  readonly #table: QuorumTable;
  readonly #tried = new Set<number>();

  constructor(table: QuorumTable) {
    this.#table = table;
  }

  wereTried(registerSet: number): boolean {
    return this.#tried.has(registerSet);
  }

  /**
   * Throws ImplementationFault where a client that has proposed the value in the register set proposes the other one
   * there after it was started again.
   */
  async check(registerSet: number, value: Value, other: Value): Promise<void> {
    this.#tried.add(registerSet);
    const client = this.#nameOfOwner(registerSet);
    const before = await this.#start(Volume.empty(), { registerSet, client, value, isNew: true });
    if (before === null) return;
    const after = await this.#start(before.left, { registerSet, client, value: other, isNew: false });
    if (after?.registerSet !== before.registerSet) return;
    throw new ImplementationFault(
      `the client of R${after.registerSet} proposed ${value} there, lost its power just then, and proposes ${other} there`,
    );
  }

  /** Of servers that hold a value wherever a gate may wait for one, and tell nothing else. */
  #rowFor({ from = 0 }: ReadRequest): Reply {
    const shown = this.#table.ranges.filter(({ first }) => hasGates(this.#table) && first >= from);
    return { kind: "row", from, frozenBelow: 0, written: shown.map(({ first }) => [first, "decided before"]) };
  }

  #nameOfOwner(registerSet: number): string | undefined {
    const allocation = rangeOf(this.#table, registerSet)?.allocation;
    return allocation?.kind === "client" ? allocation.client : undefined;
  }

  /** Null where it does not propose. */
  async #start(volume: Volume, start: Start): Promise<FirstProposal | null> {
    const state = new CrashState(volume.copy());
    const log = new IoLog<never>();
    const claims = await claimsIn(new MemoryFiles(volume, log, SYNC_MICROTASKS), start);
    const end = new AbortController();
    let first: FirstProposal | null = null;
    const request = (core: ServerCore, asked: Request): Promise<Reply> => {
      if (asked.kind === "read") return Promise.resolve(this.#rowFor(asked));
      if (asked.kind !== "write") return Promise.resolve(core.handle(asked).reply);
      if (first === null) {
        for (const operation of log.operations) state.take(operation);
        first = { registerSet: asked.registerSet, left: state.with([]) };
        end.abort(new Error("its power was cut"));
      }
      return new Promise(() => {});
    };
    const connections = this.#table.servers.map((server): Connection => {
      const core = new ServerCore();
      return { server, request: (asked) => request(core, asked), close: () => {} };
    });
    const { client: clientName, value } = start;
    await propose(value, {
      table: this.#table,
      clientIndex: IDENTITY.index,
      clientCount: IDENTITY.count,
      ...(clientName === undefined ? {} : { clientName }),
      connections,
      claims,
      signal: end.signal,
    }).catch(() => {});
    return first;
  }
}

interface Start {
  readonly registerSet: number;
  readonly client: string | undefined;
  readonly value: Value;
  readonly isNew: boolean;
}

/** Of a client whose next register set this is; later, of the same client. */
async function claimsIn(files: MemoryFiles, { registerSet, isNew }: Start): Promise<FileClaims> {
  if (!isNew) {
    return FileClaims.open(DIRECTORY, IDENTITY, files).catch((error) => {
      throw new ImplementationFault(`a client lost its power, and its claims with it: ${error.message}`);
    });
  }
  try {
    const claims = await FileClaims.create(DIRECTORY, IDENTITY, files);
    if (registerSet > 0) await claims.claim(registerSet - 1);
    return claims;
  } catch (error) {
    throw faultOf("a client cannot begin its claims", error);
  }
}
