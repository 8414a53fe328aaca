/** Acceptors of an adapter: they know their row, promise, and take writes. */

import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";
import { EMPTY_ROW, type Row, registerIn } from "../systems/rows.js";
import type { ServerKind } from "../systems/server-kind.js";
import { crashed, ForeignNodes, type ForeignServer, keyOfPast, type Past } from "./foreign-server.js";
import type { Freedoms } from "./freedoms.js";
import { ObservedRows } from "./observed-rows.js";
import { readAnswer } from "./row-answers.js";

type RowServer = ForeignServer<Row>;

export function foreignRows(
  adapter: Adapter,
  {
    table,
    observed,
    freedoms,
  }: { readonly table: QuorumTable; readonly observed: readonly number[]; readonly freedoms: Freedoms },
): ServerKind<RowServer, Request, Reply, Past<Row>> {
  const nodes = new ForeignNodes(adapter);
  const reading = { adapter, selection: table.selection, freedoms };
  const rows = new ObservedRows(nodes, { ...reading, observed });

  const request = async (server: RowServer, asked: Request): Promise<Reply> => {
    if (asked.kind === "decided") throw new Error("adapters are not told of decisions");
    if (asked.kind === "vote") throw new Error("adapters are not asked for votes");
    const bodies = bodiesOf(asked);
    const { answers, row } = await rows.after(server, bodies);
    const before = server.view;
    goOn(server, bodies, row);
    if (asked.kind === "read") return { kind: "row", frozenBelow: row.frozenBelow, written: [...row.values] };
    return readAnswer({ name: server.name, request: asked, answer: answers[0]!, before, after: row }, reading);
  };

  return {
    channel: "adapter",
    nothing: { history: [], changes: [], view: EMPTY_ROW },

    async open(name, remains) {
      const server: RowServer = { name, ...remains };
      server.view = (await rows.after(server, [])).row;
      return server;
    },

    request,

    remainsOf: crashed,

    /** When a request is cut short cannot be said of foreign code: none has arrived. */
    crash: crashed,

    /** Nor what it had done by the time. */
    crowd: crashed,

    registerAt: ({ view }, registerSet) => registerIn(view, registerSet),
    durableAt: ({ view }, registerSet) => registerIn(view, registerSet),
    writtenSets: ({ view }) => [...view.values.keys()],
    writtenBy: () => 0,
    keyOf: (request) => `${request.kind} ${JSON.stringify(bodiesOf(request))}`,
    keyOfRemains: keyOfPast,
  };
}

function goOn(server: RowServer, requests: readonly Body[], row: Row): void {
  server.history = [...server.history, ...requests];
  if (!isSameRow(server.view, row)) server.changes = [...server.changes, ...requests];
  server.view = row;
}

const isSameRow = (a: Row, b: Row): boolean =>
  a.frozenBelow === b.frozenBelow &&
  a.values.size === b.values.size &&
  [...a.values].every(([registerSet, value]) => b.values.get(registerSet) === value);

/** What is only looked at is no message. */
function bodiesOf(request: Request): Body[] {
  if (request.kind === "prepare") return [{ type: "prepare", register: request.registerSet }];
  if (request.kind === "write") return [{ type: "write", register: request.registerSet, value: request.value }];
  return [];
}
