/**
 * Our own client as an adapter of role "proposer": it knows of the table what it is told, and claims register sets as
 * it should.
 */
import { ClientCore } from "../../impl/core/client.js";
import type { Reply, Request } from "../../impl/core/protocol.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { NIL, type Value } from "../../spec/register.js";
import { parseTable } from "../../spec/table-file.js";
import { PROTOCOL_VERSION } from "./capabilities.js";
import { type Body, type Envelope, QUORATE } from "./messages.js";

/** What of "propose" makes a table: see docs/adapters.md. */
interface Task {
  readonly register: number;
  readonly value: Value;
  readonly open: boolean;
  readonly selection: string;
  readonly prepare: readonly (readonly string[])[];
  readonly decide: readonly (readonly string[])[];
  readonly below: readonly {
    readonly register: number;
    readonly decide: readonly (readonly string[])[];
    readonly open: boolean;
  }[];
}

export class OurClient {
  #servers: readonly string[] = [];
  #core: ClientCore | null = null;
  #task: (Task & { readonly msg_id: number }) | null = null;
  #hasEnded = false;
  #sent = 0;
  /** By the number of a request, whom it was sent to and what it was; of this attempt. */
  #asked = new Map<number, { readonly server: string; readonly request: Request }>();
  readonly #tables = new Map<string, QuorumTable>();
  /** Its disk: the register sets that it has proposed in, or may have. */
  #claims = new Set<number>();

  /** What it says after it has heard a batch. */
  hear(batch: readonly Envelope[]): readonly Envelope[] {
    return batch.flatMap((message) => this.#take(message));
  }

  #take({ src, dest, body }: Envelope): Envelope[] {
    const answer = (type: string, rest: object = {}): Envelope[] => [
      { src: dest, dest: QUORATE, body: { type, ...rest, in_reply_to: body.msg_id! } },
    ];
    switch (body.type) {
      case "init":
        this.#servers = (body.quorate as { servers: readonly string[] }).servers;
        return answer("init_ok", {
          quorate: { version: PROTOCOL_VERSION, role: "proposer", can: ["reset", "crash", "retry"] },
        });
      case "reset":
      case "crash":
        if (body.type === "reset") this.#claims = new Set();
        this.#core = null;
        return answer(`${body.type}_ok`);
      case "idle":
        return answer("idle_ok");
      case "propose":
        return this.#propose(body as unknown as Task & { readonly msg_id: number }, dest);
      default:
        return this.#hear(src, dest, body);
    }
  }

  #propose(task: Task & { readonly msg_id: number }, me: string): Envelope[] {
    this.#task = task;
    this.#hasEnded = false;
    this.#asked = new Map();
    if (!task.open && this.#claims.has(task.register)) return this.#end(me, { type: "refused" });
    this.#claims.add(task.register);
    const table = this.#tableFor(task);
    this.#core = new ClientCore({ table, registerSet: task.register, input: task.value });
    return this.#send(me, this.#core.start());
  }

  /** One for all attempts that are told the same: reading one takes long. */
  #tableFor(task: Task): QuorumTable {
    const text = JSON.stringify(tableOf(task, this.#servers));
    const table = this.#tables.get(text) ?? parseTable(text, "what it was told");
    this.#tables.set(text, table);
    return table;
  }

  #hear(server: string, me: string, body: Body): Envelope[] {
    const core = this.#core;
    const asked = this.#asked.get(body.in_reply_to!);
    if (core === null || asked?.server !== server) return [];
    const reply = replyIn(body, asked.request);
    if (reply === null) return [];
    const next = core.receive(this.#servers.indexOf(server), reply);
    const said = next === undefined ? [] : this.#send(me, next);
    if (core.output === null || this.#hasEnded) return said;
    return [...said, ...this.#end(me, { type: "propose_ok", value: core.output })];
  }

  #send(me: string, request: Request): Envelope[] {
    if (request.kind !== "prepare" && request.kind !== "write")
      throw new Error(`no server is asked for "${request.kind}"`);
    const { kind: type, registerSet: register } = request;
    return this.#servers.map((server) => {
      const body = { type, register, ...(request.kind === "write" && { value: request.value }), msg_id: ++this.#sent };
      this.#asked.set(this.#sent, { server, request });
      return { src: me, dest: server, body };
    });
  }

  #end(me: string, body: Body): Envelope[] {
    this.#hasEnded = true;
    return [{ src: me, dest: QUORATE, body: { ...body, in_reply_to: this.#task!.msg_id } }];
  }
}

/** Register sets in between, of which nothing is told, have the quorums of the next that is. */
function tableOf({ register, open, selection, prepare, decide, below }: Task, servers: readonly string[]): object {
  const sets = [...below, { register, decide, open, ...(register > 0 && { prepare }) }];
  const registers = sets.map(({ register: last, open, ...quorums }, index) => {
    const first = index === 0 ? 0 : sets[index - 1]!.register + 1;
    return {
      sets: first === last ? first : `${first}..${last}`,
      ...quorums,
      allocation: open ? "open" : "round-robin",
    };
  });
  return { servers, selection, registers };
}

/** Null for a promise that was refused: nothing follows from it. */
function replyIn({ type, values, holds }: Body, request: Request): Reply | null {
  if (request.kind === "prepare" && type === "prepare_ok") {
    return { kind: "prepared", registerSet: request.registerSet, written: values as [number, Value][] };
  }
  if (request.kind !== "write") return null;
  const { registerSet, value } = request;
  if (type === "write_ok") return { kind: "written", registerSet, value };
  return { kind: "refused", registerSet, holds: typeof holds === "string" ? { state: "value", value: holds } : NIL };
}
