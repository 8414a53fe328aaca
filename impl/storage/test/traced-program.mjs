// What sync-calls.test.ts watches: node traced-program.mjs <what to do> <directory>

const [act, directory] = process.argv.slice(2);
const load = (file) => import(new URL(`../../../dist/impl/${file}`, import.meta.url).href);
const { FileDisk } = await load("storage/file-disk.js");
const { ServerHost } = await load("storage/server-host.js");
const { newLog } = await load("encoding/log-format.js");
const { FileClaims } = await load("storage/claims.js");

if (act === "claim") {
  const me = { index: 1, count: 3 };
  const claims = await FileClaims.create(directory, me).catch(() => FileClaims.open(directory, me));
  await claims.claim(7);
} else if (act === "pin") {
  const claims = await FileClaims.create(directory, { index: 1, count: 3 });
  const store = await claims.pins();
  store.replace(new Map([["S0", { incarnation: "a0".repeat(16), told: [] }]]));
  await store.durable();
  await store.durable();
} else {
  if (act === "create") await FileDisk.create(directory, newLog("S0"));
  const host = await ServerHost.open("S0", await FileDisk.open(directory));
  for (let registerSet = 0; act === "create" && registerSet < 3; registerSet++) {
    await host.handle({ kind: "write", registerSet, value: "A" });
  }
  await host.close();
}
