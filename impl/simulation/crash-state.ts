/**
 * What a machine's disk may hold after a crash: what is durable for certain, and changes of which each may or may not
 * be there.
 *
 * Content changes by sectors. A change that was not synced may be lost alone; changes of one sector, or of one name,
 * keep their order. A sync that failed leaves content *clean*: processes see it, and no later sync makes it durable
 * (Rebello et al., "Can applications recover from fsync failures?", 2020). Names are journalled: where their sync
 * fails, file systems stop.
 */
import type { Operation } from "./io-log.js";
import { type EntryChange, type NodeId, SECTOR_BYTES, type Volume } from "./volume.js";

/** Part of a write that lies in one sector. */
export interface SectorChange {
  readonly kind: "sector";
  readonly file: NodeId;
  readonly position: number;
  readonly bytes: Uint8Array;
  /** The operation that it is of. */
  readonly operation: number;
}

export interface NameChange {
  readonly kind: "names";
  readonly changes: readonly EntryChange[];
  readonly operation: number;
}

export type Pending = SectorChange | NameChange;

export class CrashState {
  /** What is durable. Not to be changed by others. */
  durable: Volume;
  /** What is not, in the order of its making. */
  #pending: Pending[];
  readonly #clean: Set<Pending>;
  #operations = 0;

  constructor(durable: Volume, pending: readonly Pending[] = [], clean: Iterable<Pending> = []) {
    this.durable = durable;
    this.#pending = [...pending];
    this.#clean = new Set(clean);
  }

  get pending(): readonly Pending[] {
    return this.#pending;
  }

  copy(): CrashState {
    const copy = new CrashState(this.durable.copy(), this.#pending, this.#clean);
    copy.#operations = this.#operations;
    return copy;
  }

  /** Goes on to after the operation. */
  take(operation: Operation<unknown>): void {
    const at = this.#operations++;
    switch (operation.do) {
      case "write":
        for (const sector of sectorsOf(operation)) this.#pending.push({ kind: "sector", ...sector, operation: at });
        break;
      case "sync":
        this.#sync(operation.node, operation.since);
        break;
      case "cut":
        this.durable = operation.left.copy();
        this.#pending = [];
        break;
      case "mark":
        break;
      default:
        if (operation.makes !== undefined) this.durable.addNode(operation.makes.node, operation.makes.kind);
        this.#pending.push({ kind: "names", changes: operation.changes, operation: at });
    }
  }

  /** A sync of the file has failed: its changes are clean from now on. */
  failSync(file: NodeId): void {
    for (const change of this.#pending) if (change.kind === "sector" && change.file === file) this.#clean.add(change);
  }

  /** The process, and the numbering of operations, begin anew; the page cache stays. */
  restart(): void {
    this.#pending = this.#pending.map((change) => {
      const old = { ...change, operation: -1 };
      if (this.#clean.delete(change)) this.#clean.add(old);
      return old;
    });
    this.#operations = 0;
  }

  /** The disk with these of the pending changes. */
  with(kept: Iterable<Pending>): Volume {
    const image = this.durable.copy();
    for (const change of kept) applyTo(image, change);
    return image;
  }

  #sync(node: NodeId, since: number): void {
    const isDurable = (change: Pending) => change.operation < since && isOf(change, node) && !this.#clean.has(change);
    const synced = this.#pending.filter(isDurable);
    for (const change of synced) applyTo(this.durable, change);
    // What is clean may have reached the disk before, and not over what was written there later.
    this.#pending = this.#pending.filter(
      (change) =>
        !isDurable(change) && !synced.some((later) => later.operation > change.operation && covers(later, change)),
    );
  }
}

export function applyTo(volume: Volume, change: Pending): void {
  if (change.kind === "sector") volume.write(change.file, change.position, change.bytes);
  else for (const entry of change.changes) volume.change(entry);
}

const isOf = (change: Pending, node: NodeId): boolean =>
  change.kind === "sector" ? change.file === node : change.changes.some(({ directory }) => directory === node);

const covers = (later: Pending, earlier: Pending): boolean =>
  later.kind === "sector" &&
  earlier.kind === "sector" &&
  later.file === earlier.file &&
  later.position <= earlier.position &&
  later.position + later.bytes.length >= earlier.position + earlier.bytes.length;

function* sectorsOf({ file, position, bytes }: Pick<SectorChange, "file" | "position" | "bytes">) {
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + SECTOR_BYTES - ((position + at) % SECTOR_BYTES));
    yield { file, position: position + at, bytes: bytes.subarray(at, end) };
    at = end;
  }
}
