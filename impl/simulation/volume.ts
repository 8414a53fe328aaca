/** Files and directories in memory: what a disk holds, or what processes see of it. */
import { hash } from "node:crypto";
import { constants } from "node:os";

/** By number, like inodes. */
export type NodeId = number;

export const ROOT: NodeId = 0;

export type NodeKind = "file" | "directory";

/** A disk writes a sector whole or not at all, as a rule. */
export const SECTOR_BYTES = 512;

/** Until it changes, a node is kept with its key. */
interface Keyed {
  key: string | null;
}

interface FileNode extends Keyed {
  readonly kind: "file";
  /** None of them ever changes: another takes its place. Zeros from the end of the file on. */
  readonly sectors: Uint8Array[];
  length: number;
}

interface DirectoryNode extends Keyed {
  readonly kind: "directory";
  readonly entries: Map<string, NodeId>;
}

type Node = FileNode | DirectoryNode;

/** A name in a directory stands for the node from now on; null: for none. */
export interface EntryChange {
  readonly directory: NodeId;
  readonly name: string;
  readonly node: NodeId | null;
}

/** Copies share what neither of them has changed since. */
export class Volume {
  readonly #nodes: Node[];
  /** The nodes that no other volume has. */
  readonly #own: boolean[];

  private constructor(nodes: Node[], own: boolean[]) {
    this.#nodes = nodes;
    this.#own = own;
  }

  /** One directory, with nothing in it. */
  static empty(): Volume {
    return new Volume([{ kind: "directory", entries: new Map(), key: null }], [true]);
  }

