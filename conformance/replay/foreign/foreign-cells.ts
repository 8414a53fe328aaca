/** Stores of an adapter: registers that are put once, each by itself. */
import type { PutIfAbsent, PutIfAbsentReply } from "../../../impl/core/register-storage.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { type Register, sameRegister, UNWRITTEN } from "../../../spec/register.js";
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import type { ServerKind } from "../systems/server-kind.js";
import { contentIn, textIn } from "./contents.js";
import { ForeignCrashes, type ForeignKind } from "./crashes.js";
import type { Foreign } from "./foreign.js";
import { crashed, ForeignNodes, type ForeignServer, keyOfPast, type Past, textOf } from "./foreign-server.js";
import type { Freedoms } from "./freedoms.js";
import { ToldEvents } from "./told-events.js";

/** By register set. */
type Cells = ReadonlyMap<number, Register>;

type CellServer = ForeignServer<Cells>;

export function foreignCells(
  { adapter, freedoms, usesSnapshots, untried }: Foreign,
  { table, observed }: { readonly table: QuorumTable; readonly observed: readonly number[] },
): ServerKind<CellServer, PutIfAbsent, PutIfAbsentReply, Past<Cells>> {
  const looks = observed.map((register) => ({ type: "read", register }));
  const viewIn = (seen: readonly Body[]): Cells =>
    new Map(observed.map((registerSet, index) => [registerSet, contentRead(seen[index]!, adapter)]));

  const holdingsOf = (view: Cells): string =>
    observed.map((registerSet) => `${phrase(contentOf(view, registerSet))} in R${registerSet}`).join(", ");
  const nodes = new ForeignNodes(adapter, { looks, shownIn: (seen) => holdingsOf(viewIn(seen)) }, usesSnapshots);

  const toldEvents = new ToldEvents(adapter, table);

  /** Tells the store, and reads all that can be seen of it. */
  const tell = async (server: CellServer, requests: readonly Body[]): Promise<readonly Body[]> => {
    const { answers, seen, events } = await nodes.ask(server.name, { history: server.history, requests });
    const view = viewIn(seen);
    toldEvents.checkServer(server.name, events, {
      ...{ observed, isGreatestEnough: false },
      registerAt: (registerSet) => contentOf(view, registerSet),
    });
    server.history = [...server.history, ...requests];
    if (!isSameView(server.view, view)) server.changes = [...server.changes, ...requests];
    server.view = view;
    return answers;
  };

  const crashes = new ForeignCrashes({ adapter, untried }, nodes, {
    after: (before, { registerSet, put }) =>
      contentOf(before, registerSet).state === "unwritten" ? new Map([...before, [registerSet, put]]) : before,
    mayAnswer(answer, { registerSet, put }, before, after) {
      const holds = contentOf(after, registerSet);
      if (answer.type === "put_ok") return sameRegister(holds, put);
      if (contentOf(before, registerSet).state === "unwritten") return false;
      return answer.holds === undefined || sameRegister(contentIn(answer, adapter), holds);
    },
    mayLook: (held, seen) =>
      observed.every((registerSet) => sameRegister(contentOf(held, registerSet), contentOf(seen, registerSet))),
    bodyOf,
    look: async ({ name, history }) => viewIn((await nodes.ask(name, { history, requests: [] })).seen),
    isSame: isSameView,
    checkAnswer(name, answer, request) {
      if (answer.type === "put_ok" || answer.type === "refused") return;
      readAnswer(answer, { name, request, holds: UNWRITTEN, adapter, freedoms });
    },
    phraseOf: ({ registerSet, put }) => `the put of ${phrase(put)} to R${registerSet}`,
    holdingsOf,
  } satisfies ForeignKind<Cells, PutIfAbsent>);

  const registerAt = ({ view }: CellServer, registerSet: number): Register => contentOf(view, registerSet);

  return {
    channel: "adapter",
    // Somebody else's server may do what it likes with its name.
    likeness: null,
    nothing: { history: [], changes: [], view: new Map() },

    async open(name, remains) {
      const server: CellServer = { name, ...remains };
      await tell(server, []);
      return server;
    },

    copyOf: (server) => ({ ...server }),

    async request(server, request) {
      const [answer] = await tell(server, [bodyOf(request)]);
      const holds = registerAt(server, request.registerSet);
      return readAnswer(answer!, { name: server.name, request, holds, adapter, freedoms });
    },

    remainsOf: crashed,

    crash: (server, request, torn_bytes) => crashes.during(server, request, torn_bytes),

    crowd: (server, requests) => crashes.amid(server, requests),

    registerAt,
    durableAt: registerAt,
    writtenSets: ({ view }) => [...view].flatMap(([registerSet, { state }]) => (state === "value" ? registerSet : [])),
    writtenBy: () => 0,
    keyOf: (request) => textOf(bodyOf(request)),
    keyOfRemains: keyOfPast,
  };
}

const contentOf = (cells: Cells, registerSet: number): Register => cells.get(registerSet) ?? UNWRITTEN;

const bodyOf = ({ registerSet, put }: PutIfAbsent): Body => ({
  type: "put",
  register: registerSet,
  value: put.state === "nil" ? null : put.value,
});

interface Answered {
  readonly name: string;
  readonly request: PutIfAbsent;
  /** What the register is read to hold afterwards. */
  readonly holds: Register;
  readonly adapter: Adapter;
  readonly freedoms: Freedoms;
}

/** It took what was put, or refuses since there is something: then it may say what, or leave that to who reads. */
function readAnswer(answer: Body, { name, request, holds, adapter, freedoms }: Answered): PutIfAbsentReply {
  const { registerSet, put } = request;
  if (answer.type === "put_ok") return { kind: "holds", registerSet, holds: put };
  if (answer.type === "error") {
    throw new ImplementationFault(`${name} answered "error" to the put of R${registerSet}: ${textIn(answer)}`);
  }
  if (answer.type !== "refused") {
    throw adapter.fault(`answered "put" with "${answer.type}", not with "put_ok", "refused" or "error"`);
  }
  if (answer.holds === undefined) freedoms.take("keeps contents");
  const told = answer.holds === undefined ? holds : contentIn(answer, adapter);
  if (told.state !== "unwritten") return { kind: "holds", registerSet, holds: told };
  throw new ImplementationFault(`${name} refused to put R${registerSet}, and reads that it is unwritten`);
}

function contentRead(answer: Body, adapter: Adapter): Register {
  adapter.expect(answer, "read");
  return answer.holds === undefined ? UNWRITTEN : contentIn(answer, adapter);
}

const isSameView = (a: Cells, b: Cells): boolean =>
  [...b].every(([registerSet, register]) => sameRegister(contentOf(a, registerSet), register));
