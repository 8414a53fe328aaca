/** `quorate propose VALUE`: reach consensus with the servers of a table, and print what was decided. */
import path from "node:path";
import { RulesBrokenError } from "../../../impl/core/exclusive-reads.js";
import { type ClientIdentity, UNNUMBERED_CLIENTS } from "../../../impl/core/ownership.js";
import { checkValue } from "../../../impl/core/protocol.js";
import { PinsError } from "../../../impl/encoding/pins.js";
import { identityOfTable } from "../../../impl/encoding/table-identity.js";
import { MismatchError } from "../../../impl/network/connection.js";
import { Membership } from "../../../impl/network/membership.js";
import type { Party } from "../../../impl/network/tcp-session.js";
import { announce } from "../../../impl/proposer/announce.js";
import type { AttemptWatch } from "../../../impl/proposer/attempt.js";
import { NoQuorumError, NoRegisterSetError, propose as reachConsensus } from "../../../impl/proposer/proposer.js";
import { ClaimsError, FileClaims } from "../../../impl/storage/claims.js";
import { PlaceError } from "../../../impl/storage/directories.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { isArbiter } from "../../../spec/roles.js";
import { namesOf } from "../../../spec/server-set.js";
import { tableFor, whereaboutsOf } from "../../options/cluster-options.js";
import { openEvents } from "../../options/event-log.js";
import { type SecretOptions, securityOf } from "../../options/secrets.js";
import { CommandError, usageError } from "../../shell/command-error.js";
import { EXIT } from "../../shell/exit-codes.js";
import { explainSystemError } from "../../shell/system-error.js";
import type { EventWriter } from "../../validate/event-writer.js";
import { checkStores, connectionsTo, openPlaces, refuseDrawing, type StoreOptions } from "./connections.js";

/** As commander hands the options over. */
export interface ProposeCommandOptions extends StoreOptions {
  readonly table?: string;
  readonly at?: string;
  readonly data?: string;
  readonly client?: string;
  readonly clients?: number;
  readonly timeout: number;
  readonly new?: boolean;
  readonly events?: string;
}

/** How long servers have to take note of what was decided: nothing but their disk space depends on it. */
const ANNOUNCE_MS = 300;

/** Prints the decided value. Throws CommandError. */
export async function propose(value: string, options: ProposeCommandOptions): Promise<void> {
  const usedUp = await proposeOnce(value, options);
  if (usedUp === null) return;
  process.stderr.write("the register sets of this client's number are used up; it has drawn another\n");
  const again = await proposeOnce(value, options);
  if (again !== null) throw explained(again);
}

/**
 * Resolves with an error where a client without a number can be helped by the one that it has now drawn, else with
 * null.
 */
async function proposeOnce(value: string, options: ProposeCommandOptions): Promise<NoRegisterSetError | null> {
  const table = tableFor(options.table);
  const places = whereaboutsOf(table, options.at);
  checkStores(table, places, options);
  if (options.client === undefined) refuseDrawing(table, places);
  const reachable = await openPlaces(places);
  const { client, claims } = await identify(table, options).catch((error) => {
    throw explained(error);
  });
  const missed = options.client === undefined ? rangesNeverOwned(table, client) : [];
  if (missed.length > 0) {
    process.stderr.write(
      `quorate: drawn at random, this client's number has no register set in ${missed.join(", ")}; with --client and --clients it has\n`,
    );
  }
  const party = await partyOf(table, claims, options).catch((error) => {
    throw explained(error);
  });
  const events = openEvents(options.events ?? null, `client ${client.name ?? client.index}`);
  events?.write({ event: "start" });
  const connections = await connectionsTo(table, reachable, party);
  try {
    checkValue(value);
    const decided = await reachConsensus(value, {
      table,
      clientIndex: client.index,
      clientCount: client.count,
      ...(client.name === undefined ? {} : { clientName: client.name }),
      connections,
      claims,
      timeout_ms: options.timeout * 1000,
      ...(events !== null && { watch: watchTo(events, table, client) }),
      onAttempt: (registerSet) => process.stderr.write(`proposing in register set ${registerSet}\n`),
    });
    events?.write({ event: "output", value: decided });
    if (decided !== value) process.stderr.write("another value was decided already, or won\n");
    process.stdout.write(`${decided}\n`);
    await announce(
      decided,
      connections.filter((_, server) => !isArbiter(table, server)),
      ANNOUNCE_MS,
    );
    return null;
  } catch (error) {
    const canDraw = error instanceof NoRegisterSetError && options.client === undefined;
    if (canDraw && (await claims.drawNext())) return error;
    throw explained(error);
  } finally {
    for (const connection of connections) connection.close();
    events?.close();
  }
}

