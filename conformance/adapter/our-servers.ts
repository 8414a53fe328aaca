/**
 * Our own servers as an adapter of role "acceptor": the real host, core and log, over disks in memory that lose their
 * power.
 */
import { REGISTER_SET_LIMIT, type Request, VALUE_BYTES_MAX } from "../../impl/core/protocol.js";
import { MemoryDisk } from "../../impl/simulation/memory-disk.js";
import { ServerHost } from "../../impl/storage/server-host.js";
import { PROTOCOL_VERSION } from "./capabilities.js";
import type { Body, Envelope } from "./messages.js";
import { replyBody } from "./reply-body.js";

type Answer = Omit<Body, "in_reply_to">;

const CAPABILITIES = {
  ...{ version: PROTOCOL_VERSION, role: "acceptor", hosts: "all", can: ["reset", "crash", "observe"] },
  limits: { value_bytes: VALUE_BYTES_MAX, register: REGISTER_SET_LIMIT - 1 },
};

function requestIn({ type, register, value }: Body): Request {
  if (type === "prepare") return { kind: "prepare", registerSet: register as number };
  if (type === "write") return { kind: "write", registerSet: register as number, value: value as string };
  return { kind: "read" };
}

interface Server {
  readonly host: ServerHost;
  readonly disk: MemoryDisk;
}

/** One process that is all servers. */
export class OurServers {
  readonly #servers = new Map<string, Server>();

  /** What it says to a batch, one message after the other; what a crash has stopped is never answered. */
  async hear(batch: readonly Envelope[]): Promise<readonly Envelope[]> {
    const answers: Envelope[] = [];
    for (const { src, dest, body } of batch) {
      const answer = await this.#answer(dest, body);
      if (answer === null) break;
      answers.push({ src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id! } as Body });
    }
    return answers;
  }

  async #answer(node: string, body: Body): Promise<Answer | null> {
    if (body.type === "init" || body.type === "reset") {
      await this.#start(node, MemoryDisk.withLogOf(node));
      return { type: `${body.type}_ok`, quorate: CAPABILITIES };
    }
    const { host, disk } = this.#servers.get(node)!;
    if (body.type !== "crash") return host.handle(requestIn(body)).then(replyBody, () => null);
    host.stop();
    disk.crash();
    await this.#start(node, disk);
    return { type: "crash_ok" };
  }

  async #start(node: string, disk: MemoryDisk): Promise<void> {
    this.#servers.set(node, { disk, host: await ServerHost.open(node, disk) });
  }
}
