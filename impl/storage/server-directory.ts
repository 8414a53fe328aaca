/** A server's directory: its log, and beside it what it holds others to. */
import path from "node:path";
import { newLog } from "../encoding/log-format.js";
import { incarnationOf, newSalt } from "../encoding/log-identity.js";
import { decodeServerPins, encodeServerPins, PinsError, type ServerPins, shortly } from "../encoding/pins.js";
import type { TableIdentity } from "../encoding/table-identity.js";
import { replaceWhole } from "./directories.js";
import { FileDisk } from "./file-disk.js";
import { type FileSystem, NODE_FILES } from "./file-system.js";
import { FilePins } from "./pin-store.js";
import type { ServerHost } from "./server-host.js";

const FILE_NAME = "pins";

export interface NewServer {
  readonly server: string;
  /** All of the table. */
  readonly servers: readonly string[];
  readonly table: TableIdentity;
  /** How many clients take turns, where that is known beforehand. */
  readonly clientCount?: number | null;
}

/** How a directory is made, where it is not as usual. */
export interface Making {
  readonly files?: FileSystem;
  /** Of the log; drawn at random unless given. */
  readonly salt?: Buffer;
}

/** The pins of a server that has met no other party. */
export const newServerPins = (incarnation: string, { clientCount = null, ...made }: NewServer): ServerPins => ({
  ...made,
  incarnation,
  clientCount,
  clients: new Map(),
  peers: new Map(),
});

/** Begins a log in the directory, and its pins. Throws as FileDisk.create does. */
export async function createServerDirectory(
  directory: string,
  made: NewServer,
  { files = NODE_FILES, salt = newSalt() }: Making = {},
): Promise<void> {
  const pins = encodeServerPins(newServerPins(incarnationOf(salt), made));
  // Pins without a log are of a server that promised nothing; a log without pins would forget whom it has met.
  const writePins = () => replaceWhole(path.join(directory, FILE_NAME), pins, files);
  await FileDisk.create(directory, newLog(made.server, salt), files, writePins);
}

/**
 * The pins of a server that runs from its directory. Throws PlaceError where there are none, PinsError, the file
 * system's errors.
 */
export async function openServerPins(
  directory: string,
  host: ServerHost,
  files: FileSystem = NODE_FILES,
): Promise<FilePins<ServerPins>> {
  const file = path.join(directory, FILE_NAME);
  const pins = await FilePins.open(file, { encode: encodeServerPins, decode: decodeServerPins, files });
  const { server, incarnation } = pins.pins;
  if (server === host.name && incarnation === host.incarnation) return pins;
  throw new PinsError(
    `${directory}: its log is of ${host.name} ${shortly(host.incarnation)} and its pins are of ${server} ${shortly(incarnation)}: one of the two files was put there from elsewhere; put back what was made together`,
  );
}