const watchTo = (events: EventWriter, { servers }: QuorumTable, { index }: ClientIdentity): AttemptWatch => ({
  learns: ({ registerSet }, server, values) =>
    events.write({ event: "learn", registerSet, server: servers[server]!, values }),
  proposes: ({ registerSet, chosen, heard }) =>
    events.write({
      event: "propose",
      registerSet,
      value: chosen,
      heard: namesOf(heard, servers),
      candidate: String(index),
    }),
});

/**
 * The ranges that take turns and end before it is this client's turn: with 2^32 numbers, the first sets of a table have
 * no owner that runs.
 */
const rangesNeverOwned = ({ ranges }: QuorumTable, { index, count }: ClientIdentity): string[] =>
  ranges
    .filter(({ first, last, allocation }) => {
      const next = first + ((index - (first % count) + count) % count);
      return allocation.kind === "round-robin" && next > last;
    })
    .map(({ first, last }) => (first === last ? `R${first}` : `R${first} to R${last}`));

/** Errors that the person at the shell can act on; others stay as they are. */
function explained(error: unknown): unknown {
  if (error instanceof NoQuorumError || error instanceof NoRegisterSetError) {
    const message = `${error.message}. If it was proposed, the value may still be decided: propose again to find out`;
    return new CommandError(EXIT.unavailable, message, { cause: error });
  }
  // Two values were seen where there can be one: the table is not what keeps these servers in agreement.
  if (error instanceof RulesBrokenError) return new CommandError(EXIT.unsafe, error.message, { cause: error });
  const doesNotFit = [MismatchError, PinsError].some((kind) => error instanceof kind);
  if (doesNotFit) return new CommandError(EXIT.unreadable, (error as Error).message, { cause: error });
  const isMistaken = [RangeError, ClaimsError, PlaceError].some((kind) => error instanceof kind);
  if (isMistaken) return usageError((error as Error).message);
  return explainSystemError("cannot keep what this client must not forget", error);
}

/** As whom the client meets servers. */
async function partyOf(table: QuorumTable, claims: FileClaims, options: SecretOptions): Promise<Party> {
  const membership = new Membership(await claims.pins(), table.servers);
  return { table: identityOfTable(table), client: claims.client, membership, ...(await securityOf(options)) };
}

interface Identified {
  readonly client: ClientIdentity;
  readonly claims: FileClaims;
}

/** Two clients of one number could decide two values, so a number is never assumed: it is given, or drawn and kept. */
async function identify(table: QuorumTable, options: ProposeCommandOptions): Promise<Identified> {
  const { client, clients, data } = options;
  const names = table.clients;
  if (client === undefined) {
    if (names.length > 0) throw usageError(`--client is missing: this table's clients are ${names.join(", ")}`);
    if (clients !== undefined) throw usageError("--clients needs --client: which of them is this?");
    const directory = path.resolve(data ?? path.join(".quorate", "client"));
    const claims = await FileClaims.ofUnnumbered(directory, UNNUMBERED_CLIENTS);
    return { client: { index: claims.client.index, count: claims.client.count }, claims };
  }
  const total = clients ?? names.length;
  if (total === 0) throw usageError("--client needs --clients: how many clients take turns?");
  const index = names.includes(client) ? names.indexOf(client) : Number(client);
  if (!Number.isSafeInteger(index) || index < 0 || index >= total) {
    const orNames = names.length > 0 ? ` or one of ${names.join(", ")}` : "";
    throw usageError(`--client ${client}: not a number from 0 to ${total - 1}${orNames}`);
  }
  const name = names[index];
  const directory = path.resolve(data ?? path.join(".quorate", `client-${index}`));
  const identity = { index, count: total, ...(name === undefined ? {} : { name }) };
  return { client: identity, claims: await numberedClaims(directory, identity, options.new ?? false) };
}

/** A client that has ever proposed must not forget it, so its directory is made only on demand. */
async function numberedClaims(directory: string, identity: ClientIdentity, isNew: boolean): Promise<FileClaims> {
  try {
    return await (isNew ? FileClaims.create(directory, identity) : FileClaims.open(directory, identity));
  } catch (cause) {
    if (!(cause instanceof PlaceError)) throw cause;
    const hint = isNew
      ? "leave out --new to go on with it"
      : "if this client never proposed, add --new, and if it did, name its directory with --data";
    throw new PlaceError(`${cause.message}; ${hint}`, { cause });
  }
}
