/** An adapter within the test: the handler of messages is a function, reached over the loopback interface. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import { setImmediate as immediate } from "node:timers/promises";
import type { Body, Envelope } from "../messages.js";

/** What a node answers; null for nothing. */
export type Handler = (node: string, body: Body) => Omit<Body, "in_reply_to"> | null;

/** Lines as the adapter prints them; none for silence. Where they take time, others are read meanwhile. */
export type Lines = (batch: readonly Envelope[], handler: Handler) => readonly string[] | Promise<readonly string[]>;

const inOneLine: Lines = (batch, handler) => [JSON.stringify(batch.flatMap((message) => answerTo(message, handler)))];

export function answerTo({ src, dest, body }: Envelope, handler: Handler): Envelope[] {
  const answer = handler(dest, body);
  return answer === null ? [] : [{ src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id! } as Body }];
}

/**
 * Messages of a line are done one after the other, each in its own time, lines at once; a crash ends what is under way.
 */
export function inTasks(): Lines {
  let crashes = 0;
  return async (batch, handler) => {
    let alive = crashes;
    const lines: string[] = [];
    for (const message of batch) {
      await immediate();
      if (message.body.type === "crash") alive = ++crashes;
      if (alive !== crashes) return lines;
      lines.push(...answerTo(message, handler).map((answer) => JSON.stringify(answer)));
    }
    return lines;
  };
}

export class LocalAdapter {
  readonly command: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.command = `tcp://127.0.0.1:${port}`;
  }

  static async start(handler: Handler, lines: Lines = inOneLine): Promise<LocalAdapter> {
    const server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      createInterface({ input: socket }).on("line", (line) => {
        const batch = [JSON.parse(line)].flat() as Envelope[];
        void Promise.resolve(lines(batch, handler)).then((printed) => {
          for (const one of printed) socket.write(`${one}\n`);
        });
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new LocalAdapter(server, (server.address() as { port: number }).port);
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }
}