  copy(): Volume {
    this.#own.fill(false);
    return new Volume(this.#nodes.slice(), new Array(this.#nodes.length).fill(false));
  }

  /** The same for volumes that hold the same bytes under the same names, but for what names have at random. */
  get key(): string {
    let key = "";
    for (const node of this.#nodes) {
      node.key ??= keyOf(node);
      key += node.key;
    }
    return key;
  }

  /** How many nodes there ever were: the next one's number. */
  get nodeCount(): number {
    return this.#nodes.length;
  }

  /** An empty node that has no name yet. Its number must be `nodeCount`. */
  addNode(node: NodeId, kind: NodeKind): void {
    if (node !== this.#nodes.length) throw new RangeError(`node ${node} is not the next one`);
    this.#nodes.push(
      kind === "file"
        ? { kind, sectors: [], length: 0, key: null }
        : { kind, entries: new Map<string, NodeId>(), key: null },
    );
    this.#own.push(true);
  }

  kindOf(node: NodeId): NodeKind {
    return this.#nodes[node]!.kind;
  }

  /** In bytes; 0 for a directory. */
  lengthOf(node: NodeId): number {
    const found = this.#nodes[node]!;
    return found.kind === "file" ? found.length : 0;
  }

  namesIn(directory: NodeId): string[] {
    return [...this.#directory(directory).entries.keys()];
  }

  entryOf(directory: NodeId, name: string): NodeId | undefined {
    return this.#directory(directory).entries.get(name);
  }

  /** The node of an absolute path. Throws ENOENT and ENOTDIR. */
  resolve(path: string): NodeId {
    let node = ROOT;
    for (let start = 1; start < path.length; ) {
      const slash = path.indexOf("/", start);
      const end = slash < 0 ? path.length : slash;
      if (this.#nodes[node]!.kind !== "directory") throw fileError("ENOTDIR", path);
      const next = this.entryOf(node, path.slice(start, end));
      if (next === undefined) throw fileError("ENOENT", path);
      node = next;
      start = end + 1;
    }
    return node;
  }

  /** Puts what is there into the buffer; returns how many bytes that are. */
  read(file: NodeId, position: number, into: Uint8Array): number {
    const { sectors, length } = this.#file(file);
    const count = Math.max(0, Math.min(into.length, length - position));
    for (let done = 0; done < count; ) {
      const from = (position + done) % SECTOR_BYTES;
      const sector = sectors[(position + done - from) / SECTOR_BYTES]!;
      const taken = Math.min(SECTOR_BYTES - from, count - done);
      into.set(taken === SECTOR_BYTES ? sector : sector.subarray(from, from + taken), done);
      done += taken;
    }
    return count;
  }

  /** The bytes must not change afterwards. Past the end of the file, what lies in between is zeros. */
  write(file: NodeId, position: number, bytes: Uint8Array): void {
    const owned = this.#ownFile(file);
    const { sectors } = owned;
    const last = Math.ceil((position + bytes.length) / SECTOR_BYTES);
    while (sectors.length < last) sectors.push(ZEROS);
    for (let done = 0; done < bytes.length; ) {
      const from = (position + done) % SECTOR_BYTES;
      const number = (position + done - from) / SECTOR_BYTES;
      const taken = Math.min(SECTOR_BYTES - from, bytes.length - done);
      const part = bytes.subarray(done, done + taken);
      sectors[number] = taken === SECTOR_BYTES ? part : merged(sectors[number]!, from, part);
      done += taken;
    }
    owned.length = Math.max(owned.length, position + bytes.length);
    owned.key = null;
  }

  change({ directory, name, node }: EntryChange): void {
    if (!this.#own[directory]) {
      this.#nodes[directory] = { kind: "directory", entries: new Map(this.#directory(directory).entries), key: null };
      this.#own[directory] = true;
    }
    const owned = this.#directory(directory);
    owned.key = null;
    const { entries } = owned;
    if (node === null) entries.delete(name);
    else entries.set(name, node);
  }

  #file(node: NodeId): FileNode {
    const found = this.#nodes[node]!;
    if (found.kind !== "file") throw fileError("EISDIR", `node ${node}`);
    return found;
  }

  #ownFile(node: NodeId): FileNode {
    const file = this.#file(node);
    if (this.#own[node]) return file;
    const copy: FileNode = { kind: "file", sectors: file.sectors.slice(), length: file.length, key: null };
    this.#nodes[node] = copy;
    this.#own[node] = true;
    return copy;
  }

  #directory(node: NodeId): DirectoryNode {
    const found = this.#nodes[node]!;
    if (found.kind !== "directory") throw fileError("ENOTDIR", `node ${node}`);
    return found;
  }
}

const ZEROS = new Uint8Array(SECTOR_BYTES);

/** Names of unfinished files end in digits drawn at random. */
export const withoutChance = (name: string): string => name.replace(/-[0-9a-f]{8}$/, "");

const hashOf = (content: Uint8Array | string): string => hash("sha1", content, "base64");

/** None of them ever changes. */
const hashesOfSectors = new WeakMap<Uint8Array, string>();

function hashOfSector(sector: Uint8Array): string {
  const known = hashesOfSectors.get(sector);
  if (known !== undefined) return known;
  const made = hashOf(sector);
  hashesOfSectors.set(sector, made);
  return made;
}

function keyOf(node: Node): string {
  const content = node.kind === "file" ? node.sectors.map(hashOfSector) : [...node.entries].map(entryKey);
  const key = `${node.kind === "file" ? node.length : "directory"} ${content.join(" ")}`;
  // Most are about as short as a hash, and would take longer to hash than to make. No hash has a line break.
  return key.length <= KEY_LENGTH_MAX ? `${key}\n` : hashOf(key);
}

const KEY_LENGTH_MAX = 80;

const entryKey = ([name, node]: readonly [string, NodeId]): string => `${withoutChance(name)}/${node}`;

function merged(sector: Uint8Array, from: number, part: Uint8Array): Uint8Array {
  const changed = Buffer.allocUnsafe(SECTOR_BYTES);
  changed.set(sector);
  changed.set(part, from);
  return changed;
}

/** As node:fs throws it. */
export function fileError(code: "ENOENT" | "EEXIST" | "ENOTDIR" | "EISDIR" | "EIO", path: string): Error {
  const { stackTraceLimit } = Error;
  // Theirs have no stack of ours either, and most disks are looked at for what is not there.
  Error.stackTraceLimit = 0;
  try {
    return Object.assign(new Error(`${code}: ${path}`), { code, errno: -constants.errno[code] });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
