/**
 * Durable claims: a client proposes at most once in a register set, also after restarts.
 *
 * Agreement rests on this as much as on the servers' logs. A client that was restarted, or started twice by mistake, must
 * not propose a second value where it proposed before. So a set is claimed, durably, *before* the first message about it: a
 * file named after the set, made with O_EXCL, of which only one process can ever be the maker.
 */
import { randomInt } from "node:crypto";
import path from "node:path";
import { type ClientIdentity, checkIdentity } from "../core/ownership.js";
import { checkRegisterSet } from "../core/protocol.js";
import { createWhole, makeDirectory, PlaceError, syncDirectory, syncPlace } from "./directories.js";
import { type FileSystem, NODE_FILES, type OpenFile, readUpTo } from "./file-system.js";

export interface Claims {
  /** Resolves with true for one caller ever, who may then propose in the register set; durable by then. */
  claim(registerSet: number): Promise<boolean>;

  /** The highest register set claimed so far, by anyone with this identity; -1 if none is. */
  highest(): Promise<number>;
}

/** The directory is another client's. */
export class ClaimsError extends Error {
  override readonly name = "ClaimsError";
}

const IDENTITY_FILE = "identity";
const CLAIM_PREFIX = "claimed-";

/** Longer than any identity. */
const IDENTITY_BYTES_MAX = 4096;

const phraseOf = ({ index, count }: ClientIdentity): string => `client ${index} of ${count}`;

export class FileClaims implements Claims {
  readonly #directory: string;
  readonly #files: FileSystem;

  private constructor(directory: string, files: FileSystem) {
    this.#directory = directory;
    this.#files = files;
  }

  /** Makes the directory of a client that never proposed anything. Throws PlaceError if there is one already. */
  static async create(
    directory: string,
    identity: ClientIdentity,
    files: FileSystem = NODE_FILES,
  ): Promise<FileClaims> {
    checkIdentity(identity);
    await makeDirectory(directory, files);
    if (await createWhole(path.join(directory, IDENTITY_FILE), `${phraseOf(identity)}\n`, files))
      return new FileClaims(directory, files);
    throw new PlaceError(`${directory} belongs to ${phraseOf(await FileClaims.#identityOf(directory, files))} already`);
  }

  /**
   * Opens the client's directory. Any number of processes may have it open. Throws PlaceError where there is none,
   * and ClaimsError where it belongs to a client of another index or count: those own other register sets.
   */
  static async open(directory: string, identity: ClientIdentity, files: FileSystem = NODE_FILES): Promise<FileClaims> {
    checkIdentity(identity);
    const theirs = phraseOf(await FileClaims.#identityOf(directory, files));
    const mine = phraseOf(identity);
    if (theirs !== mine) throw new ClaimsError(`${directory} belongs to ${theirs}, not to ${mine}`);
    return new FileClaims(directory, files);
  }

  /**
   * The identity that the directory holds, or a new one drawn at random among `count` clients. Of processes that come here
   * together, one draws and the others find what it drew. Throws ClaimsError for a directory whose identity cannot be read.
   */
  static async identityIn(directory: string, count: number): Promise<ClientIdentity> {
    await makeDirectory(directory);
    await createWhole(path.join(directory, IDENTITY_FILE), `${phraseOf({ index: randomInt(count), count })}\n`);
    return FileClaims.#identityOf(directory, NODE_FILES);
  }

  static async #identityOf(directory: string, files: FileSystem): Promise<ClientIdentity> {
    const file = path.join(directory, IDENTITY_FILE);
    const content = await readText(file, files).catch((cause) => {
      if (cause.code !== "ENOENT") throw cause;
      throw new PlaceError(`there is no ${file}`, { cause });
    });
    await syncPlace(directory, files);
    const [, index, count] = /^client (\d+) of (\d+)\n$/.exec(content) ?? [];
    if (index === undefined) throw new ClaimsError(`${file} does not say which client this is; use another directory`);
    return { index: Number(index), count: Number(count) };
  }

  async claim(registerSet: number): Promise<boolean> {
    checkRegisterSet(registerSet);
    return createDurably(path.join(this.#directory, `${CLAIM_PREFIX}${registerSet}`), this.#files);
  }

  async highest(): Promise<number> {
    let highest = -1;
    for (const file of await this.#files.readdir(this.#directory)) {
      if (!file.startsWith(CLAIM_PREFIX)) continue;
      const registerSet = Number(file.slice(CLAIM_PREFIX.length));
      if (registerSet > highest) highest = registerSet;
    }
    return highest;
  }
}

/** For simulations, where the client's memory outlives its crashes. */
export class MemoryClaims implements Claims {
  readonly #claimed = new Set<number>();
  #highest = -1;

  async claim(registerSet: number): Promise<boolean> {
    if (this.#claimed.has(registerSet)) return false;
    this.#claimed.add(registerSet);
    this.#highest = Math.max(this.#highest, registerSet);
    return true;
  }

  async highest(): Promise<number> {
    return this.#highest;
  }
}

/** Makes an empty file, durably; false, and nothing done, if it exists. */
async function createDurably(file: string, files: FileSystem): Promise<boolean> {
  let handle: OpenFile;
  try {
    handle = await files.open(file, "create");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncDirectory(path.dirname(file), files);
  return true;
}

async function readText(file: string, files: FileSystem): Promise<string> {
  const handle = await files.open(file, "read");
  try {
    return (await readUpTo(handle, 0, IDENTITY_BYTES_MAX)).toString("utf8");
  } finally {
    await handle.close();
  }
}
