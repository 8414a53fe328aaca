/** A connection of a client ends once, and whoever ends it is not told. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { encodeRefusal } from "../../encoding/handshake-messages.js";
import { TcpSession } from "../tcp-session.js";
import { partyOf } from "./parties.js";

let server: Server;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function begun() {
  const { port } = server.address() as AddressInfo;
  const lost: string[] = [];
  const connected = once(server, "connection");
  const session = new TcpSession({ server: "S0", host: "127.0.0.1", port }, partyOf(["S0"]), {
    onReply: () => {},
    onLost: ({ message }) => void lost.push(message.replace(`${port}`, "PORT")),
  });
  const [socket] = (await connected) as [Socket];
  return { session, socket, lost };
}

it("tells of its end once, and of what ended it", async () => {
  const { socket, lost } = await begun();
  socket.end(encodeRefusal({ isFinal: false, reason: "no" }));
  await once(socket, "close");
  await new Promise(setImmediate);
  expect(lost).toEqual(["S0 at 127.0.0.1:PORT: no"]);
});

it("tells nothing when it is destroyed", async () => {
  const { session, socket, lost } = await begun();
  session.destroy();
  await once(socket.resume(), "close");
  await new Promise(setImmediate);
  expect(lost).toEqual([]);
});
