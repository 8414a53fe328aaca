/** Our own servers as adapters of themselves: the real host, core and log behind the lines of JSON that others speak. */
import { expect, it } from "vitest";
import { REGISTER_SET_LIMIT, type Reply, type Request, VALUE_BYTES_MAX } from "../../../impl/core/protocol.js";
import { MemoryDisk } from "../../../impl/simulation/memory-disk.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import type { Body } from "../messages.js";
import type { Lines } from "./local-adapter.js";
import { verifiedWith } from "./verified.js";

type Answer = Omit<Body, "in_reply_to">;

const QUORATE = {
  ...{ version: 1, role: "acceptor", hosts: "all", can: ["reset", "crash", "observe"] },
  limits: { value_bytes: VALUE_BYTES_MAX, register: REGISTER_SET_LIMIT - 1 },
};

function requestIn({ type, register, value }: Body): Request {
  if (type === "prepare") return { kind: "prepare", registerSet: register as number };
  if (type === "write") return { kind: "write", registerSet: register as number, value: value as string };
  return { kind: "read" };
}

function answerOf(reply: Reply): Answer {
  switch (reply.kind) {
    case "prepared":
      return { type: "prepare_ok", values: reply.written };
    case "written":
      return { type: "write_ok" };
    case "refused":
      return { type: "refused", holds: reply.holds.state === "value" ? reply.holds.value : null };
    case "row":
      return { type: "observe_ok", frozen_below: reply.frozenBelow, values: reply.written };
    default:
      return { type: "error", text: reply.kind === "rejected" ? reply.reason : reply.kind };
  }
}

/** One process that is all servers; what a crash has stopped is never answered. */
function ownServers(): Lines {
  const hosts = new Map<string, { readonly host: ServerHost; readonly disk: MemoryDisk }>();
  const start = async (node: string, disk: MemoryDisk) =>
    hosts.set(node, { disk, host: await ServerHost.open(node, disk) });
  const answer = async (node: string, body: Body): Promise<Answer | null> => {
    if (body.type === "init" || body.type === "reset") {
      await start(node, MemoryDisk.withLogOf(node));
      return { type: `${body.type}_ok`, quorate: QUORATE };
    }
    const { host, disk } = hosts.get(node)!;
    if (body.type !== "crash") return host.handle(requestIn(body)).then(answerOf, () => null);
    host.stop();
    disk.crash();
    await start(node, disk);
    return { type: "crash_ok" };
  };
  return async (batch) => {
    const lines: string[] = [];
    for (const { src, dest, body } of batch) {
      const answered = await answer(dest, body);
      if (answered === null) return lines;
      lines.push(JSON.stringify({ src: dest, dest: src, body: { ...answered, in_reply_to: body.msg_id } }));
    }
    return lines;
  };
}

it("agree, and nothing but what they reject is left untried", async () => {
  const { verdict, divergence, replay } = await verifiedWith(() => null, { lines: ownServers() });
  expect([verdict, divergence?.what]).toEqual(["safe", undefined]);
  expect(replay!.adapter!.notTested).toEqual([
    `Register sets above R${REGISTER_SET_LIMIT - 1}: the adapter says that it knows none.`,
  ]);
});
