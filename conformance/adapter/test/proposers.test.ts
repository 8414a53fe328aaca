/** Foreign proposers: other choices than ours raise no alarm, faults are found, each with the step and the sentence. */
import { describe, expect, it } from "vitest";
import { FREEDOMS, type Freedom } from "../../replay/foreign/freedoms.js";
import type { Verification } from "../../verify/report.js";
import type { Body } from "../messages.js";
import { OurClient } from "../our-client.js";
import { NO_HANDLER, Proposer, type ProposerOptions, proposers, type Values } from "./proposers.js";
import { type Trial, verifiedWith } from "./verified.js";

interface ProposerTrial extends Trial, ProposerOptions {}

const verified = (trial: ProposerTrial): Promise<Verification> =>
  verifiedWith(NO_HANDLER, { lines: proposers(trial), ...trial });

/** The kind of proposer that does this otherwise. */
const but = (change: (plain: typeof Proposer) => typeof Proposer): ProposerTrial => ({ kind: change(Proposer) });

const SOUND: readonly (ProposerTrial & {
  readonly name: string;
  readonly freedoms?: readonly Freedom[];
  /** It does not go everywhere. */
  readonly isPartial?: true;
})[] = [
  { name: "as the protocol says" },
  {
    name: "that waits for all promises",
    freedoms: ["hears more"],
    isPartial: true,
    ...but(
      (Plain) =>
        class extends Plain {
          override isPrepared() {
            return this.promised.size === this.mouth.servers.length;
          }
        },
    ),
  },
  {
    name: "that prepares R0 too",
    freedoms: ["hears more"],
    ...but(
      (Plain) =>
        class extends Plain {
          override start() {
            for (const server of this.mouth.servers) this.prepare(server);
          }
        },
    ),
  },
  {
    name: "that asks one server after the other",
    table: "majority",
    freedoms: ["asks some", "asks again"],
    isPartial: true,
    ...but(
      (Plain) =>
        class extends Plain {
          override start() {
            if (this.isPrepared()) this.propose();
            else this.prepare(this.mouth.servers[0]!);
          }

          override hearPromise(server: string, values: Values) {
            super.hearPromise(server, values);
            const next = this.mouth.servers.find((other) => !this.promised.has(other));
            if (this.chosen === null && next !== undefined) this.prepare(next);
          }
        },
    ),
  },
  {
    name: "that writes to one server after the other",
    freedoms: ["writes to some", "asks again"],
    isPartial: true,
    ...but(
      (Plain) =>
        class extends Plain {
          override propose() {
            this.chosen = this.pick();
            this.claim();
            this.write(this.mouth.servers[0]!);
          }

          override hearTaken(server: string) {
            super.hearTaken(server);
            const next = this.mouth.servers.find((other) => !this.taken.has(other));
            if (next !== undefined) this.write(next);
          }
        },
    ),
  },
  {
    name: "that repeats its requests with every answer",
    freedoms: ["asks again"],
    ...but(
      (Plain) =>
        class extends Plain {
          override hear(server: string, body: Body) {
            super.hear(server, body);
            if (this.chosen === null) this.prepare(server);
            else if (!this.hasEnded) this.write(server);
          }
        },
    ),
  },
  {
    name: "that outputs once all have taken its value",
    table: "majority",
    freedoms: ["waits to output"],
    ...but(
      (Plain) =>
        class extends Plain {
          override isDecided() {
            return super.isDecided() && this.taken.size + this.refused.size === this.mouth.servers.length;
          }

          override hearRefusal(server: string) {
            super.hearRefusal(server);
            if (this.chosen !== null && this.isDecided()) this.output(this.chosen);
          }
        },
    ),
  },
  {
    name: "that outputs what it has read to be decided",
    freedoms: ["hears more", "outputs reads"],
    isPartial: true,
    ...but(
      (Plain) =>
        class extends Plain {
          override isPrepared() {
            return this.promised.size === this.mouth.servers.length;
          }

          override propose() {
            const [first, ...others] = [...this.promised.values()].map((values) => values[0]?.[1]);
            const isDecided = first !== undefined && others.every((other) => other === first);
            if (this.task.register > 0 && isDecided) this.output(first);
            else super.propose();
          }
        },
    ),
  },
  {
    name: "that gives up when it is refused",
    freedoms: ["gives up"],
    ...but(
      (Plain) =>
        class extends Plain {
          override hearRefusal() {
            if (!this.hasEnded) this.mouth.end({ type: "refused" });
            this.hasEnded = true;
          }
        },
    ),
  },
  {
    name: "that leaves promises out of account that tell of a value, as long as it can",
    table: "majority",
    freedoms: ["hears more"],
    isPartial: true,
    ...but(
      (Plain) =>
        class extends Plain {
          override hearPromise(server: string, values: Values) {
            if (this.chosen !== null) return;
            this.promised.set(server, values);
            const unread = [...this.promised].filter(([, told]) => told.length === 0);
            const suffices = this.task.prepare.some((quorum) =>
              quorum.every((s) => unread.some(([name]) => name === s)),
            );
            if (suffices) for (const [name, told] of this.promised) if (told.length > 0) this.promised.delete(name);
            if (suffices || this.promised.size === this.mouth.servers.length) this.propose();
          }
        },
    ),
  },
  {
    name: "that gives up when nobody promises anything",
    freedoms: ["gives up"],
    ...but(
      (Plain) =>
        class extends Plain {
          override hearRefusal(server: string) {
            super.hearRefusal(server);
            const isLast = this.chosen === null && this.refused.size === this.mouth.servers.length;
            if (isLast && !this.hasEnded) this.mouth.end({ type: "refused" });
            this.hasEnded ||= isLast;
          }
        },
    ),
  },
  {
    name: "that waits for all promises every other time",
    table: "majority",
    freedoms: ["hears more"],
    isPartial: true,
    ...but((Plain) => {
      let clients = 0;
      return class extends Plain {
        readonly waits = clients++ % 2 === 0;

        override isPrepared() {
          return super.isPrepared() && (!this.waits || this.promised.size === this.mouth.servers.length);
        }
      };
    }),
  },
  {
    name: "that rather proposes what it has read, where any value will do",
    table: "strict",
    freedoms: ["prefers reads"],
    ...but(
      (Plain) =>
        class extends Plain {
          override pick() {
            const read = this.told().map(([, value]) => value);
            return read.find((value) => value !== this.task.value) ?? this.task.value;
          }
        },
    ),
  },
  { name: "that cannot crash, and leaves no attempt for another", can: ["reset"] },
];

