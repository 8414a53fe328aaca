/** As whom replay's servers and clients meet over TCP. */
import type { ClientFacts } from "../../../impl/encoding/handshake-messages.js";
import type { ClientPins } from "../../../impl/encoding/pins.js";
import { Membership } from "../../../impl/network/membership.js";
import type { Party } from "../../../impl/network/tcp-session.js";
import { MemoryPins } from "../../../impl/storage/pin-store.js";
import type { NewServer } from "../../../impl/storage/server-directory.js";

/** Replay judges every step by its own table, so servers and clients need not compare theirs. */
const TABLE = { name: "replay", hash: "0".repeat(32) };

export const replayedServer = (server: string): NewServer => ({ server, servers: [server], table: TABLE });

/**
 * A client of replay that deals with each server as if it were the only one: which of them are asked, and when, is for
 * the run to say.
 */
export const replayingParty = (server: string, client: ClientFacts | null): Party => ({
  table: TABLE,
  client,
  membership: new Membership(new MemoryPins<ClientPins>(new Map()), [server]),
});

/** A client whose identity follows from its number, so that it is the same after a crash. */
export const replayedClient = (index: number, count: number): ClientFacts => ({
  index,
  count,
  identity: index.toString(16).padStart(32, "0"),
});
