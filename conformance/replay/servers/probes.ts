/**
 * What networks and machines do that the model does not see: deliver late, deliver twice, crash and restart. Each probe must
 * leave the registers as the model has them. Replay runs them in every model state when it first comes there.
 */
import { isOpen } from "../../../spec/quorum-table.js";
import { phase1Ways } from "../phase-1-ways.js";
import { ReplayedClient } from "./clients.js";
import { ImplementationFault } from "./cluster.js";
import type { World } from "./world.js";

export async function probe(world: World): Promise<void> {
  await crashEveryServer(world);
  await writeLate(world);
  await prepareInEveryWay(world);
}

/** A server that crashes and recovers holds what it held: forgetting a promise or a write breaks agreement. */
async function crashEveryServer(world: World): Promise<void> {
  for (let server = 0; server < world.scope.table.servers.length; server++) await world.cluster.crash(server);
  await world.compareRegisters(" after a restart");
}

/** A write that arrives late, or again, meets a register that is nil or written: it must change nothing and say so. */
async function writeLate(world: World): Promise<void> {
  const { table, registerSets } = world.scope;
  const state = world.modelState;
  for (const [row, registerSet] of registerSets.entries()) {
    for (const value of world.proposedValues(row)) {
      const client = world.clientOf(registerSet, value);
      for (let server = 0; server < table.servers.length; server++) {
        const register = state.rows[row]![server]!;
        if (register.state === "unwritten") continue;
        const reply = await world.cluster.request(server, client.broadcast);
        const expected = register.state === "value" && register.value === value ? "written" : "refused";
        if (reply.kind !== expected) {
          throw new ImplementationFault(
            `${table.servers[server]} answered "${reply.kind}" to a late write of ${value} to R${registerSet}, which must be ${expected}`,
          );
        }
        client.deliver(server, reply);
      }
    }
  }
  await world.compareRegisters(" after a late write");
}

/** Probes of clients that hear more than they need; impatient ones are all tried. */
const PATIENT_PROBES_MAX = 2;

/** In every register set that is still to be proposed in, a client is tried with every set of servers that is prepared. */
async function prepareInEveryWay(world: World): Promise<void> {
  const { table, registerSets } = world.scope;
  for (const [row, registerSet] of registerSets.entries()) {
    if (!isOpen(table, registerSet) && world.proposedValues(row).length > 0) continue;
    const ways = phase1Ways(world.judge, row, world.inputs, PATIENT_PROBES_MAX);
    const replies = new Map<number, Awaited<ReturnType<World["prepare"]>>>();
    for (const server of new Set(ways.flatMap(({ heard }) => heard))) {
      replies.set(server, await world.prepare(server, registerSet));
    }
    for (const { heard, awaited, input } of ways) {
      // The client itself checks after every reply that it does what the model allows.
      const client = new ReplayedClient({ table, registerSet, row, input, awaited, judge: world.judge });
      for (const server of heard) client.deliver(server, replies.get(server)!);
    }
  }
  await world.compareRegisters(" after a prepare that had nothing left to freeze");
}
