/**
 * One server as a process of its own: `node server-program.js <server> <directory>`. Prints its port and how many
 * records it recovered, as soon as it listens. What `quorate serve` runs, without the time that a command line takes to
 * start.
 */

import { serveTcp } from "../../../impl/network/tcp-server.js";
import { FileDisk } from "../../../impl/storage/file-disk.js";
import { openServerPins } from "../../../impl/storage/server-directory.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import { WriteBackDisk } from "./write-back-disk.js";

const [server, directory] = process.argv.slice(2);
if (server === undefined || directory === undefined) throw new Error("usage: server-program <server> <directory>");

// What it says last is what is told of it: a sentence, and not where in the code it was thrown.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

const host = await ServerHost.open(server, new WriteBackDisk(await FileDisk.open(directory)));
const tcp = await serveTcp(host, { pins: await openServerPins(directory, host) }, { host: "127.0.0.1", port: 0 });
process.stdout.write(`${tcp.address.port} ${host.recovery.records}\n`);
// Whoever started this holds the other end: when that process ends, however it ends, no server is left behind.
process.stdin.on("close", () => process.exit()).resume();
