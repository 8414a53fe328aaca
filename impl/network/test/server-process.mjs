// One server as its own process, for process-cluster.ts: node server-process.mjs <server> <directory> <port>

const [server, directory, port] = process.argv.slice(2);
const load = (file) => import(new URL(`../../../dist/impl/${file}`, import.meta.url).href);
const { FileDisk } = await load("storage/file-disk.js");
const { ServerHost } = await load("storage/server-host.js");
const { serveTcp } = await load("network/tcp-server.js");

const { openServerPins } = await load("storage/server-directory.js");

const host = await ServerHost.open(server, await FileDisk.open(directory));
const tcp = await serveTcp(
  host,
  { pins: await openServerPins(directory, host) },
  { host: "127.0.0.1", port: Number(port) },
);
process.stdout.write(`${tcp.address.port} ${host.recovery.records}\n`);
