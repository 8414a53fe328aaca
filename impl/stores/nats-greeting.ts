/** What a NATS server says to whoever connects. */
import { connect } from "node:net";

/** A greeting is one line; of other protocols, this much is enough to tell. */
const BEGINNING = "INFO ";

/**
 * Rejects where it is something else, or nothing. The library waits for the greeting for ever, and its connection with
 * it, so it is looked for by another one before.
 */
export function expectNatsGreeting({ hostname: host, port }: URL, limit_ms: number): Promise<void> {
  const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port: port === "" ? 4222 : Number(port) });
  let said = "";
  const greeted = new Promise<void>((resolve, reject) => {
    socket.setTimeout(limit_ms, () =>
      reject(new Error(`it says nothing for ${limit_ms / 1000} s, where a NATS server greets`)),
    );
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("it ends the connection without an answer")));
    socket.on("data", (chunk) => {
      said += chunk.toString("latin1");
      if (said.length < BEGINNING.length) return;
      if (said.startsWith(BEGINNING)) resolve();
      else reject(new Error("what it says is not NATS"));
    });
  });
  return greeted.finally(() => socket.destroy());
}
