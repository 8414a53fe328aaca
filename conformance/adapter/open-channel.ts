/** The channel that a command asks for. */
import type { Channel, ChannelListener } from "./channel.js";
import { startProcess } from "./process-channel.js";
import { StoreChannel } from "./store-channel.js";
import { STORE_SCHEME } from "./store-command.js";
import { TCP_SCHEME } from "./tcp-address.js";
import { connectTo } from "./tcp-channel.js";

/**
 * @param command a command line, tcp://HOST:PORT, or store: and URLs. Throws RangeError for an address that is none.
 */
export function openChannel(command: string, listener: ChannelListener): Channel {
  if (command.startsWith(TCP_SCHEME)) return connectTo(command, listener);
  return command.startsWith(STORE_SCHEME) ? new StoreChannel(command, listener) : startProcess(command, listener);
}
