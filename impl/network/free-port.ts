import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Where ports are drawn: below those that systems give to whoever names none (Linux from 32,768, others from 49,152),
 * which any connection of any process may have taken by the time that this one is used.
 */
const [FIRST, END] = [10_000, 32_768];
const TRIES_MAX = 100;

/**
 * A port of this machine that is free now, for a server that comes back to it, or is to be missed at it. Drawn, so that
 * processes that draw at the same time hardly ever draw the same. Rejects where all that it tries are in use.
 */
export async function freePort(draw: () => number = () => randomInt(FIRST, END)): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = draw();
    if (await isFree(port)) return port;
  }
  throw new Error(`of ports ${FIRST} to ${END - 1} of this machine, ${TRIES_MAX} were tried, and all are in use`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if (["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
  server.close();
  await once(server, "close");
  return true;
}
