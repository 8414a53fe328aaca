/** What was done to the disk of one machine, in its order, and what the machine promised meanwhile. */
import { type EntryChange, type NodeId, type NodeKind, type Volume, withoutChance } from "./volume.js";

/** `Mark` notes what is not I/O: that something was asked, promised or used. */
export type Operation<Mark> =
  | { readonly do: "write"; readonly file: NodeId; readonly position: number; readonly bytes: Uint8Array }
  /** The changes are made together or not at all. `makes` is the node that is new. */
  | {
      readonly do: "create" | "mkdir" | "link" | "rename" | "unlink";
      readonly changes: readonly EntryChange[];
      readonly makes?: { readonly node: NodeId; readonly kind: NodeKind };
    }
  /** Completed; covers the operations before `since`, which had been issued when it was called. */
  | { readonly do: "sync"; readonly node: NodeId; readonly since: number }
  /** The power was cut, and this is left. */
  | { readonly do: "cut"; readonly left: Volume }
  | { readonly do: "mark"; readonly mark: Mark };

export type EntryOperation<Mark> = Extract<Operation<Mark>, { readonly changes: unknown }>;

export class IoLog<Mark> {
  readonly operations: Operation<Mark>[] = [];
  readonly #names = new Map<NodeId, string>();

  /** How many of the operations are I/O. */
  get size(): number {
    return this.operations.reduce((size, operation) => (operation.do === "mark" ? size : size + 1), 0);
  }

  add(operation: Operation<Mark>): void {
    this.operations.push(operation);
    if (!("changes" in operation)) return;
    for (const { name, node } of operation.changes) {
      if (node !== null) this.#names.set(node, withoutChance(name));
    }
  }

  mark(mark: Mark): void {
    this.operations.push({ do: "mark", mark });
  }

  /** The operation in a few words; `phrase` tells marks. */
  describe(operation: Operation<Mark>, phrase: (mark: Mark) => string): string {
    switch (operation.do) {
      case "write": {
        const { file, position, bytes } = operation;
        return `write ${this.nameOf(file)}, bytes ${position} to ${position + bytes.length - 1}`;
      }
      case "sync":
        return `sync ${this.nameOf(operation.node)}`;
      case "cut":
        return "power cut";
      case "mark":
        return phrase(operation.mark);
      default:
        return `${operation.do} ${operation.changes.map(({ name }) => withoutChance(name)).join(" ")}`;
    }
  }

  /** The last name that it was given. */
  nameOf(node: NodeId): string {
    return this.#names.get(node) ?? "/";
  }
}
