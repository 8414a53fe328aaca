/** Servers as the model has them, and nothing else: for clients that are somebody else's. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { isChanging, replyTo, rowAfter } from "./model-row.js";
import { EMPTY_ROW, type Row, registerIn } from "./rows.js";
import type { ServerKind } from "./server-kind.js";

export interface PlayedServer {
  row: Row;
}

/** @param writesFreezeBelow as in the model's variant */
export function playedServers(writesFreezeBelow: boolean): ServerKind<PlayedServer, Request, Reply, Row> {
  const remainsOf = ({ row }: PlayedServer): Row => row;
  const registerAt = ({ row }: PlayedServer, registerSet: number) => registerIn(row, registerSet);
  return {
    channel: "adapter",
    nothing: EMPTY_ROW,
    likeness: { of: () => "", rename: () => {} },
    open: (_, row) => ({ row }),
    request: (server, request) => answer(server, request, writesFreezeBelow),
    remainsOf,
    crash: remainsOf,
    crowd: remainsOf,
    registerAt,
    durableAt: registerAt,
    writtenSets: ({ row }) => [...row.values.keys()],
    writtenBy: () => 0,
    keyOf: (request) => JSON.stringify(request),
    keyOfRemains: ({ frozenBelow, values }) => JSON.stringify([frozenBelow, ...values]),
  };
}

function answer(server: PlayedServer, request: Request, writesFreezeBelow: boolean): Reply {
  if (!isChanging(request)) throw new Error(`a proposer's server is not asked for "${request.kind}"`);
  server.row = rowAfter(server.row, request, writesFreezeBelow);
  return replyTo(request, server.row);
}
