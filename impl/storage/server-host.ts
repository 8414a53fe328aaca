/**
 * A server core and its log: what every driver, over TCP or in memory, runs unchanged.
 *
 * The one rule: no reply leaves before everything that it promises *or reveals* is durable. A row that shows a write
 * which a crash then undoes would let a client propose, and a quorum decide, a value that was never there.
 */
import type { Register } from "../../spec/register.js";
import type { LogRecord } from "../core/log-record.js";
import type { Reply, Request } from "../core/protocol.js";
import { ServerCore, type ServerOptions } from "../core/server.js";
import type { Disk } from "./disk.js";
import { type NextSalt, RegisterLog } from "./log.js";

/** What opening the server's log found. */
export interface Recovery {
  readonly records: number;
  /** Length of what a crash tore at the end of the log, in bytes. */
  readonly torn_bytes: number;
}

export interface HostOptions extends ServerOptions {
  /**
   * Mark the last batch of the log after so long without another; only when it closes unless given. See log-marks.ts.
   */
  readonly settleAfter_ms?: number;
  /**
   * Put a short log in the place of one that is this long, in bytes; only of a server that knows what is decided unless
   * given.
   */
  readonly compactFrom_bytes?: number;
  /** Of a log that is rewritten; drawn at random unless given. */
  readonly nextSalt?: NextSalt;
  /**
   * Told of every answer that may leave, just before it does, in the order in which requests were handled; `began_ms`
   * by Date.now.
   */
  readonly onAnswer?: (request: Request, reply: Reply, began_ms: number) => void;
}

/**
 * A log is worth rewriting once it is this number of times as long as it was then: so that it costs little for each
 * record.
 */
const GROWTH = 4;

/** The server has stopped, because its disk failed or because it was told to; it answers nothing any more. */
export class ServerStoppedError extends Error {
  override readonly name = "ServerStoppedError";
}

interface Opened {
  readonly core: ServerCore;
  readonly log: RegisterLog;
  readonly options: HostOptions;
}

export class ServerHost {
  readonly name: string;
  readonly recovery: Recovery;
  /** Resolves with the disk's error if the disk fails. */
  readonly failed: Promise<Error>;
  readonly #core: ServerCore;
  readonly #log: RegisterLog;
  readonly #disk: Disk;
  readonly #settleAfter_ms: number | undefined;
  readonly #compactFrom_bytes: number;
  readonly #onAnswer: HostOptions["onAnswer"];
  /** What the log was like when it was last rewritten: its length, and whether it told a decision only. */
  #compacted = { length: 0, isDecided: false };
  #compacting: Promise<void> | null = null;
  #settling: NodeJS.Timeout | undefined;
  #follow: ((record: LogRecord) => void) | null = null;
  /** Why it has stopped, or null while it runs. */
  #stopped: { readonly message: string; readonly cause?: Error } | null = null;
  #reportFailure: (error: Error) => void = () => {};

  private constructor(disk: Disk, opened: Pick<ServerHost, "name" | "recovery"> & Opened) {
    this.name = opened.name;
    this.#core = opened.core;
    this.#disk = disk;
    this.#log = opened.log;
    this.#settleAfter_ms = opened.options.settleAfter_ms;
    this.#compactFrom_bytes = opened.options.compactFrom_bytes ?? Number.POSITIVE_INFINITY;
    this.#onAnswer = opened.options.onAnswer;
    this.recovery = opened.recovery;
    this.failed = new Promise((resolve) => {
      this.#reportFailure = resolve;
    });
  }

  /** Rebuilds the server from its disk. Throws LogError where the log must not be used, and the disk's errors. */
  static async open(name: string, disk: Disk, options: HostOptions = {}): Promise<ServerHost> {
    const core = new ServerCore(options);
    let records = 0;
    const take = (record: LogRecord) => {
      core.restore(record);
      records++;
    };
    const { log, torn_bytes } = await RegisterLog.open(name, disk, take, options.nextSalt);
    const host = new ServerHost(disk, { name, core, log, options, recovery: { records, torn_bytes } });
    if (records > 1) host.#compactIfWorthIt();
    return host;
  }

