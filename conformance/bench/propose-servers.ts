/**
 * One server of many clusters, for `npm run bench:propose`: `node propose-servers.js <server> <directory> <clusters>`.
 * Each has a log and a port of its own; their ports are printed once all listen, and those of the bare servers of
 * bare-server.ts.
 */
import path from "node:path";
import { identityOfTable } from "../../impl/encoding/table-identity.js";
import { serveTcp } from "../../impl/network/tcp-server.js";
import { FileDisk } from "../../impl/storage/file-disk.js";
import { createServerDirectory, openServerPins } from "../../impl/storage/server-directory.js";
import { ServerHost } from "../../impl/storage/server-host.js";
import { loadTable } from "../../spec/table-file.js";
import { serveEchoes, serveSyncs } from "./bare-server.js";

const [server, directory, clusters, tableFile] = process.argv.slice(2);
if (tableFile === undefined) throw new Error("usage: propose-servers <server> <directory> <clusters> <table>");
const table = loadTable(tableFile);
const LOOPBACK = { host: "127.0.0.1", port: 0 };

async function serve(cluster: number): Promise<number> {
  const home = path.join(directory!, `${server}-${cluster}`);
  await createServerDirectory(home, { server: server!, servers: table.servers, table: identityOfTable(table) });
  const host = await ServerHost.open(server!, await FileDisk.open(home));
  const tcp = await serveTcp(host, { pins: await openServerPins(home, host) }, LOOPBACK);
  return tcp.address.port;
}

const ports: number[] = [];
for (let cluster = 0; cluster < Number(clusters); cluster++) ports.push(await serve(cluster));
const bare = { echo: await serveEchoes(), syncs: await serveSyncs(path.join(directory!, `${server}-bare`)) };
process.stdout.write(`${JSON.stringify({ ports, bare })}\n`);
// Whoever started this holds the other end.
process.stdin.on("close", () => process.exit()).resume();
