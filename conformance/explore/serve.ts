/** Serves one page on this machine, to this machine only, until the process is told to end. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

const LOOPBACK = "127.0.0.1";

/**
 * Ends on SIGINT and SIGTERM. Rejects with the system's error where the port cannot be used.
 *
 * @param page made anew whenever it is asked for; what it throws is told in its place
 * @param port 0: a free one
 */
export async function serveUntilEnd(page: () => string, port: number, onReady: (url: string) => void): Promise<void> {
  const server = createServer(answerWith(page));
  server.listen(port, LOOPBACK);
  await once(server, "listening");
  const end = () => {
    server.close();
    server.closeAllConnections();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  onReady(`http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`);
  await once(server, "close");
}

const answerWith =
  (page: () => string): RequestListener =>
  ({ method, url, headers }, response) => {
    const plainly = (status: number, text: string) => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
    };
    // A page from elsewhere whose name was made to lead here must not read tables.
    const host = headers.host?.replace(/:\d+$/, "");
    if (host !== LOOPBACK && host !== "localhost") return plainly(403, "This page is for the machine that serves it.");
    if (method !== "GET" && method !== "HEAD") return plainly(405, "There is a page to GET, and nothing else.");
    if (url !== "/") return plainly(404, "There is one page, at /.");
    try {
      const text = page();
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(text);
    } catch (error) {
      plainly(500, error instanceof Error ? error.message : `${error}`);
    }
  };
