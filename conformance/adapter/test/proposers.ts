/**
 * A proposer as somebody else may have written it: every method can be replaced, by something as good or by a fault.
 */
import type { Body, Envelope } from "../messages.js";
import type { Handler, Lines } from "./local-adapter.js";

export interface Task {
  readonly register: number;
  readonly value: string;
  /** Minimal phase-1 and phase-2 quorums of the register set. */
  readonly prepare: readonly (readonly string[])[];
  readonly decide: readonly (readonly string[])[];
}

export type Values = readonly (readonly [register: number, value: string])[];

/** What a client sends to whom, and what it answers to "propose". */
export interface Mouth {
  readonly servers: readonly string[];
  /** On its disk: the register sets where it has proposed, and whatever else. */
  readonly claims: Set<number>;
  readonly disk: Map<string, Values>;
  /** Outlives attempts, and no crash. */
  readonly memory: Map<string, Values>;
  readonly send: (
    server: string,
    body: { readonly type: "prepare" | "write"; register: number; value?: string },
  ) => void;
  readonly end: (body: Omit<Body, "in_reply_to">) => void;
}

export class Proposer {
  readonly task: Task;
  readonly mouth: Mouth;
  readonly promised = new Map<string, Values>();
  readonly taken = new Set<string>();
  readonly refused = new Set<string>();
  chosen: string | null = null;
  hasEnded = false;

  constructor(task: Task, mouth: Mouth) {
    this.task = task;
    this.mouth = mouth;
  }

  /** Below set 0 there is nothing to ask for. */
  start(): void {
    if (this.task.prepare.some((quorum) => quorum.length === 0)) this.propose();
    else for (const server of this.mouth.servers) this.prepare(server);
  }

  prepare(server: string): void {
    this.mouth.send(server, { type: "prepare", register: this.task.register });
  }

  write(server: string): void {
    this.mouth.send(server, { type: "write", register: this.task.register, value: this.chosen! });
  }

  hear(server: string, { type, values }: Body): void {
    if (type === "prepare_ok") this.hearPromise(server, values as Values);
    if (type === "write_ok") this.hearTaken(server);
    if (type === "refused") this.hearRefusal(server);
  }

  hearPromise(server: string, values: Values): void {
    if (this.chosen !== null) return;
    this.promised.set(server, values);
    if (this.isPrepared()) this.propose();
  }

  hearTaken(server: string): void {
    if (this.chosen === null) return;
    this.taken.add(server);
    if (this.isDecided()) this.output(this.chosen);
  }

  hearRefusal(server: string): void {
    this.refused.add(server);
  }

  isPrepared(): boolean {
    return this.task.prepare.some((quorum) => quorum.every((server) => this.promised.has(server)));
  }

  isDecided(): boolean {
    return this.task.decide.some((quorum) => quorum.every((server) => this.taken.has(server)));
  }

  /** All that it was told, the greatest register set last. */
  told(): Values {
    return [...this.promised.values()].flat().sort(([a], [b]) => a - b);
  }

  pick(): string {
    return this.told().at(-1)?.[1] ?? this.task.value;
  }

  propose(): void {
    this.chosen = this.pick();
    this.claim();
    for (const server of this.mouth.servers) this.write(server);
  }

  claim(): void {
    this.mouth.claims.add(this.task.register);
  }

  output(value: string): void {
    if (!this.hasEnded) this.mouth.end({ type: "propose_ok", value });
    this.hasEnded = true;
  }
}

export interface ProposerOptions {
  readonly kind?: typeof Proposer;
  readonly can?: readonly string[];
  /** Whether it does not tell answers to one attempt from those to another. */
  readonly ignoresAttempts?: boolean;
}

/** Nothing is answered one by one: what a client says depends on all that it hears. */
export const NO_HANDLER: Handler = () => null;

/** One client at a time, in one process. */
export function proposers({
  kind = Proposer,
  can = ["reset", "crash", "retry"],
  ignoresAttempts = false,
}: ProposerOptions = {}): Lines {
  let servers: readonly string[] = [];
  let client: Proposer | null = null;
  let numbers = 0;
  const claims = new Set<number>();
  const disk = new Map<string, Values>();
  const memory = new Map<string, Values>();
  const asked = new Map<number, string>();

  const answer = ({ src, dest, body }: Envelope): Envelope[] => {
    const said: Envelope[] = [];
    const reply = (to: Body, rest: object): void => {
      said.push({ src: dest, dest: src, body: { ...rest, in_reply_to: to.msg_id! } as Body });
    };
    const mouth: Mouth = {
      servers,
      claims,
      disk,
      memory,
      send: (server, message) => {
        asked.set(++numbers, server);
        current.push({ src: dest, dest: server, body: { ...message, msg_id: numbers } });
      },
      end: (rest) => current.push({ src: dest, dest: "quorate", body: { ...rest, in_reply_to: proposal } as Body }),
    };
    current = said;
    switch (body.type) {
      case "init":
        servers = (body.quorate as { servers: readonly string[] }).servers;
        reply(body, { type: "init_ok", quorate: { version: 1, role: "proposer", hosts: "all", can } });
        break;
      case "reset":
      case "crash":
        memory.clear();
        if (body.type === "reset") {
          claims.clear();
          disk.clear();
        }
        client = null;
        asked.clear();
        reply(body, { type: `${body.type}_ok` });
        break;
      case "propose":
        proposal = body.msg_id!;
        client = new kind(body as unknown as Task, mouth);
        if (!ignoresAttempts) asked.clear();
        if (claims.has(client.task.register)) mouth.end({ type: "refused" });
        else client.start();
        break;
      case "idle":
        reply(body, { type: "idle_ok" });
        break;
      default:
        if (asked.get(body.in_reply_to!) === src) client?.hear(src, body);
    }
    return said;
  };
  let current: Envelope[] = [];
  let proposal = 0;
  return (batch) => [JSON.stringify(batch.flatMap(answer))];
}
