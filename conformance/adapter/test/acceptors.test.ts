/** Foreign acceptors: other choices than ours raise no alarm, faults are found, each with the step and the sentence. */
import { describe, expect, it } from "vitest";
import { PLAIN } from "../../../model/registers/variant.js";
import { FREEDOMS, type Freedom } from "../../replay/foreign/freedoms.js";
import type { Verification } from "../../verify/report.js";
import { Acceptor, type AcceptorOptions, acceptors } from "./acceptors.js";
import { answerTo } from "./local-adapter.js";
import { type Trial, verifiedWith } from "./verified.js";

interface AcceptorTrial extends Trial, AcceptorOptions {}

const verified = (trial: AcceptorTrial): Promise<Verification> => verifiedWith(acceptors(trial), trial);

/** The kind of acceptor that does this otherwise. */
const but = (change: (plain: typeof Acceptor) => typeof Acceptor): AcceptorTrial => ({ kind: change(Acceptor) });

const greatestAlone = but(
  (Plain) =>
    class extends Plain {
      override below(register: number) {
        return super.below(register).slice(-1);
      }
    },
);

/** As acceptors are taught: one ballot, one value. */
const forgetful = but(
  (Plain) =>
    class extends Plain {
      override write(register: number, value: string) {
        const taken = this.mayWrite(register);
        const answer = super.write(register, value);
        if (taken) this.accepted = new Map([[register, value]]);
        this.promised = Math.max(this.promised, taken ? register : 0);
        this.save();
        return answer;
      }

      override prepare(register: number) {
        return register < this.promised ? { type: "refused" } : super.prepare(register);
      }
    },
);

const SOUND: readonly (AcceptorTrial & { readonly name: string; readonly freedoms?: readonly Freedom[] })[] = [
  { name: "as the protocol says" },
  {
    name: "with fields that nobody asked for",
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            return { ...super.prepare(register), ballot: register, took_us: 7 };
          }
        },
    ),
  },
  { name: "that tells the greatest value alone", table: "alone", freedoms: ["greatest alone"], ...greatestAlone },
  {
    name: "that has one ballot and one value, and promises what it accepts",
    ...{
      table: "alone",
      variant: { ...PLAIN, writesFreezeBelow: true },
      freedoms: ["greatest alone", "forgets lower", "refuses late prepares", "refuses repeats"],
    },
    ...forgetful,
  },
  {
    name: "that tells all that it has",
    table: "alone",
    freedoms: ["tells more"],
    ...but(
      (Plain) =>
        class extends Plain {
          override below() {
            return this.values();
          }
        },
    ),
  },
  {
    name: "that tells the greatest first",
    table: "alone",
    freedoms: ["any order"],
    ...but(
      (Plain) =>
        class extends Plain {
          override below(register: number) {
            return super.below(register).reverse();
          }
        },
    ),
  },
  {
    name: "that refuses to promise less than it has",
    freedoms: ["refuses late prepares"],
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            return register < this.promised ? { type: "refused" } : super.prepare(register);
          }
        },
    ),
  },
  {
    name: "that refuses to promise the same again",
    freedoms: ["refuses late prepares"],
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            return register <= this.promised ? { type: "refused", promised: this.promised } : super.prepare(register);
          }
        },
    ),
  },
  {
    name: "that does not confirm again what it has taken",
    freedoms: ["refuses repeats"],
    ...but(
      (Plain) =>
        class extends Plain {
          override write(register: number, value: string) {
            return this.accepted.has(register) ? this.refusal(register) : super.write(register, value);
          }
        },
    ),
  },
  {
    name: "that does not say why it refuses",
    freedoms: ["keeps contents"],
    ...but(
      (Plain) =>
        class extends Plain {
          override refusal() {
            return { type: "refused" };
          }
        },
    ),
  },
  { name: "that cannot be looked into", can: ["reset", "crash"] },
  {
    name: "that cannot be looked into, and tells the greatest value alone",
    table: "alone",
    can: ["reset", "crash"],
    ...greatestAlone,
    freedoms: ["greatest alone"],
  },
  { name: "that does not crash", can: ["reset", "observe"] },
  {
    name: "that answers message by message",
    lines: (batch, handler) =>
      batch.flatMap((message) => answerTo(message, handler)).map((answer) => JSON.stringify(answer)),
  },
  {
    name: "that answers the last message of a batch first",
    lines: (batch, handler) => [JSON.stringify(batch.flatMap((message) => answerTo(message, handler)).reverse())],
  },
  {
    name: "that prints empty lines",
    lines: (batch, handler) => ["", JSON.stringify(batch.flatMap((message) => answerTo(message, handler))), "  "],
  },
];

describe("an acceptor is as good as ours", () => {
  it.for(SOUND)("$name", async ({ name: _, freedoms = [], ...trial }) => {
    const { verdict, replay, divergence } = await verified(trial);
    expect(divergence?.what).toBeUndefined();
    expect([verdict, replay!.transitionsCovered]).toEqual(["safe", replay!.transitionsReachable]);
    expect(replay!.adapter!.freedoms).toEqual(freedoms.map((freedom) => FREEDOMS[freedom]));
  });
});

