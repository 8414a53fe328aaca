/** Does harm to servers and clients, as dice say. */
import { setTimeout as pause } from "node:timers/promises";
import type { Dice } from "../chance/dice.js";
import type { ClientUnderChaos } from "./client.js";
import type { ServerUnderChaos } from "./cluster.js";
import type { DiskFault } from "./disk-fault.js";
import type { Fault, FaultCounts } from "./faults.js";

export interface Victims {
  readonly servers: readonly ServerUnderChaos[];
  readonly clients: readonly ClientUnderChaos[];
}

const PAUSE_MIN_MS = 10;
const PAUSE_MAX_MS = 120;
/** A disk that is to fail is given this long to be needed. */
const NEEDED_WITHIN_MS = 3_000;

/**
 * As often as is asked, or until the signal is aborted. Whatever is under way is undone by then, but for processes that
 * are down.
 */
export async function doHarm(
  { servers, clients }: Victims,
  times: number,
  dice: Dice,
  counts: FaultCounts,
  signal: AbortSignal,
) {
  const rest = (min: number, max: number) => pause(dice.between(min, max), undefined, { signal }).catch(() => {});
  const restart = async (server: ServerUnderChaos): Promise<void> => {
    await server.kill();
    await server.start();
  };
  const failDisk = async (server: ServerUnderChaos, fault: Fault, diskFault: DiskFault): Promise<void> => {
    await server.kill();
    await server.start({ diskFault });
    await Promise.race([server.isDown, rest(NEEDED_WITHIN_MS, NEEDED_WITHIN_MS)]);
    if (!server.isUp) counts.count(fault);
    await restart(server);
  };
  const harms: readonly ((server: ServerUnderChaos) => Promise<void>)[] = [
    async (server) => {
      counts.count("server killed");
      await server.kill();
      await rest(0, PAUSE_MAX_MS);
      await server.start();
    },
    async (server) => {
      counts.count("server paused");
      server.pause();
      await rest(PAUSE_MIN_MS, 4 * PAUSE_MAX_MS);
      server.resume();
    },
    async (server) => {
      server.link.isCutOff = true;
      await rest(PAUSE_MIN_MS, 4 * PAUSE_MAX_MS);
      server.link.isCutOff = false;
    },
    (server) => failDisk(server, "sync failed", { failingSync: dice.between(1, 6) }),
    (server) => failDisk(server, "disk full", { fullAfter_bytes: 512 * dice.between(1, 12) }),
    async () => {
      if (dice.oneOf(clients).kill()) counts.count("client killed");
    },
  ];
  const busy = new Map<ServerUnderChaos, Promise<void>>();
  let next: typeof harms = [];
  for (let done = 0; done < times && !signal.aborted; done++) {
    await rest(PAUSE_MIN_MS, PAUSE_MAX_MS);
    // All kinds in some order, then all of them again.
    if (next.length === 0) next = dice.shuffled(harms);
    const [harm, ...others] = next;
    next = others;
    const server = dice.oneOf(servers);
    await busy.get(server);
    busy.set(server, harm!(server));
  }
  await Promise.all(busy.values());
}
