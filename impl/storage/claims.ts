/**
 * Durable claims: a client proposes at most once in a register set, also after restarts.
 *
 * Agreement rests on this as much as on the servers' logs. A client that was restarted, or started twice by mistake,
 * must not propose a second value where it proposed before. So a set is claimed, durably, *before* anything is proposed
 * in it: a file named after the set, made with O_EXCL, of which only one process can ever be the maker. A client may
 * prepare, and stand for election, while the file is made and on its way to the disk: whoever does not get it, or loses
 * it, has proposed nothing, and has asked for no more than whoever has it asks for.
 */
import { randomBytes, randomInt } from "node:crypto";
import path from "node:path";
import { type ClientIdentity, checkIdentity } from "../core/ownership.js";
import { checkRegisterSet } from "../core/protocol.js";
import { type ClientFacts, IDENTITY_BYTES } from "../encoding/handshake-messages.js";
import { type ClientPins, decodeClientPins, encodeClientPins, type PinnedServer, PinsError } from "../encoding/pins.js";
import { createWhole, exists, makeDirectory, PlaceError, readText, syncDirectory, syncPlace } from "./directories.js";
import { type FileSystem, NODE_FILES, type OpenFile } from "./file-system.js";
import { FilePins } from "./pin-store.js";

/** One caller's alone, unless power is cut before it is durable. */
export interface Claim {
  /** Resolves once its maker may propose in the register set; rejects with the file system's errors. */
  readonly durable: Promise<void>;
}

export interface Claims {
  /** Resolves with null if the register set was claimed before. */
  claim(registerSet: number): Promise<Claim | null>;

  /** The highest register set known to be claimed, by anyone with this identity; -1 if none is. */
  highest(): Promise<number>;
}

/** The directory is another client's. */
export class ClaimsError extends Error {
  override readonly name = "ClaimsError";
}

const IDENTITY_FILE = "identity";
const PINS_FILE = "servers";
/** In a client's directory, that of the client that it became. */
const NEXT_DIRECTORY = "next";
const CLAIM_PREFIX = "claimed-";

const phraseOf = ({ index, count }: ClientIdentity): string => `client ${index} of ${count}`;

const drawIdentity = (): string => randomBytes(IDENTITY_BYTES).toString("hex");

const fileOf = (client: ClientFacts): string => `${phraseOf(client)}\n${client.identity}\n`;

export class FileClaims implements Claims {
  /** Whose they are, as servers are told. */
  readonly client: ClientFacts;
  readonly #directory: string;
  readonly #files: FileSystem;
  /** As found in the directory, and as claimed here since. */
  #highest: number;

  private constructor(directory: string, client: ClientFacts, highest: number, files: FileSystem) {
    this.#directory = directory;
    this.client = client;
    this.#highest = highest;
    this.#files = files;
  }

