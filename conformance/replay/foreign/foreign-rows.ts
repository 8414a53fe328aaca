/** Acceptors of an adapter: they know their row, promise, and take writes. */

import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { isChanging } from "../systems/model-row.js";
import { EMPTY_ROW, type Row, registerIn } from "../systems/rows.js";
import type { ServerKind } from "../systems/server-kind.js";
import { ForeignCrashes } from "./crashes.js";
import type { Foreign } from "./foreign.js";
import { crashed, ForeignNodes, type ForeignServer, keyOfPast, type Past, textOf } from "./foreign-server.js";
import { ObservedRows, sightOf } from "./observed-rows.js";
import { readAnswer } from "./row-answers.js";
import { bodyOf, rowKind } from "./row-kind.js";
import { ToldEvents } from "./told-events.js";

type RowServer = ForeignServer<Row>;

export function foreignRows(
  { adapter, freedoms, usesSnapshots, untried }: Foreign,
  {
    table,
    observed,
    writesFreezeBelow,
  }: {
    readonly table: QuorumTable;
    readonly observed: readonly number[];
    readonly writesFreezeBelow: boolean;
  },
): ServerKind<RowServer, Request, Reply, Past<Row>> {
  const nodes = new ForeignNodes(adapter, sightOf(adapter), usesSnapshots);
  const reading = { adapter, selection: table.selection, freedoms };
  const rows = new ObservedRows(nodes, { ...reading, observed, toldEvents: new ToldEvents(adapter, table) });
  const kind = rowKind(rows, { ...reading, observed, writesFreezeBelow });
  const crashes = new ForeignCrashes({ adapter, untried }, nodes, kind);

  const request = async (server: RowServer, asked: Request): Promise<Reply> => {
    if (asked.kind === "decided") throw new Error("adapters are not told of decisions");
    if (asked.kind === "vote") throw new Error("adapters are not asked for votes");
    // What is only looked at is no message.
    const bodies = asked.kind === "read" ? [] : [bodyOf(asked)];
    const { answers, row } = await rows.after(server, bodies);
    const before = server.view;
    server.history = [...server.history, ...bodies];
    if (!kind.isSame(before, row)) server.changes = [...server.changes, ...bodies];
    server.view = row;
    if (asked.kind === "read") return { kind: "row", frozenBelow: row.frozenBelow, written: [...row.values] };
    return readAnswer({ name: server.name, request: asked, answer: answers[0]!, before, after: row }, reading);
  };

  return {
    channel: "adapter",
    // Somebody else's server may do what it likes with its name.
    likeness: null,
    nothing: { history: [], changes: [], view: EMPTY_ROW },

    async open(name, remains) {
      const server: RowServer = { name, ...remains };
      server.view = (await rows.after(server, [])).row;
      return server;
    },

    copyOf: (server) => ({ ...server }),

    request,

    remainsOf: crashed,

    crash: (server, asked, torn_bytes) =>
      isChanging(asked) ? crashes.during(server, asked, torn_bytes) : crashed(server),

    crowd: (server, requests) => crashes.amid(server, requests.filter(isChanging)),

    registerAt: ({ view }, registerSet) => registerIn(view, registerSet),
    durableAt: ({ view }, registerSet) => registerIn(view, registerSet),
    writtenSets: ({ view }) => [...view.values.keys()],
    writtenBy: () => 0,
    keyOf: (request) => `${request.kind} ${isChanging(request) ? textOf(bodyOf(request)) : ""}`,
    keyOfRemains: keyOfPast,
  };
}
