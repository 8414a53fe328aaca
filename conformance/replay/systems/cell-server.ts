/**
 * The implementation's storage of single registers: its memory is lost at every crash, its records are kept once a
 * reply has left.
 */
import {
  type CellRecord,
  type PutIfAbsent,
  type PutIfAbsentReply,
  RegisterStorage,
} from "../../../impl/core/register-storage.js";
import { sameRegister, UNWRITTEN } from "../../../spec/register.js";
import { blaming, ImplementationFault } from "../lockstep/implementation-fault.js";
import type { ServerKind } from "./server-kind.js";

export interface CellServer {
  /** For sentences. */
  name: string;
  readonly storage: RegisterStorage;
  readonly durable: CellRecord[];
}

export const cellServers: ServerKind<CellServer, PutIfAbsent, PutIfAbsentReply, readonly CellRecord[]> = {
  channel: "memory",
  nothing: [],
  likeness: {
    of: () => "",
    rename: (server, name) => {
      server.name = name;
    },
  },

  open: (name, remains) => ({
    name,
    storage: working(name, () => RegisterStorage.recover(remains)),
    durable: [...remains],
  }),

  request({ name, storage, durable }, request) {
    const { records, reply } = working(name, () => storage.putIfAbsent(request));
    durable.push(...records);
    return reply;
  },

  remainsOf: ({ durable }) => [...durable],

  /** Records are kept whole or not at all, and of a request under way not at all. */
  crash({ name, storage, durable }, underWay) {
    working(name, () => storage.putIfAbsent(underWay));
    return durable;
  },

  /** One after the other, since each is answered at once. */
  crowd({ name, storage, durable }, requests) {
    for (const request of requests) durable.push(...working(name, () => storage.putIfAbsent(request)).records);
    return durable;
  },

  registerAt: ({ storage }, registerSet) => storage.registerAt(registerSet),

  durableAt({ name, durable }, registerSet) {
    const [first, ...others] = durable.filter((record) => record.registerSet === registerSet);
    if (first === undefined) return UNWRITTEN;
    if (others.every(({ holds }) => sameRegister(holds, first.holds))) return first.holds;
    throw new ImplementationFault(`${name} has recorded more than one content of R${registerSet}`);
  },

  writtenSets: ({ durable }) =>
    durable.flatMap(({ registerSet, holds }) => (holds.state === "value" ? registerSet : [])),
  writtenBy: ({ durable }) => durable.length,
  keyOf: ({ registerSet, put }) => `${registerSet} ${put.state === "nil" ? "nil" : `value ${put.value}`}`,
  keyOfRemains: (remains) => JSON.stringify(remains),
};

const working = <Result>(name: string, work: () => Result): Result => blaming(`${name} failed`, work);
