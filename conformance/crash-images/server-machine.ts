/** The machine of one server: the real host and its log, over files that record what is done to them. */
import { hash } from "node:crypto";
import type { Reply, Request } from "../../impl/core/protocol.js";
import { FrameDecoder } from "../../impl/encoding/frames.js";
import {
  encodeHello,
  type Hello,
  isRefusal,
  type KnownServer,
  signedFrame,
} from "../../impl/encoding/handshake-messages.js";
import { SALT_BYTES } from "../../impl/encoding/log-blocks.js";
import type { ServerPins } from "../../impl/encoding/pins.js";
import { identityOfTable } from "../../impl/encoding/table-identity.js";
import { Doorkeeper } from "../../impl/network/doorkeeper.js";
import { IoLog } from "../../impl/simulation/io-log.js";
import { MemoryFiles } from "../../impl/simulation/memory-files.js";
import { Volume } from "../../impl/simulation/volume.js";
import { PlaceError } from "../../impl/storage/directories.js";
import { FileDisk } from "../../impl/storage/file-disk.js";
import type { FileSystem } from "../../impl/storage/file-system.js";
import type { PinStore } from "../../impl/storage/pin-store.js";
import { createServerDirectory, type NewServer, openServerPins } from "../../impl/storage/server-directory.js";
import { type HostOptions, ServerHost } from "../../impl/storage/server-host.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { quotedValue } from "../words/quoted-value.js";
import type { Machine } from "./machine.js";
import { keyOfAcquaintances } from "./pin-promises.js";
import { EMPTY_ROW, keyOf, type Row, rowPhrase } from "./row-promises.js";
import { type FoundServer, type ServerMark, ServerPromises } from "./server-promises.js";

/** A log and pins in a new directory of a new directory. */
const DIRECTORY = "/quorate/data";

/** Long enough for others to get in between. */
const SYNC_MICROTASKS = 6;

/**
 * So small that the logs of short histories are rewritten; with salts that are different ones, and the same in every
 * run.
 */
const OPTIONS: HostOptions = {
  compactFrom_bytes: 4096,
  nextSalt: (salt) => hash("sha256", salt, "buffer").subarray(0, SALT_BYTES),
};

interface Running {
  readonly host: ServerHost;
  readonly files: MemoryFiles;
  readonly pins: PinStore<ServerPins>;
}

export class ServerMachine implements Machine<ServerMark, FoundServer> {
  readonly name: string;
  /** Of its directory when that is new. */
  readonly #made: NewServer;
  readonly log = new IoLog<ServerMark>();
  #volume = Volume.empty();
  #running: Running | null = null;

  constructor(name: string, table: QuorumTable) {
    this.name = name;
    this.#made = { server: name, servers: table.servers, table: identityOfTable(table) };
  }