const FAULTS: readonly (AcceptorTrial & { readonly name: string; readonly what: string; readonly steps: number })[] = [
  {
    name: "takes a second value",
    table: "open",
    what: 'S0 answered "written" to a late write of B to R0, which must be refused',
    steps: 3,
    ...but(
      (Plain) =>
        class extends Plain {
          override mayWrite(register: number) {
            return register >= this.promised;
          }
        },
    ),
  },
  {
    name: "ignores what it has promised",
    what: 'S0 answered "written" to a late write of A to R0, which must be refused',
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override mayWrite(register: number) {
            return !this.accepted.has(register);
          }
        },
    ),
  },
  {
    name: "promises one register set too many",
    what: 'S0 answered "written" to a late write of A to R0, which must be refused',
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override mayWrite(register: number) {
            return !this.accepted.has(register) && (register > this.promised || register === 0);
          }
        },
    ),
  },
  {
    name: "promises one register set too few",
    what: "S0 holds nothing in R0 where the model holds nil",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            const { values } = super.prepare(register - 1);
            return { type: "prepare_ok", values };
          }
        },
    ),
  },
  {
    name: "takes back a promise for an older one",
    table: "three",
    what: "S0 holds nothing in R0 where the model holds nil after a prepare that had nothing left to freeze",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            this.promised = register;
            this.save();
            return { type: "prepare_ok", values: this.below(register) };
          }
        },
    ),
  },
  {
    name: "tells nothing of what it has",
    what: "S1 told the client of R1 that R0 holds no value where the model has B",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override below() {
            return [];
          }
        },
    ),
  },
  {
    name: "tells the least value alone",
    samples: "alone",
    table: "three",
    what: "S0 told the client of R2 that R1 holds no value where the model has A",
    steps: 4,
    ...but(
      (Plain) =>
        class extends Plain {
          override below(register: number) {
            return super.below(register).slice(0, 1);
          }
        },
    ),
  },
  {
    name: "tells the greatest value alone where others count",
    samples: "alone",
    table: "eager",
    what: "S0 told the client of R2 that R0 holds no value where the model has A",
    steps: 4,
    ...greatestAlone,
  },
  {
    name: "tells a value of another register set",
    what: "S1 told the client of R1 that R0 holds no value where the model has B",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override below(register: number): [number, string][] {
            return super.below(register).map(([set, value]) => [set + 1, value]);
          }
        },
    ),
  },
  {
    name: "confirms what it refuses",
    what: 'S0 answered "written" to a late write of A to R0, which must be refused',
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override refusal() {
            return { type: "write_ok" };
          }
        },
    ),
  },
  {
    name: "says that it refused for another value",
    what: "S0 refused a write to R0 since that holds X, and holds nil there",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override refusal() {
            return { type: "refused", holds: "X" };
          }
        },
    ),
  },
  {
    name: "refuses what it could take",
    what: "S0 refused a write to R1 since that holds nil, and holds nothing there",
    steps: 4,
    ...but(
      (Plain) =>
        class extends Plain {
          override mayWrite(register: number) {
            return super.mayWrite(register) && this.accepted.size === 0;
          }
        },
    ),
  },
  {
    name: "refuses a promise that it could make",
    what: 'S0 answered "refused" to the prepare of R1',
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            return this.accepted.size > 0 ? { type: "refused" } : super.prepare(register);
          }
        },
    ),
  },
  {
    name: "forgets its promise in a crash",
    what: "S0 holds nothing in R0 where the model holds nil after a restart",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override save() {
            this.disk.accepted = [...this.accepted];
          }
        },
    ),
  },
  {
    name: "forgets a value in a crash",
    what: "S0 holds nothing in R0 where the model holds A after a restart",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override save() {
            this.disk.promised = this.promised;
          }
        },
    ),
  },
  {
    name: "remembers only the first value in a crash",
    what: "S0 holds nothing in R1 where the model holds A after a restart",
    steps: 4,
    ...but(
      (Plain) =>
        class extends Plain {
          override save() {
            this.disk.promised = this.promised;
            if (this.disk.accepted.length === 0) this.disk.accepted = [...this.accepted];
          }
        },
    ),
  },
  {
    name: "promises what it accepts, unannounced",
    what: "S1 holds nil in R0 where the model holds nothing",
    steps: 3,
    ...forgetful,
  },
  {
    name: "fails when it is prepared again",
    what: 'S1 answered "error" to "prepare" for R0: already promised',
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(register: number) {
            return register === this.promised
              ? { type: "error", code: 13, text: "already promised" }
              : super.prepare(register);
          }
        },
    ),
  },
];

describe("a fault of an acceptor is found", () => {
  it.for(FAULTS)("$name", async ({ name: _, what, steps, ...trial }) => {
    const { verdict, divergence } = await verified(trial);
    expect({ verdict, what: divergence?.what, steps: divergence?.steps.length }).toEqual({
      verdict: "diverges",
      what,
      steps,
    });
  });
});
