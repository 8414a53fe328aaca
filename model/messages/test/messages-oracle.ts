/**
 * The oracle of the message model: a deliberately dumb explorer, written from the text (spec/README.md;
 * model/messages's options) and sharing no line with model or kernel.
 *
 * Nothing is encoded: the network is a list of messages, a promise carries the registers it tells of, a client keeps
 * the replies that it has heard, states are plain objects and their keys JSON. So equal counts say that the model's
 * encoding loses nothing.
 */
import { hasOwner, type QuorumTable } from "../../../spec/quorum-table.js";
import { membersOf, type ServerSet } from "../../../spec/server-set.js";
import { phase1Quorums, phase2Quorums } from "../../../spec/table-families.js";

export interface Scope {
  readonly table: QuorumTable;
  /** Real indices; numbered 0, 1, … while exploring. */
  readonly registerSets: readonly number[];
  readonly values: number;
  readonly clients: number | null;
}

export interface Options {
  readonly crashes: boolean;
  readonly refusals: boolean;
  readonly patience: boolean;
  readonly stutters: boolean;
}

export interface Outcome {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** Steps to the nearest state in which two clients have output different values, or null. */
  readonly shortestViolation: number | null;
}

type Register = "unwritten" | "nil" | number;

type Message =
  | { readonly kind: "prepare"; readonly r: number }
  | { readonly kind: "promise"; readonly r: number; readonly s: number; readonly row: readonly Register[] }
  | { readonly kind: "propose"; readonly r: number; readonly v: number }
  | { readonly kind: "accepted" | "refused"; readonly r: number; readonly v: number; readonly s: number };

interface Client {
  readonly r: number;
  /** What it proposes if it proposes; null for the one client of an exclusive set. */
  readonly name: number | null;
  status: "idle" | "preparing" | "writing" | "stopped" | "output";
  proposal: number | null;
  /** Messages as JSON, in order, without repeats. */
  heard: string[];
}

interface State {
  /** disk[s][r] */
  readonly disk: Register[][];
  /** As in Client. */
  network: string[];
  readonly clients: Client[];
}

export function exploreMessagesDumbly(scope: Scope, options: Options): Outcome {
  const distances = new Map<string, number>([[JSON.stringify(initialState(scope)), 0]]);
  let transitions = 0;
  let depth = 0;
  let shortestViolation: number | null = null;
  for (const [key, distance] of distances) {
    depth = distance;
    const outputs = (JSON.parse(key) as State).clients.filter(({ status }) => status === "output");
    if (new Set(outputs.map(({ proposal }) => proposal)).size > 1) shortestViolation ??= distance;
    for (const successor of successorsOf(scope, options, key)) {
      if (!options.stutters && successor === key) continue;
      transitions++;
      if (!distances.has(successor)) distances.set(successor, distance + 1);
    }
  }
  return { distinctStates: distances.size, transitions, depth, shortestViolation };
}

const initialState = ({ table, registerSets, values }: Scope): State => ({
  disk: table.servers.map(() => registerSets.map(() => "unwritten")),
  network: [],
  clients: registerSets.flatMap((real, r) =>
    (hasOwner(table, real) ? [null] : upTo(values)).map((name): Client => {
      return { r, name, status: "idle", proposal: null, heard: [] };
    }),
  ),
});

function successorsOf(scope: Scope, options: Options, key: string): string[] {
  const successors: string[] = [];
  /** One step: changes a fresh copy of the state. */
  const step = (change: (state: State) => void): void => {
    const copy: State = JSON.parse(key);
    change(copy);
    successors.push(JSON.stringify(copy));
  };
  const state: State = JSON.parse(key);
  for (const c of state.clients.keys()) clientSteps(scope, options, state, c, step);
  for (const text of state.network) {
    const message: Message = JSON.parse(text);
    if (message.kind === "prepare" || message.kind === "propose") requestSteps(scope, options, state, message, step);
    else replySteps(scope, options, state, message, step);
  }
  if (options.crashes) for (const _ of scope.table.servers) step(() => {});
  return successors;
}

type Step = (change: (state: State) => void) => void;

function clientSteps(scope: Scope, options: Options, { clients }: State, c: number, step: Step): void {
  const { r, name, status, proposal } = clients[c]!;
  const heard = messagesOf(clients[c]!.heard);
  const needsNoPromises = scope.registerSets[r] === 0;
  if (status === "idle" && !needsNoPromises) {
    step((next) => {
      next.clients[c]!.status = "preparing";
      send(next, { kind: "prepare", r });
    });
  }
  if (status === "preparing" || (status === "idle" && needsNoPromises)) {
    const allowed = new Set(inputsOf(scope, r).flatMap((input) => choices(scope, r, heard, input)));
    for (const v of upTo(scope.values).filter((v) => allowed.has(v) && (name === null || name === v))) {
      step((next) => {
        Object.assign(next.clients[c]!, { status: "writing", proposal: v, heard: [] });
        send(next, { kind: "propose", r, v });
      });
    }
  }
  if (status === "writing") {
    const accepted = heard.flatMap((reply) => (reply.kind === "accepted" && reply.v === proposal ? [reply.s] : []));
    if (containsQuorum(accepted, phase2Quorums(scope.table, scope.registerSets[r]!))) {
      step((next) => Object.assign(next.clients[c]!, { status: "output", heard: [] }));
    }
  }
  if (options.crashes && (status === "preparing" || status === "writing")) {
    step((next) => Object.assign(next.clients[c]!, { status: "stopped", heard: [] }));
  }
}

