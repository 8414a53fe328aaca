#!/usr/bin/env node
/**
 * A store of write-once registers that Quorate can put under its model: `quorate verify TABLE --adapter 'node store.mjs'`.
 *
 * All that is asked of it is to put a register if it is absent, and to read it: what a bucket with conditional writes can do, or a
 * table with a unique key. One process is all nodes. What is in `disk` survives a crash, and everything else does not.
 */
import { createInterface } from "node:readline";

class Store {
  constructor(disk, cache = disk) {
    this.disk = disk;
    this.cache = new Map(cache);
  }

  copy() {
    return new Store(new Map(this.disk), this.cache);
  }

  put({ register, value }) {
    if (this.cache.has(register)) return { type: "refused", holds: this.cache.get(register) };
    this.disk.set(register, value);
    this.cache.set(register, value);
    return { type: "put_ok" };
  }

  read({ register }) {
    return { type: "read_ok", holds: this.cache.get(register) };
  }
}

const QUORATE = { version: 1, role: "store", hosts: "all", can: ["reset", "crash", "snapshot"] };
const stores = new Map();
const snapshots = [];

function answerTo(node, body) {
  switch (body.type) {
    case "snapshot":
      return { type: "snapshot_ok", snapshot: `${snapshots.push(stores.get(node).copy()) - 1}` };
    case "restore":
      stores.set(node, snapshots[body.snapshot].copy());
      return { type: "restore_ok" };
    case "init":
    case "reset":
      stores.set(node, new Store(new Map()));
      return { type: `${body.type}_ok`, quorate: QUORATE };
    case "crash":
      stores.set(node, new Store(stores.get(node).disk));
      return { type: "crash_ok" };
    default:
      return stores.get(node)[body.type](body);
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const answers = [JSON.parse(line)].flat().map(({ src, dest, body }) => ({
    src: dest,
    dest: src,
    body: { ...answerTo(dest, body), in_reply_to: body.msg_id },
  }));
  console.log(JSON.stringify(answers));
});