/** Tables in which a client has to choose, by each selection. */
describe("our own client agrees, as an adapter of itself", () => {
  it.each([
    ["greatest", "both"],
    ["eager", "open"],
    ["strict", "strict"],
    ["decision-table", "decision-table"],
  ] as const)("%s", async (_, table) => {
    const client = new OurClient();
    const lines: Trial["lines"] = (batch) => [JSON.stringify(client.hear(batch))];
    const { replay, divergence } = await verifiedWith(NO_HANDLER, { table, lines });
    expect(divergence?.what).toBeUndefined();
    expect([replay!.agrees, replay!.transitionsCovered]).toEqual([true, replay!.transitionsReachable]);
    expect(replay!.adapter!.freedoms).toEqual([]);
  });
});

describe("a proposer is as good as ours", () => {
  it.for(SOUND)("$name", async ({ name: _, freedoms = [], isPartial, ...trial }) => {
    const { verdict, replay, divergence } = await verified(trial);
    expect(divergence?.what).toBeUndefined();
    expect(verdict).toBe("safe");
    expect(replay!.transitionsCovered < replay!.transitionsReachable).toBe(isPartial === true);
    expect(replay!.adapter!.freedoms).toEqual(freedoms.map((freedom) => FREEDOMS[freedom]));
  });
});

/** Takes promises that it had in one attempt for promises in the next. */
const recallingPromisesFrom = (place: "memory" | "disk") =>
  but(
    (Plain) =>
      class extends Plain {
        override start() {
          for (const [server, values] of this.mouth[place]) this.promised.set(server, values);
          if (this.isPrepared()) this.propose();
          else super.start();
        }

        override hearPromise(server: string, values: Values) {
          super.hearPromise(server, values);
          this.mouth[place].set(server, values);
        }
      },
  );

