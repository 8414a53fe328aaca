/**
 * An acceptor as somebody else may have written it: every method can be replaced, by something as good or by a fault.
 */
import type { Body } from "../messages.js";
import type { Handler } from "./local-adapter.js";

export interface Disk {
  promised: number;
  accepted: [number, string][];
}

type Answer = Omit<Body, "in_reply_to">;

export class Acceptor {
  promised: number;
  accepted: Map<number, string>;
  readonly disk: Disk;

  constructor(disk: Disk) {
    this.disk = disk;
    this.promised = disk.promised;
    this.accepted = new Map(disk.accepted);
  }

  save(): void {
    this.disk.promised = this.promised;
    this.disk.accepted = [...this.accepted];
  }

  values(): [number, string][] {
    return [...this.accepted].sort(([a], [b]) => a - b);
  }

  below(register: number): [number, string][] {
    return this.values().filter(([set]) => set < register);
  }

  prepare(register: number): Answer {
    this.promised = Math.max(this.promised, register);
    this.save();
    return { type: "prepare_ok", values: this.below(register) };
  }

  mayWrite(register: number): boolean {
    return !this.accepted.has(register) && register >= this.promised;
  }

  write(register: number, value: string): Answer {
    if (this.mayWrite(register)) {
      this.accepted.set(register, value);
      this.save();
    }
    return this.accepted.get(register) === value ? { type: "write_ok" } : this.refusal(register);
  }

  refusal(register: number): Answer {
    return { type: "refused", holds: this.accepted.get(register) ?? null };
  }

  observe(): Answer {
    return { type: "observe_ok", frozen_below: this.promised, values: this.values() };
  }
}

export interface AcceptorOptions {
  readonly kind?: typeof Acceptor;
  readonly can?: readonly string[];
}

/** It has no power any more: thrown by a disk. */
export class PowerCut extends Error {}

/** A disk that takes this number of writes more. */
class LastingDisk {
  left = Number.POSITIVE_INFINITY;
  readonly disk: Disk;

  constructor(holds: Disk = { promised: 0, accepted: [] }) {
    this.disk = new Proxy<Disk>(structuredClone(holds), {
      set: (disk, field, content) => {
        if (this.left-- <= 0) throw new PowerCut();
        return Reflect.set(disk, field, content);
      },
    });
  }
}

/** Memory and disk of a node. */
type Snapshot = Pick<Acceptor, "promised" | "accepted" | "disk">;

const snapshotOf = ({ promised, accepted, disk }: Acceptor): Snapshot =>
  structuredClone({ promised, accepted, disk: { ...disk } });

/** One process that is all nodes. */
export function acceptors({ kind = Acceptor, can = ["reset", "crash", "observe"] }: AcceptorOptions): Handler {
  const disks = new Map<string, LastingDisk>();
  const nodes = new Map<string, Acceptor>();
  const snapshots: Snapshot[] = [];
  const start = (node: string) => nodes.set(node, new kind(disks.get(node)!.disk));
  const handle: Handler = (node, body) => {
    switch (body.type) {
      case "init":
      case "reset":
        disks.set(node, new LastingDisk());
        start(node);
        return { type: `${body.type}_ok`, quorate: { version: 1, role: "acceptor", hosts: "all", can } };
      case "crash":
        start(node);
        return { type: "crash_ok" };
      case "snapshot":
        return { type: "snapshot_ok", snapshot: `${snapshots.push(snapshotOf(nodes.get(node)!)) - 1}` };
      case "restore": {
        const { promised, accepted, disk } = snapshots[Number(body.snapshot)]!;
        disks.set(node, new LastingDisk(disk));
        start(node);
        Object.assign(nodes.get(node)!, { promised, accepted: new Map(accepted) });
        return { type: "restore_ok" };
      }
      case "cut": {
        const answer = untilPowerCut(disks.get(node)!, body.after as number, () => handle(node, body.request as Body));
        start(node);
        return { type: "cut_ok", ...(answer !== null && { answer }) };
      }
      case "prepare":
        return nodes.get(node)!.prepare(body.register as number);
      case "write":
        return nodes.get(node)!.write(body.register as number, body.value as string);
      default:
        return nodes.get(node)!.observe();
    }
  };
  return handle;
}

function untilPowerCut<Result>(disk: LastingDisk, writes: number, work: () => Result): Result | null {
  disk.left = writes;
  try {
    return work();
  } catch (error) {
    if (error instanceof PowerCut) return null;
    throw error;
  } finally {
    disk.left = Number.POSITIVE_INFINITY;
  }
}
