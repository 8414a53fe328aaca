/**
 * The least that `npm run bench:propose` measures against: messages to servers that do nothing of their own with them.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What one message and its answer weigh, roughly. */
const MESSAGE = Buffer.alloc(64);

/** A connection to a bare server (bare-server.ts). */
class BareConnection {
  readonly socket: Socket;
  #heard_bytes = 0;
  /** In the order of the messages that they wait for. */
  readonly #waiting: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.socket.on("data", (chunk: Buffer) => {
      this.#heard_bytes += chunk.length;
      for (; this.#heard_bytes >= MESSAGE.length; this.#heard_bytes -= MESSAGE.length) this.#waiting.shift()!();
    });
  }

  /** Resolves with the answer. */
  ask(): Promise<void> {
    this.socket.write(MESSAGE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Open connections to some of them. */
export class BareServers {
  readonly #connections: readonly BareConnection[];

  private constructor(connections: readonly BareConnection[]) {
    this.#connections = connections;
  }

  static async connect(ports: readonly number[]): Promise<BareServers> {
    const connections = ports.map((port) => new BareConnection(port));
    await Promise.all(connections.map(({ socket }) => once(socket, "connect")));
    const servers = new BareServers(connections);
    // The first one pays for the connections.
    await servers.rounds_ms(1, ports.length);
    return servers;
  }

  /** How long the rounds take, each a message to all of them, until `quorum` have answered. Resolves when all have. */
  async rounds_ms(rounds: number, quorum: number): Promise<number> {
    const answers: Promise<void>[] = [];
    const started_ms = performance.now();
    for (let round = 0; round < rounds; round++) {
      let answered = 0;
      await new Promise<void>((resolve) => {
        for (const connection of this.#connections) {
          const answer = connection.ask().then(() => {
            if (++answered === quorum) resolve();
          });
          answers.push(answer);
        }
      });
    }
    const took_ms = performance.now() - started_ms;
    await Promise.all(answers);
    return took_ms;
  }

  close(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }
}
