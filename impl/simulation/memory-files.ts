/**
 * A file system in memory that records what is done to it, so that of every moment can be made what a crash may leave.
 *
 * Everything written is seen at once, and durable when a sync completes, some microtasks after it was called. No timers
 * and no randomness, so that runs repeat exactly.
 */
import path from "node:path";
import type { FileStatus, FileSystem, OpenFile, OpenMode } from "../storage/file-system.js";
import type { EntryOperation, Operation } from "./io-log.js";
import { DiskCrashedError } from "./memory-disk.js";
import { fileError, type NodeId, type NodeKind, type Volume } from "./volume.js";

/** An IoLog, whatever its marks are. */
interface Recorder {
  readonly operations: { readonly length: number };
  add(operation: Operation<never>): void;
}

/** Of one process: when that is killed, what it still does has no effect. */
export class MemoryFiles implements FileSystem {
  readonly volume: Volume;
  readonly #log: Recorder;
  readonly #syncMicrotasks: number;
  #isKilled = false;

  /** @param volume what processes see; changed by this one */
  constructor(volume: Volume, log: Recorder, syncMicrotasks: number) {
    this.volume = volume;
    this.#log = log;
    this.#syncMicrotasks = syncMicrotasks;
  }

  kill(): void {
    this.#isKilled = true;
  }

  async open(file: string, mode: OpenMode): Promise<OpenFile> {
    this.checkAlive();
    return new MemoryFile(this, mode === "create" ? this.#make("create", file, "file") : this.volume.resolve(file));
  }

  async stat(file: string): Promise<FileStatus> {
    this.checkAlive();
    return this.statusOf(this.volume.resolve(file));
  }

  async readdir(directory: string): Promise<string[]> {
    this.checkAlive();
    return this.volume.namesIn(this.volume.resolve(directory));
  }

  async mkdir(directory: string): Promise<void> {
    this.checkAlive();
    this.#make("mkdir", directory, "directory");
  }

  async link(existing: string, file: string): Promise<void> {
    this.checkAlive();
    const place = this.#free(file);
    this.#change({ do: "link", changes: [{ ...place, node: this.volume.resolve(existing) }] });
  }

  async rename(from: string, to: string): Promise<void> {
    this.checkAlive();
    const node = this.volume.resolve(from);
    const changes = [
      { ...this.#place(to), node },
      { ...this.#place(from), node: null },
    ];
    this.#change({ do: "rename", changes });
  }

  async unlink(file: string): Promise<void> {
    this.checkAlive();
    this.volume.resolve(file);
    this.#change({ do: "unlink", changes: [{ ...this.#place(file), node: null }] });
  }

  /** One process at a time is for the caller to see to. */
  async lock(directory: string): Promise<{ release(): Promise<void> }> {
    this.checkAlive();
    this.volume.resolve(directory);
    return { release: () => DONE };
  }

  /** For its files. */
  statusOf(node: NodeId): FileStatus {
    const isDirectory = this.volume.kindOf(node) === "directory";
    return { ino: BigInt(node), size: BigInt(this.volume.lengthOf(node)), isDirectory: () => isDirectory };
  }

  write(file: NodeId, position: number, bytes: Uint8Array): void {
    this.checkAlive();
    // Whoever wrote them may use them again.
    const kept = Uint8Array.prototype.slice.call(bytes);
    this.volume.write(file, position, kept);
    this.#log.add({ do: "write", file, position, bytes: kept });
  }

  async sync(node: NodeId): Promise<void> {
    this.checkAlive();
    const since = this.#log.operations.length;
    for (let waited = 0; waited < this.#syncMicrotasks; waited++) await null;
    this.checkAlive();
    this.#log.add({ do: "sync", node, since });
  }

  checkAlive(): void {
    if (this.#isKilled) throw new DiskCrashedError("the process was killed");
  }

  #make(how: "create" | "mkdir", file: string, kind: NodeKind): NodeId {
    const place = this.#free(file);
    const node = this.volume.nodeCount;
    this.volume.addNode(node, kind);
    this.#change({ do: how, changes: [{ ...place, node }], makes: { node, kind } });
    return node;
  }

  #change(operation: EntryOperation<never>): void {
    for (const change of operation.changes) this.volume.change(change);
    this.#log.add(operation);
  }

  #place(file: string): { directory: NodeId; name: string } {
    return { directory: this.volume.resolve(path.dirname(file)), name: path.basename(file) };
  }

  /** Throws EEXIST where there is something. */
  #free(file: string): { directory: NodeId; name: string } {
    const place = this.#place(file);
    if (this.volume.entryOf(place.directory, place.name) !== undefined) throw fileError("EEXIST", file);
    return place;
  }
}

const DONE = Promise.resolve();

/** Without functions that are async by themselves: there are many calls, and each would cost promises of its own. */
class MemoryFile implements OpenFile {
  readonly #files: MemoryFiles;
  readonly #node: NodeId;

  constructor(files: MemoryFiles, node: NodeId) {
    this.#files = files;
    this.#node = node;
  }

  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    this.#files.checkAlive();
    const target = into.subarray(offset, offset + length);
    return Promise.resolve({ bytesRead: this.#files.volume.read(this.#node, position, target) });
  }

  async write(from: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    this.#files.write(this.#node, position, from.subarray(offset, offset + length));
    return { bytesWritten: length };
  }

  stat(): Promise<FileStatus> {
    return Promise.resolve(this.#files.statusOf(this.#node));
  }

  datasync(): Promise<void> {
    return this.#files.sync(this.#node);
  }

  sync(): Promise<void> {
    return this.#files.sync(this.#node);
  }

  close(): Promise<void> {
    return DONE;
  }
}
