/**
 * Requests that a crash cuts short, and several at once: faults of foreign servers that nothing else shows, and sound
 * ones.
 */
import { describe, expect, it } from "vitest";
import { PLAIN } from "../../../model/registers/variant.js";
import { ForeignCrashes, type ForeignKind } from "../../replay/foreign/crashes.js";
import type { ForeignNodes } from "../../replay/foreign/foreign-server.js";
import { UNDER_WAY_UNTRIED } from "../../replay/replay-under-way.js";
import type { Adapter } from "../adapter.js";
import { Acceptor, type AcceptorOptions, acceptors } from "./acceptors.js";
import { type Handler, inTasks } from "./local-adapter.js";
import { type Trial, verifiedWith } from "./verified.js";

interface AcceptorTrial extends Trial, AcceptorOptions {}

const WITH_CUT = ["reset", "crash", "cut", "observe"];
const PROMISING = { variant: { ...PLAIN, writesFreezeBelow: true } };

/** It is on disk a moment after it was answered. */
class Lazy extends Acceptor {
  override save() {
    setImmediate(() => super.save());
  }
}

/** It looks at what it holds, and changes it a moment later. */
class Racing extends Acceptor {
  override write(register: number, value: string) {
    const isFree = this.mayWrite(register);
    if (isFree) setImmediate(() => super.write(register, value));
    return isFree || this.accepted.get(register) === value ? { type: "write_ok" } : this.refusal(register);
  }
}

/** It promises what it accepts: two writes to the disk, in this order. */
class Promising extends Acceptor {
  override save() {
    this.disk.accepted = [...this.accepted];
    this.disk.promised = this.promised;
  }

  override write(register: number, value: string) {
    if (this.mayWrite(register)) this.promised = register;
    return super.write(register, value);
  }
}

/** The same in the other order: a promise alone does no harm, and so nobody can tell. */
class PromisingFirst extends Promising {
  override save() {
    this.disk.promised = this.promised;
    this.disk.accepted = [...this.accepted];
  }
}

type JournalingDisk = Acceptor["disk"] & { journal?: [number, string][]; lock?: number };

/** What it takes goes to a journal first, which is read at every start until something else is taken. */
class Journaling extends Acceptor {
  constructor(disk: JournalingDisk) {
    super(disk);
    for (const [register, value] of disk.journal ?? []) this.accepted.set(register, value);
  }

  override save() {
    (this.disk as JournalingDisk).journal = [...this.accepted];
    super.save();
  }
}

/** It is emptied as soon as it was read. */
class JournalingOnce extends Journaling {
  constructor(disk: JournalingDisk) {
    super(disk);
    disk.journal = [];
  }
}

/** It locks what it is about to change, and nobody takes away the locks of the dead. */
class Locking extends Acceptor {
  override mayWrite(register: number) {
    return super.mayWrite(register) && (this.disk as JournalingDisk).lock !== register;
  }

  override write(register: number, value: string) {
    if (!this.mayWrite(register)) return super.write(register, value);
    (this.disk as JournalingDisk).lock = register;
    this.accepted.set(register, value);
    this.save();
    (this.disk as JournalingDisk).lock = -1;
    return { type: "write_ok" };
  }
}

const SOUND: readonly (AcceptorTrial & { readonly name: string })[] = [
  {
    name: "that saves a promise, and then the value that goes with it",
    kind: PromisingFirst,
    can: WITH_CUT,
    ...PROMISING,
  },
  { name: "that has a journal", kind: Journaling, can: WITH_CUT },
  { name: "that does several things at once", lines: inTasks() },
];

describe("an acceptor is as good as ours", () => {
  it.each(SOUND)("$name", async ({ name: _, ...trial }) => {
    const { verdict, divergence } = await verifiedWith(acceptors(trial), trial);
    expect([verdict, divergence?.what]).toEqual(["safe", undefined]);
  });
});

const FAULTS: readonly (AcceptorTrial & { readonly name: string; readonly what: string })[] = [
  {
    name: "answers before it saves",
    kind: Lazy,
    what: 'S1 answered the prepare of R1 with "prepare_ok", and holds nothing in R0, nothing in R1 after a crash that came at once',
  },
  {
    name: "looks before it writes",
    kind: Racing,
    lines: inTasks(),
    can: ["reset", "observe"],
    what: 'S1 answered the write of B to R0 with "write_ok", the prepare of R1 with "prepare_ok", the write of B to R0 with "refused", and holds nil in R0, nothing in R1: no order of them, sent at once, leads to that',
  },
  {
    name: "saves a value, and then the promise that goes with it",
    kind: Promising,
    can: WITH_CUT,
    ...PROMISING,
    what: 'S1 holds A in R1 after it was killed while it handled "write" for R1, where the model holds nil in R0 then, too',
  },
  {
    name: "uses its journal once",
    kind: JournalingOnce,
    can: WITH_CUT,
    what: 'S0 holds nothing in R0 when it starts a second time after a crash cut "write" for R0 short, where it must hold A',
  },
  {
    name: "leaves a lock behind",
    kind: Locking,
    can: WITH_CUT,
    what: "S0 refused a write to R0 since that holds nil, and holds nothing there, when it came again after a crash had cut it short",
  },
];

describe("a fault of an acceptor is found", () => {
  it.each(FAULTS)("$name", async ({ name: _, what, ...trial }) => {
    const { verdict, divergence } = await verifiedWith(acceptors(trial), trial);
    expect([verdict, divergence?.what]).toEqual(["diverges", what]);
  });
});

describe("what was not tried is said where", () => {
  it("the work ends amid these requests", async () => {
    const interruption = new AbortController();
    const plain = acceptors({ can: WITH_CUT });
    const interrupting: Handler = (node, body) => {
      if (body.type === "cut") interruption.abort();
      return plain(node, body);
    };
    const { replay } = await verifiedWith(interrupting, { signal: interruption.signal });
    expect(replay!.stoppedBy).toBe("interrupted");
    expect(replay!.adapter!.notTested).toEqual([UNDER_WAY_UNTRIED]);
  });

  it("a process would have to be killed once too often", async () => {
    const untried = new Set<string>();
    let kills = 0;
    const adapter = { crashes: "killed", can: () => false } as unknown as Adapter;
    const nodes = {
      crashDuring: async () => {
        kills++;
        return { answers: [null], cut: { cut: [], retold: [] } };
      },
    } as unknown as ForeignNodes;
    const kind = {
      ...{ bodyOf: () => ({ type: "put" }), look: async () => 0, isSame: () => true, after: () => 0 },
      ...{ mayAnswer: () => true, mayLook: () => true },
    } as unknown as ForeignKind<number, string>;
    const crashes = new ForeignCrashes({ adapter, untried }, nodes, kind);
    const server = { name: "S0", history: [], changes: [], view: 0 };
    for (let request = 0; request < 12; request++) await crashes.during(server, "put", request);
    expect([kills, [...untried]]).toEqual([12, []]);
    await crashes.during(server, "put", 12);
    const sentence = "Requests that SIGKILL cuts short, but for 12 of them: each costs a process.";
    expect([kills, [...untried]]).toEqual([12, [sentence]]);
  });
});
