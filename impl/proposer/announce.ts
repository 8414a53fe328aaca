/**
 * Telling servers what was decided, so that they need not keep their registers, and need not be asked to decide again.
 */
import { setMaxListeners } from "node:events";
import type { Value } from "../../spec/register.js";
import { checkSameDecision } from "../core/exclusive-reads.js";
import { type Connection, MismatchError } from "../network/connection.js";

/**
 * To be called with a value that was output, and no other. Nothing depends on it: resolves when every server has taken
 * note, does not answer, or is too slow. Rejects with RulesBrokenError where a server was told of another value before,
 * and with MismatchError where a server does not belong to those that decided.
 */
export async function announce(value: Value, connections: readonly Connection[], timeout_ms: number): Promise<void> {
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const timer = setTimeout(() => end.abort(new Error("too slow")), timeout_ms);
  const told = connections.map((connection) =>
    connection.request({ kind: "decided", value }, { timeout_ms, signal: end.signal }),
  );
  const answers = await Promise.allSettled(told).finally(() => clearTimeout(timer));
  answers.forEach((answer, index) => {
    if (answer.status === "rejected" && answer.reason instanceof MismatchError) throw answer.reason;
    if (answer.status !== "fulfilled" || answer.value.kind !== "decided") return;
    checkSameDecision(connections[index]!.server, answer.value.value, value);
  });
}
