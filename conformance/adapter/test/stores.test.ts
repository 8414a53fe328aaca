/** Foreign stores of write-once registers: what is as good as ours, and faults. */
import { describe, expect, it } from "vitest";
import { FREEDOMS, type Freedom } from "../../replay/foreign/freedoms.js";
import type { Body } from "../messages.js";
import { type Handler, inTasks, type Lines } from "./local-adapter.js";
import { verifiedWith } from "./verified.js";

type Content = string | null;
type Answer = Omit<Body, "in_reply_to">;

class Store {
  readonly disk: Map<number, Content>;
  cells: Map<number, Content>;

  constructor(disk: Map<number, Content>) {
    this.disk = disk;
    this.cells = new Map(disk);
  }

  save(register: number, value: Content): void {
    this.disk.set(register, value);
  }

  isTaken(register: number, _value: Content): boolean {
    return this.cells.has(register);
  }

  put(register: number, value: Content): Answer {
    if (this.isTaken(register, value)) return this.refusal(register, value);
    this.cells.set(register, value);
    this.save(register, value);
    return { type: "put_ok" };
  }

  refusal(register: number, _value: Content): Answer {
    return { type: "refused", holds: this.cells.get(register) };
  }
}

const stores = (kind: typeof Store): Handler => {
  const disks = new Map<string, Map<number, Content>>();
  const nodes = new Map<string, Store>();
  const quorate = { version: 1, role: "store", hosts: "all", can: ["reset", "crash"] };
  return (node, { type, register, value }) => {
    if (type === "init" || type === "reset") disks.set(node, new Map());
    if (type === "put") return nodes.get(node)!.put(register as number, value as Content);
    if (type === "read") return { type: "read_ok", holds: nodes.get(node)!.cells.get(register as number) };
    nodes.set(node, new kind(disks.get(node)!));
    return { type: `${type}_ok`, quorate };
  };
};

const SOUND: readonly { readonly name: string; readonly freedoms?: readonly Freedom[]; readonly kind: typeof Store }[] =
  [
    { name: "as the protocol says", kind: Store },
    {
      name: "that does not say what was there",
      freedoms: ["keeps contents"],
      kind: class extends Store {
        override refusal() {
          return { type: "refused" };
        }
      },
    },
    {
      name: "that confirms a put of what is there",
      kind: class extends Store {
        override refusal(register: number, value: Content) {
          return this.cells.get(register) === value ? { type: "put_ok" } : super.refusal(register, value);
        }
      },
    },
  ];

describe("a store is as good as ours", () => {
  it.each(SOUND)("$name", async ({ kind, freedoms = [] }) => {
    const { verdict, replay, divergence } = await verifiedWith(stores(kind));
    expect(divergence?.what).toBeUndefined();
    expect([verdict, replay!.transitionsCovered]).toEqual(["safe", replay!.transitionsReachable]);
    expect(replay!.adapter).toMatchObject({ role: "store", freedoms: freedoms.map((freedom) => FREEDOMS[freedom]) });
  });
});

const FAULTS: readonly {
  readonly name: string;
  readonly what: string;
  readonly steps: number;
  readonly kind: typeof Store;
  readonly lines?: Lines;
}[] = [
  {
    name: "ignores that nobody is to overwrite",
    what: "S0 answered that R0 holds nil where R0 of the model holds A",
    steps: 2,
    kind: class extends Store {
      override isTaken() {
        return false;
      }
    },
  },
  {
    name: "takes nil for nothing",
    what: "S0 answered that R0 holds A where R0 of the model holds nil",
    steps: 2,
    kind: class extends Store {
      override isTaken(register: number) {
        return (this.cells.get(register) ?? null) !== null;
      }
    },
  },
  {
    name: "lets nil take the place of a value",
    what: "S1 answered that R0 holds nil where R0 of the model holds B",
    steps: 2,
    kind: class extends Store {
      override isTaken(register: number, value: Content) {
        return this.cells.has(register) && value !== null;
      }
    },
  },
  {
    name: "says that it took what it refused",
    what: "S0 answered that R0 holds nil where R0 of the model holds A",
    steps: 2,
    kind: class extends Store {
      override refusal() {
        return { type: "put_ok" };
      }
    },
  },
  {
    name: "refuses for what is not there",
    what: "S0 refused to put R0, and reads that it is unwritten",
    steps: 1,
    kind: class extends Store {
      override put(register: number, value: Content) {
        return value === null ? { type: "refused" } : super.put(register, value);
      }
    },
  },
  {
    name: "loses values in a crash",
    what: "S0 holds nothing in R0 where the model holds A after a restart",
    steps: 2,
    kind: class extends Store {
      override save(register: number, value: Content) {
        if (value === null) super.save(register, value);
      }
    },
  },
  {
    name: "loses nil in a crash",
    what: "S0 holds nothing in R0 where the model holds nil after a restart",
    steps: 1,
    kind: class extends Store {
      override save(register: number, value: Content) {
        if (value !== null) super.save(register, value);
      }
    },
  },
  {
    name: "answers before it saves",
    what: 'S1 answered the put of A to R0 with "put_ok", and holds nothing in R0, nothing in R1 after a crash that came at once',
    steps: 1,
    kind: class extends Store {
      override save(register: number, value: Content) {
        setImmediate(() => super.save(register, value));
      }
    },
  },
  {
    name: "looks whether there is something, and puts a moment later",
    what: 'S1 answered the put of A to R0 with "put_ok", the put of nil to R0 with "put_ok", the put of A to R0 with "put_ok", and holds A in R0, nothing in R1: no order of them, sent at once, leads to that',
    steps: 1,
    lines: inTasks(),
    kind: class extends Store {
      override put(register: number, value: Content) {
        if (this.isTaken(register, value)) return this.refusal(register, value);
        this.save(register, value);
        setImmediate(() => this.cells.set(register, value));
        return { type: "put_ok" };
      }
    },
  },
];

describe("a fault of a store is found", () => {
  it.each(FAULTS)("$name", async ({ kind, what, steps, lines }) => {
    const { verdict, divergence } = await verifiedWith(stores(kind), lines === undefined ? {} : { lines });
    expect({ verdict, what: divergence?.what, steps: divergence?.steps.length }).toEqual({
      verdict: "diverges",
      what,
      steps,
    });
  });
});
