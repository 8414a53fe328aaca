/** An adapter that runs already and listens: the same lines over one connection. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Channel, ChannelListener } from "./channel.js";
import { readLines } from "./read-lines.js";
import { addressIn } from "./tcp-address.js";

/** Throws RangeError for what is no address. */
export function connectTo(url: string, listener: ChannelListener): Channel {
  const socket: Socket = connect(addressIn(url));
  socket.setNoDelay(true);
  let why = "has closed the connection";
  socket.on("error", (error) => {
    why = `cannot be reached: ${error.message}`;
  });
  socket.once("close", () => listener.onEnd(why));
  readLines(socket, listener.onLine, listener.onEnd);
  return {
    send: (lines) => void socket.write(`${lines.join("\n")}\n`),
    kill: null,
    async close() {
      if (socket.closed) return;
      socket.destroy();
      await once(socket, "close");
    },
  };
}
