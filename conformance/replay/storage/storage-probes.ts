/**
 * What networks and machines do to storages that the model does not see: crash and restart, with a request that is lost; deliver
 * late, and again. See probes.ts: the same for servers that know their row.
 */

import { isOpen } from "../../../spec/quorum-table.js";
import { phase1Ways } from "../phase-1-ways.js";
import type { StorageWorld } from "./storage-world.js";

export async function probeStorages(world: StorageWorld): Promise<void> {
  await crashEveryStorage(world);
  await writeLate(world);
  await prepareInEveryWay(world);
}

/** A put of which nothing became durable may as well never have arrived. */
async function crashEveryStorage(world: StorageWorld): Promise<void> {
  const { table, registerSets } = world.scope;
  for (const server of table.servers.keys()) {
    const unwritten = registerSets.find((_, row) => world.expectedAt(server, row).state === "unwritten");
    if (unwritten === undefined) world.storages.crash(server);
    else world.storages.crash(server, { registerSet: unwritten, put: { state: "nil" } });
  }
  await world.compareRegisters(" after a restart");
}

/** A write that arrives late, or again, meets a register that is nil or written: it must change nothing and say so. */
async function writeLate(world: StorageWorld): Promise<void> {
  const { table, registerSets } = world.scope;
  for (const [row, registerSet] of registerSets.entries()) {
    for (const value of world.proposedValues(row)) {
      for (const server of table.servers.keys()) {
        if (world.expectedAt(server, row).state === "unwritten") continue;
        world.repeat(world.clientOf(registerSet, value), server, registerSet);
      }
    }
  }
  await world.compareRegisters(" after a late write");
}

/** Probes of clients that hear more than they need; impatient ones are all tried. */
const PATIENT_PROBES_MAX = 2;

/** In every register set that is still to be proposed in, a client is tried with every set of servers that is prepared. */
async function prepareInEveryWay(world: StorageWorld): Promise<void> {
  const { table, registerSets } = world.scope;
  for (const [row, registerSet] of registerSets.entries()) {
    if (!isOpen(table, registerSet) && world.proposedValues(row).length > 0) continue;
    for (const way of phase1Ways(world.judge, row, world.inputs, PATIENT_PROBES_MAX)) {
      await world.clientAfter(way, row);
    }
  }
  await world.compareRegisters(" after a put of nil that came too late");
}
