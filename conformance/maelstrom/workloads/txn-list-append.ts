/**
 * Transactions over lists, strictly serializable: all of them behave as if one came after the other, as they were
 * answered.
 */
import { isStrictlySerializable, type ListAccess, type Transaction } from "../../history/strict-serializability.js";
import type { Exchange, Request, Workload } from "./workload.js";

/** One step of a transaction, as Maelstrom writes it. */
type Micro = readonly [op: "r" | "append", key: number, value: unknown];

const read = (key: number): Micro => ["r", key, null];
const append = (key: number, value: number): Micro => ["append", key, value];
const txn = (...steps: readonly Micro[]): Request => ({ type: "txn", txn: steps });

/** Two that change something, each after a look at what the other changes, and one that looks at both. */
const SCRIPTS: readonly (readonly Request[])[] = [
  [txn(append(0, 1), append(1, 1)), txn(read(1), append(0, 2)), txn(read(0), read(1))],
  [txn(read(1), append(0, 1)), txn(read(0), append(1, 2)), txn(read(0), read(1))],
  [txn(append(0, 1)), txn(append(0, 2), read(0)), txn(read(0))],
];

export const txnListAppend: Workload = {
  name: "txn-list-append",
  promise: "transactions are strictly serializable",
  asksInTurn: true,
  setUp: () => [],
  warmUp: null,
  script: (length, seed) => ofLength(SCRIPTS[(seed + SCRIPTS.length - 1) % SCRIPTS.length]!, length),
  again: ({ txn: steps }, times) =>
    txn(...(steps as Micro[]).map(([op, key, value]): Micro => [op, key, later(value, times)])),
  atTheEnd: null,
  judge(exchanges) {
    const counted = exchanges.filter(({ outcome }) => outcome.kind !== "failed");
    if (isStrictlySerializable(counted.map(transactionOf))) return null;
    const told = counted.map((exchange) => `${exchange.client} ${phraseOf(exchange)}`).join("; ");
    const sentence = `No order explains these transactions: ${told}.`;
    return { property: "strict serializability", sentence };
  },
};

/** Values tell one try from another. */
const later = (value: unknown, times: number): unknown => (typeof value === "number" ? value + 1000 * times : value);

/** Shorter: its last ones. Longer: more that look at one list and append to the other. */
function ofLength(script: readonly Request[], length: number): readonly Request[] {
  if (length <= script.length) return script.slice(script.length - length);
  const more = Array.from({ length: length - script.length }, (_, i) => txn(read(i % 2), append(1 - (i % 2), i + 3)));
  return [...script.slice(0, -1), ...more, script.at(-1)!];
}

function transactionOf(exchange: Exchange): Transaction {
  const { request, begun, ended, outcome } = exchange;
  const told = outcome.kind === "ok" ? toldIn(exchange) : null;
  const accesses = (request.txn as Micro[]).map(([op, key, value], at): ListAccess => {
    if (op === "append") return { op, key: String(key), value };
    return { op, key: String(key), list: (told?.[at]?.[2] ?? null) as readonly unknown[] | null };
  });
  return { accesses, invoked: begun, completed: told === null ? null : ended };
}

/** The same steps, with what was read. Throws Error, with a sentence, for anything else. */
function toldIn({ request, outcome }: Exchange): readonly Micro[] {
  const { txn: told } = (outcome as Extract<Exchange["outcome"], { readonly kind: "ok" }>).reply;
  const asked = request.txn as Micro[];
  const isTold =
    Array.isArray(told) &&
    told.length === asked.length &&
    told.every((step, at) => {
      if (!Array.isArray(step) || step[0] !== asked[at]![0] || step[1] !== asked[at]![1]) return false;
      return step[0] === "append" || step[2] === null || step[2] === undefined || Array.isArray(step[2]);
    });
  if (!isTold)
    throw new Error(`answered "txn" with ${JSON.stringify(told) ?? "nothing"}, which is not what it was asked`);
  return told as readonly Micro[];
}

function phraseOf(exchange: Exchange): string {
  const isKnown = exchange.outcome.kind === "ok";
  const steps = isKnown ? toldIn(exchange) : (exchange.request.txn as Micro[]);
  const words = steps.map(([op, key, value]) => {
    if (op === "append") return `appended ${value} to ${key}`;
    return isKnown ? `read ${JSON.stringify(value ?? [])} in ${key}` : `read ${key}`;
  });
  return `${words.join(", ")}${isKnown ? "" : ", of which nobody knows what came"}`;
}
