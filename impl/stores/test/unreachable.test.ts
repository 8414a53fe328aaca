/** Who is asked for a store and is none, or one of another kind: one sentence each, and nothing waits for it. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { expectNatsGreeting } from "../nats-greeting.js";
import { openStore } from "../open-store.js";
import { reasonOf } from "../reasons.js";
import { Sessions } from "../sessions.js";

const certificate = (file: string) =>
  readFileSync(path.join(import.meta.dirname, "../../network/test/certificates", file), "utf8");
const IDENTITY = { key: certificate("S0.key"), cert: certificate("S0.pem") };

/** Undone after each test. */
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** The address of a server that does this to whoever connects. */
async function listening(make: (onSocket: (socket: Socket) => void) => Server, act: (socket: Socket) => void) {
  const server = make((socket) => {
    ends.push(() => socket.destroy());
    socket.on("error", () => {});
    act(socket);
  });
  server.on("tlsClientError", () => {});
  ends.push(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const speakingTls = () =>
  listening(
    (onSocket) => createTlsServer(IDENTITY, onSocket),
    () => {},
  );
const saying = (text: string) => listening(createServer, (socket) => void socket.end(text));
const silent = () => listening(createServer, () => {});

async function refusal(url: string): Promise<string> {
  const { store } = await openStore(url);
  try {
    return await store.read("quorate/nothing").then(
      () => "found",
      (error: Error) => error.message.replace(url.replace(/key:secret@/, ""), "URL"),
    );
  } finally {
    await store.close();
  }
}

const UNKNOWN =
  "URL: its certificate is signed by an authority that is not known here: name the file of its certificate in NODE_EXTRA_CA_CERTS";

describe("a store's address is of", () => {
  it.each(["rediss://HOST", "etcd+https://HOST", "s3+https://key:secret@HOST/bucket"])(
    "a certificate that is not known: %s",
    async (url) => {
      expect(await refusal(url.replace("HOST", await speakingTls()))).toBe(UNKNOWN);
    },
  );

  it.each([
    ["redis://HOST", "; if it speaks TLS, write rediss://"],
    ["etcd+http://HOST", "; if it speaks TLS, write etcd+https://"],
    ["s3+http://key:secret@HOST/bucket", "; if it speaks TLS, write s3+https://"],
  ])("a server that speaks TLS, which is asked for in the clear: %s", async (url, hint) => {
    expect(await refusal(url.replace("HOST", await speakingTls()))).toBe(
      `URL: it ends the connection without an answer${hint}`,
    );
  });

  it.each(["rediss://HOST", "etcd+https://HOST"])("a server that does not speak TLS: %s", async (url) => {
    expect(await refusal(url.replace("HOST", await saying("hello there\r\n")))).toBe("URL: it does not speak TLS");
  });

  it("a server that does not speak NATS", async () => {
    expect(await refusal(`nats://${await saying("hello there\r\n")}`)).toBe("URL: what it says is not NATS");
    await expect(expectNatsGreeting(new URL(`nats://${await silent()}`), 20)).rejects.toThrow(
      "it says nothing for 0.02 s, where a NATS server greets",
    );
  });
});

describe("what does not answer is given up", () => {
  it("with its session, be it open or not", async () => {
    const signals: AbortSignal[] = [];
    const open = (givenUp: AbortSignal) => {
      signals.push(givenUp);
      return new Promise<never>((_, reject) => givenUp.addEventListener("abort", () => reject(new Error("given up"))));
    };
    const sessions = new Sessions({ name: "it", open, close: () => {} });
    const used = sessions.use(async () => {});
    await sessions.close();
    await expect(used).rejects.toThrow("it: closed");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it.each(["etcd+http://HOST", "s3+http://key:secret@HOST/bucket", "redis://HOST"])(
    "with its store: %s",
    async (url) => {
      const { store } = await openStore(url.replace("HOST", await silent()));
      const read = store.read("quorate/nothing");
      read.catch(() => {});
      await store.close();
      await expect(read).rejects.toThrow(/: closed$/);
    },
  );
});

it.each([
  [Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" }), "its certificate has expired"],
  [
    Object.assign(new Error("…"), { code: "ERR_TLS_CERT_ALTNAME_INVALID", cert: { subjectaltname: "DNS:elsewhere" } }),
    "its certificate is for another name: DNS:elsewhere",
  ],
  [
    new Error(
      "80FC81A6247F0000:error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:rec_layer_s3.c",
    ),
    "it asks for a certificate of its client, and there is none to show",
  ],
])("%s", (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