  static async #in(directory: string, client: ClientFacts, files: FileSystem): Promise<FileClaims> {
    return new FileClaims(directory, client, await highestIn(directory, files), files);
  }

  /** Makes the directory of a client that never proposed anything. Throws PlaceError if there is one already. */
  static async create(
    directory: string,
    identity: ClientIdentity,
    files: FileSystem = NODE_FILES,
  ): Promise<FileClaims> {
    checkIdentity(identity);
    await makeDirectory(directory, files);
    const client = { index: identity.index, count: identity.count, identity: drawIdentity() };
    const isNew = await createWhole(path.join(directory, IDENTITY_FILE), fileOf(client), files);
    if (isNew) return FileClaims.#in(directory, client, files);
    const found = await FileClaims.#clientOf(directory, files);
    throw new PlaceError(`${directory} belongs to ${phraseOf(found)} already`);
  }

  /**
   * Opens the client's directory. Any number of processes may have it open. Throws PlaceError where there is none,
   * and ClaimsError where it belongs to a client of another index or count: those own other register sets.
   */
  static async open(directory: string, identity: ClientIdentity, files: FileSystem = NODE_FILES): Promise<FileClaims> {
    checkIdentity(identity);
    const found = await FileClaims.#clientOf(directory, files);
    const [theirs, mine] = [phraseOf(found), phraseOf(identity)];
    if (theirs !== mine) throw new ClaimsError(`${directory} belongs to ${theirs}, not to ${mine}`);
    return FileClaims.#in(directory, found, files);
  }

  /**
   * The claims of a client without a number, which draws one of `count` at random and keeps it in its directory. Of
   * processes that come here together, one draws and the others find what it drew. Throws ClaimsError for a directory
   * whose identity cannot be read.
   */
  static async ofUnnumbered(directory: string, count: number, files: FileSystem = NODE_FILES): Promise<FileClaims> {
    const next = path.join(directory, NEXT_DIRECTORY);
    if (await exists(path.join(next, IDENTITY_FILE), files)) return FileClaims.ofUnnumbered(next, count, files);
    await makeDirectory(directory, files);
    const drawn = { index: randomInt(count), count, identity: drawIdentity() };
    await createWhole(path.join(directory, IDENTITY_FILE), fileOf(drawn), files);
    return FileClaims.#in(directory, await FileClaims.#clientOf(directory, files), files);
  }

  /**
   * Draws the number with which `ofUnnumbered` goes on, for a client that has used up the sets of its own. False, and
   * nothing done, where this one was of no use at all: another would be of none either.
   */
  async drawNext(): Promise<boolean> {
    if ((await this.highest()) < 0) return false;
    await FileClaims.ofUnnumbered(path.join(this.#directory, NEXT_DIRECTORY), this.client.count, this.#files);
    return true;
  }

  static async #clientOf(directory: string, files: FileSystem): Promise<ClientFacts> {
    const file = path.join(directory, IDENTITY_FILE);
    const content = await readText(file, files).catch((cause) => {
      if (cause.code !== "ENOENT") throw cause;
      throw new PlaceError(`there is no ${file}`, { cause });
    });
    await syncPlace(directory, files);
    const [, index, count, identity] = /^client (\d+) of (\d+)\n([0-9a-f]{32})\n$/.exec(content) ?? [];
    if (identity === undefined)
      throw new ClaimsError(`${file} does not say which client this is; use another directory`);
    return { index: Number(index), count: Number(count), identity };
  }

  /** What this client holds servers to. Throws PinsError, and the file system's errors. */
  pins(): Promise<FilePins<ClientPins>> {
    const format = { encode: encodeClientPins, decode: decodeClientPins, merge: mergedPins, files: this.#files };
    return FilePins.open(path.join(this.#directory, PINS_FILE), format, new Map());
  }

  async claim(registerSet: number): Promise<Claim | null> {
    checkRegisterSet(registerSet);
    const file = path.join(this.#directory, `${CLAIM_PREFIX}${registerSet}`);
    const made = await makeNew(file, this.#files);
    // Where another process was first, it may have gone far ahead.
    const here = made === null ? await highestIn(this.#directory, this.#files) : registerSet;
    this.#highest = Math.max(this.#highest, here);
    if (made === null) return null;
    const durable = syncAndClose(made, file, this.#files);
    // An attempt that comes to nothing before it proposes never asks.
    durable.catch(() => {});
    return { durable };
  }

  async highest(): Promise<number> {
    return this.#highest;
  }
}

async function highestIn(directory: string, files: FileSystem): Promise<number> {
  let highest = -1;
  for (const file of await files.readdir(directory)) {
    if (!file.startsWith(CLAIM_PREFIX)) continue;
    const registerSet = Number(file.slice(CLAIM_PREFIX.length));
    if (registerSet > highest) highest = registerSet;
  }
  return highest;
}

/** For simulations, where the client's memory outlives its crashes. */
export class MemoryClaims implements Claims {
  readonly #claimed = new Set<number>();
  #highest = -1;

  async claim(registerSet: number): Promise<Claim | null> {
    if (this.#claimed.has(registerSet)) return null;
    this.#claimed.add(registerSet);
    this.#highest = Math.max(this.#highest, registerSet);
    return { durable: Promise.resolve() };
  }

  async highest(): Promise<number> {
    return this.#highest;
  }

  /** The same, to go on by itself. */
  copy(): MemoryClaims {
    const copy = new MemoryClaims();
    for (const registerSet of this.#claimed) copy.#claimed.add(registerSet);
    copy.#highest = this.#highest;
    return copy;
  }
}

/** Of two processes of one client. Throws PinsError where they have met different servers of one name. */
function mergedPins(written: ClientPins, mine: ClientPins): ClientPins {
  const merged = new Map<string, PinnedServer>(mine);
  for (const [server, { incarnation, told }] of written) {
    const known = merged.get(server);
    if (known !== undefined && known.incarnation !== incarnation) {
      throw new PinsError(`two processes of this client speak to different servers ${server}; use one --at for both`);
    }
    merged.set(server, { incarnation, told: [...new Set([...told, ...(known?.told ?? [])])] });
  }
  return merged;
}

/** An empty file; null, and nothing done, if there is one. */
async function makeNew(file: string, files: FileSystem): Promise<OpenFile | null> {
  try {
    return await files.open(file, "create");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return null;
    throw error;
  }
}

async function syncAndClose(made: OpenFile, file: string, files: FileSystem): Promise<void> {
  try {
    // Together: the claim is of no use before both are done, and one journal may do for both.
    await Promise.all([made.sync(), syncDirectory(path.dirname(file), files)]);
  } finally {
    await made.close();
  }
}
