/** Keys and values, linearizable: every key behaves as if one request came after the other. */
import { judgeHistory } from "../../history/linearizability.js";
import type { Content, Operation } from "../../history/operation.js";
import { ERROR } from "../network/services.js";
import type { Exchange, Request, Workload } from "./workload.js";

const KEY = 0;
const read: Request = { type: "read", key: KEY };
const write = (value: number): Request => ({ type: "write", key: KEY, value });
const cas = (from: number, to: number): Request => ({ type: "cas", key: KEY, from, to });

/** Each has a value to lose, and ends with a look at what is there. */
const SCRIPTS: readonly (readonly Request[])[] = [
  [write(1), write(2), read],
  [write(1), cas(1, 2), read],
  [write(1), read, read],
  [cas(0, 1), cas(1, 2), read],
];

export const linKv: Workload = {
  name: "lin-kv",
  promise: "every key is linearizable",
  asksInTurn: false,
  setUp: () => [],
  warmUp: write(0),
  script: (length, seed) => ofLength(SCRIPTS[(seed + SCRIPTS.length - 1) % SCRIPTS.length]!, length),
  again(request, times) {
    if (request.type === "write") return write((request.value as number) + 1000 * times);
    return request.type === "cas" ? cas(request.from as number, (request.to as number) + 1000 * times) : request;
  },
  atTheEnd: null,
  judge(exchanges) {
    const { keys } = judgeHistory(exchanges.flatMap(operationOf));
    for (const key of keys) {
      if (key.verdict !== "refused") continue;
      const told = key.smallest.map(sentenceOf).join("; ");
      const sentence = `Key ${key.key} is not linearizable: no order explains these requests: ${told}.`;
      return { property: "linearizability", sentence };
    }
    return null;
  },
};

/** Shorter: its last ones. Longer: more writes and reads in turn, with values of their own. */
function ofLength(script: readonly Request[], length: number): readonly Request[] {
  if (length <= script.length) return script.slice(script.length - length);
  const more = Array.from({ length: length - script.length }, (_, i) => (i % 2 === 0 ? write(i + 3) : read));
  return [...script.slice(0, -1), ...more, read];
}

/** Requests that certainly had no effect are no part of the history. */
function operationOf({ client, request, begun, ended, outcome }: Exchange): Operation[] {
  const known = outcome.kind !== "unknown";
  const times = { process: client, key: String(request.key), invoked: begun, completed: known ? ended : null };
  const code = known && outcome.kind === "failed" ? outcome.reply.code : null;
  switch (request.type) {
    case "read": {
      if (!known) return [];
      if (code === ERROR.keyDoesNotExist) return [{ ...times, op: "read", args: [], result: null }];
      return outcome.kind === "ok" ? [{ ...times, op: "read", args: [], result: contentOf(outcome.reply.value) }] : [];
    }
    case "write":
      return outcome.kind === "failed" ? [] : [{ ...times, op: "write", args: [request.value as Content] }];
    default: {
      const args = [request.from as Content, request.to as Content] as const;
      // Whoever says why it did nothing has told what was there, or rather what was not.
      const refused = code === ERROR.preconditionFailed || code === ERROR.keyDoesNotExist;
      if (outcome.kind === "failed" && !refused) return [];
      return [{ ...times, op: "cas", args, result: outcome.kind === "ok" }];
    }
  }
}

function contentOf(value: unknown): Content {
  if (value === undefined) throw new Error('answered "read" without a "value"');
  return value as Content;
}

function sentenceOf(operation: Operation): string {
  const { process, completed } = operation;
  const end = completed === null ? ", of which nobody knows what came" : "";
  if (operation.op === "read") {
    return `${process} read ${operation.result === null ? "nothing" : JSON.stringify(operation.result)}`;
  }
  if (operation.op === "write") return `${process} wrote ${JSON.stringify(operation.args[0])}${end}`;
  const [from, to] = operation.args.map((value) => JSON.stringify(value));
  if (completed === null) return `${process} asked for ${to} in place of ${from}${end}`;
  return operation.result
    ? `${process} put ${to} in place of ${from}`
    : `${process} did not find ${from} to put ${to} there`;
}