/** A request reaches each of the servers: the reply leaves, or the server crashes once its disk has changed. */
function requestSteps(
  { table }: Scope,
  { crashes, refusals }: Options,
  { disk }: State,
  request: Message & { readonly kind: "prepare" | "propose" },
  step: Step,
): void {
  const { r } = request;
  for (const s of table.servers.keys()) {
    const before = disk[s]!;
    if (request.kind === "prepare") {
      const after = before.map((held, k): Register => (k < r && held === "unwritten" ? "nil" : held));
      step((next) => {
        next.disk[s] = after;
        send(next, { kind: "promise", r, s, row: after.slice(0, r) });
      });
      if (crashes && after.some((held, k) => held !== before[k])) {
        step((next) => {
          next.disk[s] = after;
        });
      }
      continue;
    }
    const { v } = request;
    const takes = before[r] === "unwritten";
    step((next) => {
      if (takes) next.disk[s]![r] = v;
      if (takes || before[r] === v) send(next, { kind: "accepted", r, v, s });
      else if (refusals) send(next, { kind: "refused", r, v, s });
    });
    if (crashes && takes) {
      step((next) => {
        next.disk[s]![r] = v;
      });
    }
  }
}

/** A reply reaches each client that it is for, as long as that client is there. */
function replySteps(
  scope: Scope,
  { patience }: Options,
  { clients }: State,
  reply: Message & { readonly kind: "promise" | "accepted" | "refused" },
  step: Step,
): void {
  for (const [c, { r, status, proposal, heard }] of clients.entries()) {
    if (r !== reply.r || status === "idle" || status === "stopped") continue;
    if (reply.kind !== "promise" && reply.v !== proposal) continue;
    const couldGoOn = (): boolean =>
      inputsOf(scope, r).every((input) => choices(scope, r, messagesOf(heard), input).length > 0);
    const listens =
      reply.kind === "promise" ? status === "preparing" && (patience || !couldGoOn()) : status === "writing";
    step((next) => {
      if (listens) next.clients[c]!.heard = withMessage(heard, reply);
    });
  }
}

function send(state: State, message: Message): void {
  state.network = withMessage(state.network, message);
}

const withMessage = (texts: readonly string[], message: Message): string[] =>
  [...new Set([...texts, JSON.stringify(message)])].sort();

const messagesOf = (texts: readonly string[]): Message[] => texts.map((text) => JSON.parse(text));

/** What a client of r with this input may propose after these promises; none: it has to wait. */
function choices(scope: Scope, r: number, heard: readonly Message[], input: number): number[] {
  const { table, registerSets } = scope;
  const reads = heard.flatMap((reply) => (reply.kind === "promise" ? [{ s: reply.s, row: reply.row }] : []));
  if (table.selection === "decision-table") return decisionTableChoices(scope, r, reads, input);
  const servers = reads.map(({ s }) => s);
  if (registerSets[r] !== 0 && !containsQuorum(servers, phase1Quorums(table, registerSets[r]!))) return [];
  const b = Math.max(-1, ...reads.map(({ row }) => row.findLastIndex(isValue)));
  if (b < 0) return [input];
  const W = [...new Set(reads.map(({ row }) => row[b]).filter(isValue))];
  const choosable = (v: number): boolean =>
    phase2Quorums(table, registerSets[b]!).some((Q) =>
      reads.every(({ s, row }) => !membersOf(Q).includes(s) || row[b] === v),
    );
  if (table.selection === "greatest" || (table.selection === "eager" && W.length === 1)) return W;
  if (table.selection === "eager") return W.some(choosable) ? W.filter(choosable) : [input];
  const candidates = W.length > 1 ? [...W, input] : W;
  return candidates.filter((v) => !upTo(scope.values).some((u) => u !== v && choosable(u)));
}

type Reads = readonly { readonly s: number; readonly row: readonly Register[] }[];

function decisionTableChoices({ table, registerSets }: Scope, r: number, reads: Reads, input: number): number[] {
  const candidates = [input, ...reads.flatMap(({ row }) => row.filter(isValue))];
  const quorums = upTo(r).flatMap((k) => phase2Quorums(table, registerSets[k]!).map((Q) => ({ k, Q })));
  return candidates.filter((v) =>
    quorums.every(({ k, Q }) => {
      const own = reads.filter(({ s }) => membersOf(Q).includes(s));
      if (own.some(({ row }) => row[k] === "nil")) return true;
      const atK = hasOwner(table, registerSets[k]!) ? reads : own;
      const bearing = new Set([...atK.map(({ row }) => row[k]), ...reads.flatMap(({ row }) => row.slice(k + 1))]);
      const values = [...bearing].filter(isValue);
      return values.length > 1 || values[0] === v;
    }),
  );
}

/** The inputs that a client of r may have. */
function inputsOf({ table, registerSets, values, clients }: Scope, r: number): number[] {
  if (clients === null) return upTo(values);
  return hasOwner(table, registerSets[r]!) ? [r % clients] : upTo(clients);
}

const containsQuorum = (servers: readonly number[], quorums: readonly ServerSet[]): boolean =>
  quorums.some((quorum) => membersOf(quorum).every((s) => servers.includes(s)));

const isValue = (held: Register | undefined): held is number => typeof held === "number";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
