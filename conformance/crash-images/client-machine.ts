/** The machine of one client: the real proposer and its claims, over files that record what is done to them. */
import type { ClientIdentity } from "../../impl/core/ownership.js";
import type { Request } from "../../impl/core/protocol.js";
import { identityOfTable } from "../../impl/encoding/table-identity.js";
import { Membership } from "../../impl/network/membership.js";
import { propose } from "../../impl/proposer/proposer.js";
import { IoLog } from "../../impl/simulation/io-log.js";
import { MemoryFiles } from "../../impl/simulation/memory-files.js";
import { Volume } from "../../impl/simulation/volume.js";
import { type Claims, FileClaims } from "../../impl/storage/claims.js";
import { PlaceError } from "../../impl/storage/directories.js";
import type { FileSystem } from "../../impl/storage/file-system.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Value } from "../../spec/register.js";
import { quotedValue } from "../words/quoted-value.js";
import { ClaimPromises, type ClientMark, type FoundClaims } from "./claim-promises.js";
import { type Distant, Introduced } from "./introduced.js";
import type { Machine } from "./machine.js";

const DIRECTORY = "/quorate/client";

const SYNC_MICROTASKS = 40;

export class ClientMachine implements Machine<ClientMark, FoundClaims> {
  readonly name: string;
  readonly log = new IoLog<ClientMark>();
  readonly #table: QuorumTable;
  readonly #identity: ClientIdentity;
  /** Sets in which it has proposed, and servers that it has asked. */
  readonly #proposed = new Set<number>();
  readonly #asked = new Set<string>();
  #volume = Volume.empty();
  #isMade = false;
  #process: { readonly files: MemoryFiles; readonly end: AbortController } | null = null;

  constructor(table: QuorumTable, identity: ClientIdentity) {
    this.#table = table;
    this.#identity = identity;
    this.name = `client ${identity.name ?? identity.index}`;
  }

  /** Resolves with the decided value; rejects when the process dies. */
  async propose(input: Value, servers: readonly Distant[], random: () => number): Promise<Value> {
    const files = new MemoryFiles(this.#volume, this.log, SYNC_MICROTASKS);
    const end = new AbortController();
    this.#process = { files, end };
    const { index, count, name } = this.#identity;
    const claims = await this.#open(files);
    const party = {
      table: identityOfTable(this.#table),
      client: claims.client,
      membership: new Membership(await claims.pins(), this.#table.servers),
      onRequest: (server: string, request: Request) => this.#note(server, request),
    };
    return propose(input, {
      table: this.#table,
      clientIndex: index,
      clientCount: count,
      ...(name === undefined ? {} : { clientName: name }),
      connections: servers.map((server) => new Introduced(server, party)),
      claims: this.#noted(claims),
      signal: end.signal,
      random,
    });
  }

  kill(): void {
    this.#process?.files.kill();
    this.#process?.end.abort(new Error(`${this.name} was killed`));
    this.#process = null;
  }

  cutPower(left: Volume): void {
    this.kill();
    this.#volume = left.copy();
    this.log.add({ do: "cut", left });
  }

  async recover(files: FileSystem, promises: ClaimPromises, told: () => void): Promise<FoundClaims> {
    let isNew = false;
    const claims = await FileClaims.open(DIRECTORY, this.#identity, files).catch((error) => {
      if (!(error instanceof PlaceError)) throw error;
      isNew = true;
      return FileClaims.create(DIRECTORY, this.#identity, files);
    });
    const highest = await claims.highest();
    const free: number[] = [];
    for (const registerSet of promises.proposed.keys()) {
      const claim = await claims.claim(registerSet);
      if (claim === null) continue;
      await claim.durable;
      free.push(registerSet);
    }
    const { pins } = await claims.pins();
    told();
    return { isNew, highest, free, met: [...pins.keys()] };
  }

  /** It tries to claim again what it has proposed in. */
  asksFor({ proposed }: ClaimPromises): string {
    return [...proposed.keys()].join(" ");
  }

  newPromises(): ClaimPromises {
    return new ClaimPromises(this.name);
  }

  keyOf({ highest, free, met }: FoundClaims): string {
    return `${highest} ${free} ${met}`;
  }

  phrase({ isNew, highest, met }: FoundClaims): string {
    if (isNew) return "no directory";
    const claimed = highest < 0 ? "nothing claimed" : `R${highest} as the highest set claimed`;
    return `${claimed}, and ${met.length === 0 ? "nobody" : met.join(", ")} met`;
  }

  markPhrase(mark: ClientMark): string {
    if (mark.kind === "made") return "its directory is made";
    if (mark.kind === "asked") return `asks ${mark.server}, for the first time`;
    return mark.kind === "claiming"
      ? `claims R${mark.registerSet}`
      : `proposes ${quotedValue(mark.value)} in R${mark.registerSet}`;
  }

  async #open(files: FileSystem): Promise<FileClaims> {
    if (this.#isMade) return FileClaims.open(DIRECTORY, this.#identity, files);
    // It may have died while it made its directory.
    const claims = await FileClaims.create(DIRECTORY, this.#identity, files).catch((error) => {
      if (!(error instanceof PlaceError)) throw error;
      return FileClaims.open(DIRECTORY, this.#identity, files);
    });
    this.#isMade = true;
    this.log.mark({ kind: "made" });
    return claims;
  }

  #noted(claims: Claims): Claims {
    return {
      highest: () => claims.highest(),
      claim: (registerSet) => {
        this.log.mark({ kind: "claiming", registerSet });
        return claims.claim(registerSet);
      },
    };
  }

  /** It is about to ask a server. */
  #note(server: string, request: Request): void {
    if (!this.#asked.has(server)) {
      this.#asked.add(server);
      this.log.mark({ kind: "asked", server });
    }
    if (request.kind === "write" && !this.#proposed.has(request.registerSet)) {
      this.#proposed.add(request.registerSet);
      this.log.mark({ kind: "proposed", registerSet: request.registerSet, value: request.value });
    }
  }
}
