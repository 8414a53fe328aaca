// What sync-calls.test.ts watches: node traced-program.mjs <compiled impl> <what to do> <directory>
import { pathToFileURL } from "node:url";

const [compiled, act, directory] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(`${compiled}/impl/${file}`).href);
const { FileDisk } = await load("storage/file-disk.js");
const { ServerHost } = await load("storage/server-host.js");
const { FileClaims } = await load("storage/claims.js");

if (act === "claim") {
  const claims = await FileClaims.open(directory, { index: 1, count: 3 });
  await claims.claim(7);
} else {
  const host = await ServerHost.open("S0", await FileDisk.open(directory));
  for (let registerSet = 0; act === "write" && registerSet < 3; registerSet++) {
    await host.handle({ kind: "write", registerSet, value: "A" });
  }
  await host.close();
}
