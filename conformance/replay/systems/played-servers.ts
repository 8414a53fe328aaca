/** Servers as the model has them, and nothing else: for clients that are somebody else's. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import { holding, sameRegister } from "../../../spec/register.js";
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
  const { row } = server;
  if (request.kind === "prepare") {
    const { registerSet } = request;
    server.row = frozen(row, registerSet);
    const written = [...row.values].filter(([set]) => set < registerSet).sort(([a], [b]) => a - b);
    return { kind: "prepared", registerSet, written };
  }
  if (request.kind !== "write") throw new Error(`a proposer's server is not asked for "${request.kind}"`);
  const { registerSet, value } = request;
  const holds = registerIn(row, registerSet);
  if (holds.state === "unwritten") {
    const taken = { ...row, values: new Map(row.values).set(registerSet, value) };
    server.row = writesFreezeBelow ? frozen(taken, registerSet) : taken;
    return { kind: "written", registerSet, value };
  }
  if (sameRegister(holds, holding(value))) return { kind: "written", registerSet, value };
  return { kind: "refused", registerSet, holds };
}

const frozen = (row: Row, registerSet: number): Row => ({
  ...row,
  frozenBelow: Math.max(row.frozenBelow, registerSet),
});
