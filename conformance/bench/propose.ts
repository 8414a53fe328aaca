/**
 * `npm run bench:propose`: how long does a client take to reach consensus, as a multiple of what it takes at least?
 *
 *     npm run bench:propose -- [--table FILE] [--runs N] [--directory DIR]
 *
 * At least: two round trips, each with one sync at a quorum of servers; the client's claim is synced meanwhile. It is
 * taken twice: from one round trip and one sync, each by itself; and from a bare exchange, two rounds of messages to as
 * many servers that only write, sync, and answer, until most have. Three servers are three processes with logs on disk;
 * each run is a new cluster, whose connections are open and have shaken hands. All is measured in turns, on the same
 * disk, each after a rest, in which what went before comes to its end, and after one exchange more, so that all are
 * awake; all figures are medians. The first runs are not counted: they wait for a compiler. DIR is where logs are kept
 * (default: a new directory below the current one, since a directory for temporary files may be in memory).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as rest } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { identityOfTable } from "../../impl/encoding/table-identity.js";
import { Membership } from "../../impl/network/membership.js";
import { TcpConnection } from "../../impl/network/tcp-client.js";
import { propose } from "../../impl/proposer/proposer.js";
import { FileClaims } from "../../impl/storage/claims.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { loadTable } from "../../spec/table-file.js";
import { BareServers } from "./bare-rounds.js";

interface ServerProcess {
  readonly child: ChildProcess;
  /** By cluster. */
  readonly ports: readonly number[];
  /** By what they do. */
  readonly bare: { readonly echo: number; readonly syncs: number };
}

const FIGURES = ["trip", "sync", "bare", "claim", "propose"] as const;
type Figures = Readonly<Record<(typeof FIGURES)[number], number[]>>;

/** The second of two clients begins in R1, and so with a phase 1, as all but the first client of a table do. */
const CLIENT = { index: 1, count: 2 };

const WARMING_RUNS = 200;
const REST_MS = 5;

async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      table: { type: "string", default: "spec/tables/three-majority.yaml" },
      runs: { type: "string", default: "200" },
      directory: { type: "string", default: "." },
    },
  });
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs >= 1))
    throw new RangeError(`--runs needs a whole number, found "${values.runs}"`);
  const table = loadTable(values.table);
  const directory = mkdtempSync(path.join(values.directory, ".bench-propose-"));
  const all = WARMING_RUNS + runs;
  const servers = await Promise.all(table.servers.map((server) => start(server, directory, all, values.table)));
  try {
    const echo = await BareServers.connect([servers[0]!.bare.echo]);
    const bare = await BareServers.connect(servers.map((server) => server.bare.syncs));
    const most = Math.floor(servers.length / 2) + 1;
    const figures: Figures = { trip: [], sync: [], bare: [], claim: [], propose: [] };
    for (let run = 0; run < all; run++) {
      figures.propose.push(await proposal_ms(table, servers, run, directory));
      figures.trip.push(await second_ms(() => echo.rounds_ms(1, 1)));
      figures.sync.push(await second_ms(() => sync_ms(directory)));
      figures.bare.push(await second_ms(() => bare.rounds_ms(2, most)));
      await rest(REST_MS);
      figures.claim.push(await claim_ms(directory, run));
    }
    print(table, runs, figures);
    echo.close();
    bare.close();
  } finally {
    for (const { child } of servers) child.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function start(server: string, directory: string, clusters: number, tableFile: string): Promise<ServerProcess> {
  const program = fileURLToPath(new URL("./propose-servers.js", import.meta.url));
  const child = spawn(process.execPath, [program, server, directory, `${clusters}`, tableFile], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
  return { child, ...JSON.parse(line) };
}

/** Of a cluster that is new, and whose servers this client has met. */
async function proposal_ms(table: QuorumTable, servers: readonly ServerProcess[], run: number, directory: string) {
  const claims = await FileClaims.create(path.join(directory, `client-${run}`), CLIENT);
  const membership = new Membership(await claims.pins(), table.servers);
  const party = { table: identityOfTable(table), client: claims.client, membership };
  const connections = table.servers.map(
    (server, index) => new TcpConnection({ server, host: "127.0.0.1", port: servers[index]!.ports[run]! }, party),
  );
  const exchange = () => Promise.all(connections.map((connection) => connection.request({ kind: "read", from: 0 })));
  // Once to meet the servers, and once more for those that have to hear whom the client met after them.
  await exchange();
  await exchange();
  await rest(REST_MS);
  await exchange();
  const started_ms = performance.now();
  await propose("a value", { table, clientIndex: CLIENT.index, clientCount: CLIENT.count, connections, claims });
  const took_ms = performance.now() - started_ms;
  for (const connection of connections) connection.close();
  return took_ms;
}

async function second_ms(measure: () => number | Promise<number>): Promise<number> {
  await rest(REST_MS);
  await measure();
  return measure();
}

/** Of one block at the end of a file. */
function sync_ms(directory: string): number {
  const file = openSync(path.join(directory, "synced"), "a");
  writeSync(file, Buffer.alloc(512));
  const started_ms = performance.now();
  fdatasyncSync(file);
  const took_ms = performance.now() - started_ms;
  closeSync(file);
  return took_ms;
}

/**
 * What the client has done before its first proposal, so as never to propose twice in a set: its phase 1 goes on
 * meanwhile.
 */
async function claim_ms(directory: string, run: number): Promise<number> {
  const claims = await FileClaims.create(path.join(directory, `claimant-${run}`), CLIENT);
  const started_ms = performance.now();
  const claim = await claims.claim(1);
  await claim!.durable;
  return performance.now() - started_ms;
}

function print(table: QuorumTable, runs: number, figures: Figures): void {
  const of = (what: keyof Figures): number => figures[what].slice(-runs).sort((a, b) => a - b)[runs >>> 1]!;
  const least_ms = 2 * (of("trip") + of("sync"));
  const shown = [of("trip"), of("sync"), least_ms, of("bare"), of("claim"), of("propose")];
  const ratios = [of("propose") / least_ms, of("propose") / of("bare")];
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  process.stdout.write(
    [
      `table ${table.name}, ${runs} runs, medians, milliseconds`,
      "",
      "| round trip | fdatasync | two of each | bare exchange | the client's claim | propose | times two of each | times bare |",
      "|--:|--:|--:|--:|--:|--:|--:|--:|",
      row([...shown, ...ratios].map((figure) => figure.toFixed(2))),
      "",
    ].join("\n"),
  );
}

await main(process.argv.slice(2));
