#!/usr/bin/env node
/**
 * A store of write-once registers that Quorate can put under its model: `quorate verify TABLE --adapter 'node store.mjs'`.
 *
 * All that is asked of it is to put a register if it is absent, and to read it: what a bucket with conditional writes can do, or a
 * table with a unique key. One process is all nodes. What is in `disk` survives a crash, and everything else does not.
 */
import { createInterface } from "node:readline";

class Store {
  constructor(disk) {
    this.disk = disk;
    this.cache = new Map(disk);
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

const disks = new Map();
const stores = new Map();

function answerTo(node, body) {
  if (body.type === "init" || body.type === "reset") disks.set(node, new Map());
  if (!["init", "reset", "crash"].includes(body.type)) return stores.get(node)[body.type](body);
  stores.set(node, new Store(disks.get(node)));
  const quorate = { version: 1, role: "store", hosts: "all", can: ["reset", "crash"] };
  return { type: `${body.type}_ok`, quorate };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const answers = [JSON.parse(line)].flat().map(({ src, dest, body }) => ({
    src: dest,
    dest: src,
    body: { ...answerTo(dest, body), in_reply_to: body.msg_id },
  }));
  console.log(JSON.stringify(answers));
});
