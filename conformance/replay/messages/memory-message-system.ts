import type { Reply, Request } from "../../../impl/core/protocol.js";
import { LiveServers } from "../systems/live-servers.js";
import { RememberedServers } from "../systems/remembered-servers.js";
import { type RowServer, rowServers } from "../systems/row-server.js";
import { MemoryNetwork } from "./memory-network.js";

/** The real hosts and logs over disks in memory, with a network before them. */
export class MemoryMessageSystem extends LiveServers<RowServer, Request, Reply, Uint8Array> {
  override readonly network = new MemoryNetwork(async (server, request) => this.request(server, request));

  static async open(names: readonly string[]): Promise<MemoryMessageSystem> {
    const kind = rowServers(() => ({}));
    return new MemoryMessageSystem(kind, names, await LiveServers.opened(kind, names));
  }
}

/** The same, which can be put back to where they were. */
export class RememberedMessageSystem extends RememberedServers<RowServer, Request, Reply, Uint8Array> {
  override readonly network = new MemoryNetwork(async (server, request) => this.request(server, request));

  /** Only the observed register sets can be looked at. */
  static async open(names: readonly string[], observed: readonly number[]): Promise<RememberedMessageSystem> {
    return RememberedServers.begun(
      new RememberedMessageSystem(
        rowServers(() => ({})),
        names,
        observed,
      ),
    );
  }
}