  /** As `quorate serve --new` and `quorate serve` do. */
  async start(): Promise<void> {
    const files = new MemoryFiles(this.#volume, this.log, SYNC_MICROTASKS);
    if (this.log.operations.length === 0) {
      await this.#create(files);
      this.log.mark({ kind: "made" });
    }
    const host = await ServerHost.open(this.name, await FileDisk.open(DIRECTORY, files), OPTIONS);
    const pins = await openServerPins(DIRECTORY, host, files);
    this.#running = { host, files, pins };
    this.log.mark({ kind: "started", row: await rowOf(host), acquaintances: pins.pins });
  }

  /** Rejects while the machine is down. */
  async greeting(): Promise<KnownServer> {
    return { server: this.name, incarnation: this.#up.host.incarnation };
  }

  /** Resolves once the hello is welcomed. Rejects where it is not, and as `request` does. */
  async hear(hello: Hello): Promise<void> {
    const { host, pins } = this.#up;
    this.log.mark({ kind: "hears", hello });
    const [body] = new FrameDecoder().push(signedFrame(encodeHello(hello), null));
    const { frame, isWelcome } = await new Doorkeeper(host, { pins }).hear(body!);
    const [answer] = new FrameDecoder().push(frame);
    if (!isWelcome || isRefusal(answer!)) throw new Error(`${this.name} does not welcome this client`);
    this.log.mark({ kind: "welcomes", hello });
  }

  /** Rejects, as a connection would, while the machine is down and when it goes down meanwhile. */
  async request(request: Request): Promise<Reply> {
    const { host } = this.#up;
    this.log.mark({ kind: "asked", request });
    const reply = await host.handle(request);
    this.log.mark({ kind: "replied", reply });
    return reply;
  }

  /** The process dies; what it has written stays in the page cache. */
  kill(): void {
    this.#running?.host.stop();
    this.#running?.files.kill();
    this.#running = null;
  }

  async close(): Promise<void> {
    await this.#running?.host.close();
    this.#running = null;
  }

  /** The machine dies, and this is left on its disk. */
  cutPower(left: Volume): void {
    this.kill();
    this.#volume = left.copy();
    this.log.add({ do: "cut", left });
  }

  async recover(files: FileSystem, _promises: ServerPromises, told: () => void): Promise<FoundServer> {
    let isNew = false;
    const disk = await FileDisk.open(DIRECTORY, files).catch(async (error) => {
      if (!(error instanceof PlaceError)) throw error;
      isNew = true;
      // A first start that was cut short can be tried again.
      await this.#create(files);
      return FileDisk.open(DIRECTORY, files);
    });
    const host = await ServerHost.open(this.name, disk, OPTIONS);
    const { pins } = await openServerPins(DIRECTORY, host, files);
    const row = await rowOf(host);
    told();
    // A log that is worth it is rewritten meanwhile.
    await host.close();
    return { isNew, row, acquaintances: pins };
  }

  asksFor(): string {
    return "";
  }

  newPromises(): ServerPromises {
    return new ServerPromises(this.name);
  }

  keyOf({ row, acquaintances }: FoundServer): string {
    return `${keyOfAcquaintances(acquaintances)} ${keyOf(row)}`;
  }

  phrase({ row, acquaintances: { clients, peers } }: FoundServer): string {
    const known = [...clients.keys()].map((client) => `client ${client}`).concat(...peers.keys());
    return `${rowPhrase(row)}${known.length === 0 ? "" : `, and ${known.join(", ")} known`}`;
  }

  markPhrase(mark: ServerMark): string {
    switch (mark.kind) {
      case "made":
        return "its log is made";
      case "started":
        return `has started, with ${rowPhrase(mark.row)}`;
      case "hears":
        return `hears from ${helloPhrase(mark.hello)}`;
      case "welcomes":
        return `welcomes ${helloPhrase(mark.hello)}`;
      case "asked":
        return `is asked to ${requestPhrase(mark.request)}`;
      case "replied":
        return `replies "${mark.reply.kind}"`;
    }
  }

  get #up(): Running {
    if (this.#running === null) throw new Error(`${this.name} is down`);
    return this.#running;
  }

  /** Its salt is always the same, so that runs repeat. */
  #create(files: FileSystem): Promise<void> {
    return createServerDirectory(DIRECTORY, this.#made, { files, salt: Buffer.alloc(SALT_BYTES, this.name) });
  }
}

function helloPhrase({ client, known }: Hello): string {
  const met = known.map(({ server }) => server).join(", ");
  return `${client === null ? "somebody" : `client ${client.index}`}, who has met ${met === "" ? "nobody" : met}`;
}

async function rowOf(host: ServerHost): Promise<Row> {
  const reply = await host.handle({ kind: "read" });
  if (reply.kind === "decided") return { ...EMPTY_ROW, decided: reply.value };
  if (reply.kind !== "row") throw new Error(`${host.name} answered "${reply.kind}" to a read`);
  const votes = new Map<number, number>();
  host.follow((record) => {
    if (record.kind === "voted") votes.set(record.registerSet, record.candidate);
  });
  // A copy: what is followed later is of later rows.
  return { decided: null, frozenBelow: reply.frozenBelow, values: new Map(reply.written), votes: new Map(votes) };
}

function requestPhrase(request: Request): string {
  switch (request.kind) {
    case "read":
      return "tell its row";
    case "prepare":
      return `prepare R${request.registerSet}`;
    case "vote":
      return `vote for client ${request.candidate} in R${request.registerSet}`;
    case "write":
      return `write ${quotedValue(request.value)} to R${request.registerSet}`;
    case "decided":
      return `note that ${quotedValue(request.value)} is decided`;
  }
}
