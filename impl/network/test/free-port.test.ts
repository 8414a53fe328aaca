import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { freePort } from "../free-port.js";

describe("a free port", () => {
  it("is none that whoever names none is given: a client of another test took it between two starts of a server", async () => {
    const range = "/proc/sys/net/ipv4/ip_local_port_range";
    const first = existsSync(range) ? Number.parseInt(readFileSync(range, "utf8"), 10) : 49_152;
    for (const port of await Promise.all(Array.from({ length: 20 }, () => freePort()))) {
      expect(port).toBeGreaterThanOrEqual(10_000);
      expect(port).toBeLessThan(first);
    }
  });

  it("is none that is in use, if there is another", async () => {
    const server = createServer().listen(await freePort(), "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const other = await freePort();
    const drawn = [port, port, other];
    expect(await freePort(() => drawn.shift()!)).toBe(other);
    await expect(freePort(() => port)).rejects.toThrow(
      "of ports 10000 to 32767 of this machine, 100 were tried, and all are in use",
    );
    server.close();
  });
});
