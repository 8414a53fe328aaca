/**
 * As much of S3 as put-if-absent takes: PUT with `If-None-Match: *`, GET, DELETE, lifecycle rules; signatures are not
 * looked at. Each way of being wrong is one that real servers have.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

export type Wrong =
  | "ignores the header" // s3rver of npm
  | "looks, then puts" // a check and a write that are two steps
  | "overwrites all the same"
  | "acknowledges to losers"
  | "reads what was there before" // eventually consistent
  | "forgets what was read often"
  | "forgets what is old" // evicts
  | "lets late puts in"
  | "knows no conditions";

export interface FakeS3 {
  readonly url: string;
  readonly objects: Map<string, string>;
  close(): Promise<void>;
}

interface Options {
  readonly wrong?: Wrong;
  /** What GET ?lifecycle answers; none unless given. */
  readonly lifecycle?: string;
  /** Of a refused removal. */
  readonly keepsAll?: boolean;
}

const READS_REMEMBERED = 7;
const KEYS_REMEMBERED = 5;

export async function startFakeS3({ wrong, lifecycle, keepsAll = false }: Options = {}): Promise<FakeS3> {
  const objects = new Map<string, string>();
  const reads = new Map<string, number>();
  const answer = (response: ServerResponse, status: number, text = ""): void =>
    void response.writeHead(status).end(text);

  const put = async (key: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isConditional = request.headers["if-none-match"] === "*" && wrong !== "ignores the header";
    if (isConditional && wrong === "knows no conditions") return answer(response, 501, "<Code>NotImplemented</Code>");
    const wasThere = objects.has(key);
    let text = "";
    for await (const chunk of request) text += chunk;
    if (wrong === "looks, then puts") await setTimeout(1);
    const isLate = wrong === "lets late puts in" && (reads.get(key) ?? 0) > READS_REMEMBERED;
    const isTaken = isConditional && !isLate && (wrong === "looks, then puts" ? wasThere : objects.has(key));
    if (isTaken && wrong === "acknowledges to losers") return answer(response, 200);
    if (!isTaken || wrong === "overwrites all the same") objects.set(key, text);
    const [oldest] = objects.keys();
    if (wrong === "forgets what is old" && objects.size > KEYS_REMEMBERED) objects.delete(oldest!);
    return isTaken ? answer(response, 412, "<Code>PreconditionFailed</Code>") : answer(response, 200);
  };

  const get = async (key: string, response: ServerResponse): Promise<void> => {
    reads.set(key, (reads.get(key) ?? 0) + 1);
    if (wrong === "forgets what was read often" && reads.get(key)! > READS_REMEMBERED) objects.delete(key);
    const before = objects.get(key);
    const text = wrong === "reads what was there before" && Math.random() < 0.2 ? undefined : before;
    if (text === undefined) return answer(response, 404, "<Code>NoSuchKey</Code>");
    return answer(response, 200, text);
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://s3");
    if (searchParams.has("lifecycle")) {
      if (lifecycle !== undefined) return answer(response, 200, lifecycle);
      return answer(response, 404, "<Code>NoSuchLifecycleConfiguration</Code>");
    }
    if (request.method === "PUT") return put(pathname, request, response);
    if (request.method === "GET") return get(pathname, response);
    if (keepsAll) return answer(response, 403, "<Code>AccessDenied</Code>");
    objects.delete(pathname);
    return answer(response, 204);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `s3+http://key:secret@127.0.0.1:${port}/bucket`,
    objects,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