  /**
   * Resolves with the reply once it may leave. Rejects with ServerStoppedError when the server has stopped: then
   * nothing is known about the request, it may or may not have taken effect.
   */
  async handle(request: Request): Promise<Reply> {
    this.#throwIfStopped();
    const began_ms = this.#onAnswer === undefined ? 0 : Date.now();
    const { records, reply } = this.#core.handle(request);
    for (const record of records) this.#log.append(record);
    for (const record of records) this.#follow?.(record);
    try {
      // Even without records of its own: the reply may show those of requests that still wait.
      await this.#log.durable();
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#throwIfStopped();
    if (records.length > 0) {
      this.#settleLater();
      this.#compactIfWorthIt();
    }
    this.#onAnswer?.(request, reply, began_ms);
    return reply;
  }

  /** Drawn when the server's log was begun; another one means that it was begun anew. 16 bytes in hexadecimal. */
  get incarnation(): string {
    return this.#log.incarnation;
  }

  /**
   * Hands over records that lead to what the server holds, and from then on each one as it is made. For one follower.
   */
  follow(take: (record: LogRecord) => void): void {
    for (const record of this.#core.history()) take(record);
    this.#follow = take;
  }

  /** The fewest records that lead to what the server holds. */
  history(): Iterable<LogRecord> {
    return this.#core.history();
  }

  /** Whether a write would make a record. */
  isUnwritten(registerSet: number): boolean {
    return this.#core.decided === null && this.#core.registerAt(registerSet).state === "unwritten";
  }

  /** What the register holds in memory, perhaps ahead of the disk: to observe, not to answer with. */
  registerAt(registerSet: number): Register {
    return this.#core.registerAt(registerSet);
  }

  /**
   * Answers nothing any more, not even what is under way; the disk stays open. What a crash looks like from outside.
   */
  stop(): void {
    this.#stopped ??= { message: `server ${this.name} has stopped` };
  }

  /** Stops, waits for what is under way, and gives the disk back. */
  async close(): Promise<void> {
    this.stop();
    clearTimeout(this.#settling);
    await this.#compacting;
    await this.#log.settle().catch(() => {});
    await this.#disk.close();
  }

  /** Not at once: while requests come, the next batch marks the last one at no cost. */
  #settleLater(): void {
    if (this.#settleAfter_ms === undefined) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#log.settle().catch((error) => this.#fail(error)), this.#settleAfter_ms);
    this.#settling.unref();
  }

  /** Requests are answered meanwhile, but for those that have something to write. */
  #compactIfWorthIt(): void {
    const { length, isDecided } = this.#compacted;
    const isDue =
      this.#core.decided === null ? this.#log.length >= Math.max(this.#compactFrom_bytes, GROWTH * length) : !isDecided;
    if (isDue) this.#compacting ??= this.#compact();
  }

  async #compact(): Promise<void> {
    let isDecided = false;
    try {
      await this.#log.compact(() => {
        isDecided = this.#core.decided !== null;
        return this.#core.history();
      });
    } catch (error) {
      this.#fail(error as Error);
    }
    // Also where there was no room: it is tried again when the log is longer still, or when the server starts.
    this.#compacted = { length: this.#log.length, isDecided };
    this.#compacting = null;
    if (this.#stopped === null) this.#compactIfWorthIt();
  }

  #fail(error: Error): void {
    if (this.#stopped !== null) return;
    this.#stopped = { message: `server ${this.name} has stopped: its disk failed: ${error.message}`, cause: error };
    this.#reportFailure(error);
  }

  #throwIfStopped(): void {
    if (this.#stopped === null) return;
    throw new ServerStoppedError(this.#stopped.message, { cause: this.#stopped.cause });
  }
}
