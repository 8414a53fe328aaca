/** An adapter within the test: the handler of messages is a function, reached over the loopback interface. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { createInterface } from "node:readline";
import type { Body, Envelope } from "../messages.js";

/** What a node answers; null for nothing. */
export type Handler = (node: string, body: Body) => Omit<Body, "in_reply_to"> | null;

/** A line as the adapter prints it; none for silence. */
export type Lines = (batch: readonly Envelope[], handler: Handler) => readonly string[];

const inOneLine: Lines = (batch, handler) => [JSON.stringify(batch.flatMap((message) => answerTo(message, handler)))];

export function answerTo({ src, dest, body }: Envelope, handler: Handler): Envelope[] {
  const answer = handler(dest, body);
  return answer === null ? [] : [{ src: dest, dest: src, body: { ...answer, in_reply_to: body.msg_id! } as Body }];
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
        for (const printed of lines(batch, handler)) socket.write(`${printed}\n`);
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
