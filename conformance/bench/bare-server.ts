/**
 * What `npm run bench:propose` measures against: a server that does nothing but write what it hears at the end of a
 * file, make it durable, and send it back; and one that only sends it back.
 */
import { once } from "node:events";
import { fdatasync, openSync, writeSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** As long as what a small record takes in a server's log. */
const BLOCK = Buffer.alloc(512);

/** Resolves with its port. One message at a time, which comes in one piece. */
export function serveSyncs(file: string): Promise<number> {
  const log = openSync(file, "a");
  return portOf(
    createServer({ noDelay: true }, (socket) => {
      socket.on("data", (message) => {
        writeSync(log, BLOCK);
        fdatasync(log, (error) => {
          if (error !== null) throw error;
          socket.write(message);
        });
      });
    }),
  );
}

/** Resolves with its port. */
export const serveEchoes = (): Promise<number> =>
  portOf(createServer({ noDelay: true }, (socket) => socket.pipe(socket)));

async function portOf(server: Server): Promise<number> {
  await once(server.listen(LOOPBACK), "listening");
  return (server.address() as AddressInfo).port;
}
