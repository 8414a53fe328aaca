/** Servers and clients that meet in tests, without directories. */

import { threeMajority } from "../../core/test/tables.js";
import { type ClientFacts, encodeHello, signedFrame } from "../../encoding/handshake-messages.js";
import type { ClientPins } from "../../encoding/pins.js";
import { identityOfTable } from "../../encoding/table-identity.js";
import { MemoryPins } from "../../storage/pin-store.js";
import { newServerPins } from "../../storage/server-directory.js";
import type { ServerHost } from "../../storage/server-host.js";
import type { Door } from "../doorkeeper.js";
import { Membership } from "../membership.js";
import type { Party } from "../tcp-session.js";

const table = identityOfTable(threeMajority);

export const doorOf = ({ name: server, incarnation }: ServerHost, servers: readonly string[] = [server]): Door => ({
  pins: new MemoryPins(newServerPins(incarnation, { server, servers, table })),
});

export const facts = (index: number, count: number): ClientFacts => ({
  index,
  count,
  identity: index.toString(16).padStart(32, "0"),
});

/** A client that works with these servers and has met none of them. */
export const partyOf = (servers: readonly string[], client: ClientFacts | null = facts(0, 1)): Party => ({
  table,
  client,
  membership: new Membership(new MemoryPins<ClientPins>(new Map()), servers),
});

/** The frame with which a client begins that does not care what the server says. */
export const rawHello = (server: string, client: ClientFacts | null = facts(0, 1)): Buffer =>
  signedFrame(encodeHello({ nonce: "00".repeat(16), server, table, client, known: [] }), null);
