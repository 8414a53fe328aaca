/**
 * Stores that neither reset nor crash, each a process of its own: Quorate starts others, and kills them, and what is in
 * their directories counts.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verifiedAt } from "./verified.js";

/** Registers are files, or are only remembered; those that are lazy become files when somebody reads. */
const STORE = `
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
let data;
const remembered = new Map();
const fileOf = (register) => data + "/R" + register;
const FILES = {
  has: (register) => existsSync(fileOf(register)),
  get: (register) => JSON.parse(readFileSync(fileOf(register), "utf8")),
  set: (register, value) => writeFileSync(fileOf(register), JSON.stringify(value)),
};
const LAZY = {
  has: (register) => remembered.has(register) || FILES.has(register),
  get: (register) => (remembered.has(register) ? remembered.get(register) : FILES.get(register)),
  set: (register, value) => remembered.set(register, value),
};
const cells = { files: FILES, memory: remembered, lazy: LAZY }[process.argv[2]];
const flush = () => cells === LAZY && remembered.forEach((value, register) => FILES.set(register, value));
const KINDS = {
  init: ({ quorate }) => ((data = quorate.data), { type: "init_ok", quorate: { version: 1, role: "store" } }),
  read: ({ register }) => (flush(), { type: "read_ok", ...(cells.has(register) && { holds: cells.get(register) }) }),
  put: ({ register, value }) =>
    cells.has(register) ? { type: "refused" } : (cells.set(register, value), { type: "put_ok" }),
};
createInterface({ input: process.stdin }).on("line", (line) => {
  const answers = [JSON.parse(line)].flat().map(({ src, dest, body }) => ({
    src: dest, dest: src, body: { ...KINDS[body.type](body), in_reply_to: body.msg_id },
  }));
  console.log(JSON.stringify(answers));
});
`;

let directory: string;
let store: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-killed-"));
  store = path.join(directory, "store.mjs");
  writeFileSync(store, STORE);
});
afterAll(() => rmSync(directory, { recursive: true }));

it("agree where registers are files", async () => {
  const { verdict, replay } = await verifiedAt(`node ${store} files`, { table: "one" });
  expect([verdict, replay!.transitionsCovered]).toEqual(["safe", replay!.transitionsReachable]);
  expect(replay!.adapter!.notTested.join(" ")).not.toContain("Crashes:");
});

it("are found where registers are forgotten by whoever is killed", async () => {
  const { verdict, divergence } = await verifiedAt(`node ${store} memory`, { table: "one" });
  expect([verdict, divergence?.what]).toEqual([
    "diverges",
    "S0 holds nothing in R0 where the model holds A after a restart",
  ]);
});

it("are found where what was answered is on disk a moment later, which only SIGKILL amid a request shows", async () => {
  const { verdict, divergence } = await verifiedAt(`node ${store} lazy`, { table: "one" });
  expect(verdict).toBe("diverges");
  // One request is cut short, or several that came at once, whichever the killing was in time for.
  expect(divergence?.what).toMatch(
    /^S0 answered the put of A to R0 with "put_ok",.* and holds nothing in R0 after a crash that came at once(: no order of them, sent at once, leads to that)?$/,
  );
});