const FAULTS: readonly (ProposerTrial & { readonly name: string; readonly what: string; readonly steps: number })[] = [
  {
    name: "proposes its own value though it has read one",
    what: "the client of R1 with input B, having heard {S0}, proposes B where the model allows only A",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override pick() {
            return this.task.value;
          }
        },
    ),
  },
  {
    name: "proposes the value of the least register set",
    samples: "alone",
    what: "the client of R2 with input A, having heard {S0}, proposes A where the model allows only B",
    steps: 5,
    table: "three",
    ...but(
      (Plain) =>
        class extends Plain {
          override told() {
            return [...super.told()].reverse();
          }
        },
    ),
  },
  {
    name: "proposes a value of nobody",
    what: "the client of R0 with input A proposes X, which it has not read: that breaks rule 2, new value",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override pick() {
            return "X";
          }
        },
    ),
  },
  {
    name: "forgets the promises before the last",
    what: "the client of R1 with input B, having heard {S0, S1}, proposes B where the model allows only A",
    steps: 3,
    table: "majority",
    ...but(
      (Plain) =>
        class extends Plain {
          override told() {
            return [...this.promised.values()].at(-1) ?? [];
          }
        },
    ),
  },
  {
    name: "proposes after any promise",
    what: "the client of R1 with input A, having heard {S0}, proposes A where the model has it wait",
    steps: 2,
    table: "majority",
    ...but(
      (Plain) =>
        class extends Plain {
          override isPrepared() {
            return this.promised.size > 0;
          }
        },
    ),
  },
  {
    name: "counts a promise twice",
    what: "the client of R1 with input A, having heard {S0}, proposes A where the model has it wait",
    steps: 2,
    table: "majority",
    ...but(
      (Plain) =>
        class extends Plain {
          promises = 0;

          override hearPromise(server: string, values: Values) {
            this.promises++;
            super.hearPromise(server, values);
          }

          override isPrepared() {
            return this.promises >= 2;
          }
        },
    ),
  },
  {
    name: "takes a refusal for a promise",
    what: "the client of R1 with input A, having heard nobody, proposes A where the model has it wait",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override hearRefusal(server: string) {
            this.hearPromise(server, []);
          }
        },
    ),
  },
  {
    name: "proposes without phase 1",
    what: "the client of R1 with input A, having heard nobody, proposes A where the model has it wait",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override start() {
            this.propose();
          }
        },
    ),
  },
  {
    name: "takes nothing told for a reason to wait",
    what: "the client of R1 with input A, having heard all servers, waits where the model lets it propose A",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override isPrepared() {
            return super.isPrepared() && this.told().length > 0;
          }
        },
    ),
  },
  {
    name: "writes one register set too high",
    what: "the client of R0 sent S0 a write for R1, which is not its register set",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override write(server: string) {
            this.mouth.send(server, { type: "write", register: this.task.register + 1, value: this.chosen! });
          }
        },
    ),
  },
  {
    name: "prepares one register set too low",
    what: "the client of R1 sent S0 a prepare for R0, which is not its register set",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override prepare(server: string) {
            this.mouth.send(server, { type: "prepare", register: this.task.register - 1 });
          }
        },
    ),
  },
  {
    name: "writes its own value to the last server",
    what: "the client of R1 has proposed A, and writes B to S1",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override write(server: string) {
            const value = server === this.mouth.servers.at(-1) ? this.task.value : this.chosen!;
            this.mouth.send(server, { type: "write", register: this.task.register, value });
          }
        },
    ),
  },
  {
    name: "changes its mind after another promise",
    what: "the client of R1 has proposed B, and writes A to S0",
    steps: 3,
    ...but(
      (Plain) =>
        class extends Plain {
          override hearPromise(server: string, values: Values) {
            this.promised.set(server, values);
            if (this.isPrepared()) this.propose();
          }
        },
    ),
  },
  {
    name: "outputs after the first acknowledgement",
    what: "the client of R0 outputs A after acknowledgements from only {S0}, which is no phase-2 quorum",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override isDecided() {
            return this.taken.size > 0;
          }
        },
    ),
  },
  {
    name: "counts an acknowledgement twice",
    what: "the client of R0 outputs A after acknowledgements from only {S0}, which is no phase-2 quorum",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          acknowledgements = 0;

          override hearTaken(server: string) {
            this.acknowledgements++;
            super.hearTaken(server);
          }

          override isDecided() {
            return this.acknowledgements >= 2;
          }
        },
    ),
  },
  {
    name: "takes a refused write for an acknowledgement",
    what: "the client of R0 outputs A after acknowledgements from only {S0}, which is no phase-2 quorum",
    steps: 3,
    ...but(
      (Plain) =>
        class extends Plain {
          override hearRefusal(server: string) {
            this.hearTaken(server);
          }
        },
    ),
  },
  {
    name: "outputs its own value, not the one that it has proposed",
    what: "the client of R1 outputs B, which it has not read from a quorum of one register set",
    steps: 5,
    ...but(
      (Plain) =>
        class extends Plain {
          override output() {
            super.output(this.task.value);
          }
        },
    ),
  },
  {
    name: "outputs when it proposes",
    what: "the client of R0 outputs A before anybody has acknowledged it",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override propose() {
            super.propose();
            this.output(this.chosen!);
          }
        },
    ),
  },
  {
    name: "never outputs",
    what: "the client of R0 has not output A though all have answered its writes, and a phase-2 quorum, {S0, S1}, has taken them",
    steps: 3,
    ...but(
      (Plain) =>
        class extends Plain {
          override output() {}
        },
    ),
  },
  {
    name: "forgets where it has proposed when it crashes",
    what: "the client of R0 has proposed A there, lost its power, and proposes B there after it has started again",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override claim() {}
        },
    ),
  },
  {
    name: "fails when it is refused",
    what: 'the client answered "error" to "propose": unexpected',
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override hearRefusal() {
            if (!this.hasEnded) this.mouth.end({ type: "error", text: "unexpected" });
            this.hasEnded = true;
          }
        },
    ),
  },
  {
    name: "never says anything",
    what: "the client of R0 never proposes anything, whoever answers it, so that there is nothing to compare",
    steps: 1,
    ...but(
      (Plain) =>
        class extends Plain {
          override start() {}
        },
    ),
  },
  {
    name: "prepares for ever",
    what: "the client of R1 with input A, having heard all servers, waits where the model lets it propose A",
    steps: 2,
    ...but(
      (Plain) =>
        class extends Plain {
          override isPrepared() {
            return this.task.register === 0;
          }
        },
    ),
  },
  {
    name: "takes a late promise for an acknowledgement",
    what: "the client of R1 outputs A after acknowledgements from only {S0}, which is no phase-2 quorum",
    steps: 4,
    table: "majority",
    ...but(
      (Plain) =>
        class extends Plain {
          override hearPromise(server: string, values: Values) {
            if (this.chosen === null) super.hearPromise(server, values);
            else this.hearTaken(server);
          }
        },
    ),
  },
  {
    name: "takes a late promise of another value for an acknowledgement",
    what: "the client of R1 outputs B after acknowledgements from only {S0}, which is no phase-2 quorum",
    steps: 6,
    table: "majorities",
    ...but(
      (Plain) =>
        class extends Plain {
          override hearPromise(server: string, values: Values) {
            if (this.chosen === null) super.hearPromise(server, values);
            else if (values.some(([, value]) => value !== this.chosen)) this.taken.add(server);
          }
        },
    ),
  },
  {
    name: "takes answers to an attempt that it has left",
    what: "the client of R2, which has left an attempt in R1, with input B, having heard nobody, proposes B where the model has it wait",
    steps: 1,
    table: "three",
    ignoresAttempts: true,
  },
  {
    name: "keeps its promises for the next attempt",
    what: "the client of R2, which has left an attempt in R1, with input B, having heard nobody, proposes B where the model has it wait",
    steps: 1,
    table: "three",
    ...recallingPromisesFrom("memory"),
  },
  {
    name: "finds promises on its disk that were for another register set",
    what: "the client of R2, which has lost its power in R1, with input B, having heard nobody, proposes B where the model has it wait",
    steps: 1,
    table: "three",
    can: ["reset", "crash"],
    ...recallingPromisesFrom("disk"),
  },
  {
    name: "proposes one of two values of which none can be decided any more, where its own is due",
    what: "the client of R1 with input A, having heard {S0, S1}, proposes B where the model allows only A",
    steps: 4,
    table: "open",
  },
];

describe("a fault of a proposer is found", () => {
  it.for(FAULTS)("$name", async ({ name: _, what, steps, ...trial }) => {
    const { verdict, divergence } = await verified(trial);
    expect({ verdict, what: divergence?.what, steps: divergence?.steps.length }).toEqual({
      verdict: "diverges",
      what,
      steps,
    });
  });
});
