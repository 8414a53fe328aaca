/** `quorate propose VALUE`: reach consensus with the servers of a table, and print what was decided. */
import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { ClaimsError, FileClaims } from "../../impl/claims.js";
import { NoQuorumError, NoRegisterSetError, propose as reachConsensus } from "../../impl/proposer.js";
import { checkValue } from "../../impl/protocol.js";
import { TcpConnection } from "../../impl/tcp-client.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import {
  type Address,
  CommandError,
  defaultAddress,
  orExit,
  parseAddress,
  serverIndex,
  tableFor,
  usageError,
} from "./cluster-options.js";
import { EXIT } from "./exit-codes.js";

interface ProposeCommandOptions {
  readonly table?: string;
  readonly at?: string;
  readonly data?: string;
  readonly client: string;
  readonly clients?: number;
  readonly timeout: number;
}

/**
 * How many clients take turns where the table names none. Not one: somebody who adds `--client 1` later must not find that
 * client 0 took all register sets for its own.
 */
const CLIENTS = 16;

export function registerPropose(program: Command): void {
  program
    .command("propose")
    .description("propose a value to the servers of a table and print the decided one, which may be another")
    .argument("<value>", "any text")
    .option("--table <file>", "quorum table (default: three-majority, servers S0, S1 and S2)")
    .option("--at <addresses>", "where servers listen: S0=host:port,S1=… (default: 127.0.0.1:7100, 7101, …)")
    .option("--client <n>", "which client this is: a number from 0 on, or its name in the table", "0")
    .option(
      "--clients <n>",
      `how many clients take turns; the same for all (default: the table's, or ${CLIENTS})`,
      count,
    )
    .option(
      "--data <directory>",
      "what this client must not forget; never share or copy it (default: .quorate/client-<n>)",
    )
    .option("--timeout <seconds>", "give up after this long", seconds, 10)
    .action((value: string, options: ProposeCommandOptions) => orExit(() => propose(value, options)));
}

async function propose(value: string, options: ProposeCommandOptions): Promise<void> {
  const table = tableFor(options.table);
  const client = identify(table, options);
  const connections = addresses(table, options.at).map(
    (address, index) => new TcpConnection({ server: table.servers[index]!, ...address }),
  );
  try {
    checkValue(value);
    const claims = await FileClaims.open(options.data ?? path.join(".quorate", `client-${client.index}`), client);
    const decided = await reachConsensus(value, {
      table,
      clientIndex: client.index,
      clientCount: client.count,
      ...(client.name === undefined ? {} : { clientName: client.name }),
      connections,
      claims,
      timeout_ms: options.timeout * 1000,
      onAttempt: (registerSet) => process.stderr.write(`proposing in register set ${registerSet}\n`),
    });
    if (decided !== value) process.stderr.write("another value was decided already, or won\n");
    process.stdout.write(`${decided}\n`);
  } catch (error) {
    throw explained(error);
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Errors that the person at the shell can act on; others stay as they are. */
function explained(error: unknown): unknown {
  if (error instanceof NoQuorumError || error instanceof NoRegisterSetError) {
    return new CommandError(EXIT.unavailable, error.message, { cause: error });
  }
  if (error instanceof RangeError || error instanceof ClaimsError) return usageError(error.message);
  return error;
}

function identify(table: QuorumTable, { client, clients }: ProposeCommandOptions) {
  const named = table.clients.indexOf(client);
  const index = named >= 0 ? named : Number(client);
  const total = clients ?? (table.clients.length > 0 ? table.clients.length : CLIENTS);
  if (!Number.isSafeInteger(index) || index < 0 || index >= total) {
    const names = table.clients.length > 0 ? ` or one of ${table.clients.join(", ")}` : "";
    throw usageError(`--client ${client}: not a number from 0 to ${total - 1}${names}`);
  }
  const name = table.clients[index];
  return name === undefined ? { index, count: total } : { index, count: total, name };
}

/** The address of every server of the table, in its order. */
function addresses(table: QuorumTable, at: string | undefined): Address[] {
  const found = table.servers.map((_, server) => defaultAddress(server));
  for (const entry of at?.split(",") ?? []) {
    const equals = entry.indexOf("=");
    if (equals < 0) throw usageError(`--at: "${entry}" is not like S0=127.0.0.1:7100`);
    found[serverIndex(table, entry.slice(0, equals).trim())] = parseAddress(entry.slice(equals + 1).trim());
  }
  return found;
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
}

function seconds(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 86_400))
    throw new InvalidArgumentError("It must be a number of seconds, at most a day.");
  return number;
}
