/** What is known of a proposer's client from outside: what it asked, heard, chose and put out. */
import type { Reply } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import { NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import type { ClientRequest, Reaction } from "./client-node.js";

/** By register set, by value: the servers that it knows to hold it. */
export type Reads = ReadonlyMap<number, ReadonlyMap<Value, ServerSet>>;

export interface ClientState {
  /** Servers that it has asked for a promise, and that it has sent its write. */
  readonly asked: ServerSet;
  readonly written: ServerSet;
  /** Servers whose promise it has, and that have taken its write, or refused it for ever. */
  readonly prepared: ServerSet;
  readonly acknowledged: ServerSet;
  readonly refused: ServerSet;
  readonly reads: Reads;
  /** What it proposes; null before its first write. */
  readonly chosen: Value | null;
  readonly output: Value | null;
  readonly hasGivenUp: boolean;
}

export const NEWCOMER: ClientState = {
  asked: NO_SERVERS,
  written: NO_SERVERS,
  prepared: NO_SERVERS,
  acknowledged: NO_SERVERS,
  refused: NO_SERVERS,
  reads: new Map(),
  chosen: null,
  output: null,
  hasGivenUp: false,
};

/** What can be seen of what it does, the same text where that is the same. */
export const conductOf = ({ asked, written, chosen, output, hasGivenUp }: ClientState): string =>
  JSON.stringify([asked, written, chosen, output, hasGivenUp]);

/** The same of what a client has done from its beginning on, without a word on whether it may. */
export function conductIn(reactions: readonly Reaction[]): string {
  const requests = reactions.flatMap((reaction) => reaction.requests);
  const endings = reactions.flatMap(({ ending }) => ending ?? []);
  const setOf = (kind: ClientRequest["kind"]): ServerSet =>
    requests.reduce((set, request) => (request.kind === kind ? set | singleton(request.server) : set), NO_SERVERS);
  return conductOf({
    ...NEWCOMER,
    asked: setOf("prepare"),
    written: setOf("write"),
    chosen: requests.find(({ kind }) => kind === "write")?.value ?? null,
    output: endings.find(({ output }) => output !== null)?.output ?? null,
    hasGivenUp: endings.some(({ output }) => output === null),
  });
}

/** After it has heard the server's answer. Only what is of its own register set counts there; all else is read. */
export function afterHearing(state: ClientState, server: number, reply: Reply, registerSet: number): ClientState {
  const one = singleton(server);
  switch (reply.kind) {
    case "prepared": {
      const reads = reply.written.reduce((known, [set, value]) => withRead(known, set, value, one), state.reads);
      return reply.registerSet === registerSet
        ? { ...state, reads, prepared: state.prepared | one }
        : { ...state, reads };
    }
    case "written": {
      const reads = withRead(state.reads, reply.registerSet, reply.value, one);
      if (reply.registerSet !== registerSet) return { ...state, reads };
      return { ...state, reads, acknowledged: state.acknowledged | one };
    }
    case "refused": {
      const { holds } = reply;
      const reads = holds.state === "value" ? withRead(state.reads, reply.registerSet, holds.value, one) : state.reads;
      return state.chosen === null ? { ...state, reads } : { ...state, reads, refused: state.refused | one };
    }
    default:
      return state;
  }
}

function withRead(reads: Reads, registerSet: number, value: Value, server: ServerSet): Reads {
  const inSet = reads.get(registerSet) ?? new Map<Value, ServerSet>();
  return new Map(reads).set(registerSet, new Map(inSet).set(value, (inSet.get(value) ?? NO_SERVERS) | server));
}
