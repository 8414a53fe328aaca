import { expect, it } from "vitest";
import { workloadNamed } from "../workloads/registry.js";
import type { Exchange, Outcome, Request } from "../workloads/workload.js";

const ok = (fields: object = {}): Outcome => ({ kind: "ok", reply: { type: "ok", ...fields } });
const failed = (code: number): Outcome => ({ kind: "failed", reply: { type: "error", code } });
const UNKNOWN: Outcome = { kind: "unknown" };

/** One after the other, each by a client of its own. */
type Told = readonly [node: string, request: Request, outcome: Outcome];
const history = (...exchanges: readonly Told[]): Exchange[] =>
  exchanges.map(([node, request, outcome], i) => ({
    ...{ client: `c${i}`, node, request, outcome, begun: 10 * i },
    ended: outcome.kind === "unknown" ? null : 10 * i + 1,
  }));

const judged = (workload: string, exchanges: readonly Exchange[], atTheEnd: readonly Exchange[] = []) =>
  workloadNamed(workload).judge(exchanges, atTheEnd)?.sentence ?? null;

it("echo: what was said comes back", () => {
  const request = { type: "echo", echo: { a: [1] } };
  expect(judged("echo", history(["n0", request, ok({ echo: { a: [1] } })], ["n0", request, UNKNOWN]))).toBeNull();
  expect(judged("echo", history(["n0", request, ok({ echo: { a: [2] } })]))).toBe(
    'n0 was told {"a":[1]} and said {"a":[2]}.',
  );
  expect(judged("echo", history(["n0", request, ok()]))).toBe('n0 was told {"a":[1]} and said nothing.');
});

it("unique-ids: no two are the same", () => {
  const given = (...ids: unknown[]) =>
    history(...ids.map((id, i) => [`n${i}`, { type: "generate" }, ok({ id })] as const));
  expect(judged("unique-ids", given(1, "1", [1]))).toBeNull();
  expect(judged("unique-ids", given("x", "y", "x"))).toBe(
    'The identifier "x" is not unique: n0 gave it, and n2 gave it again.',
  );
  expect(() => judged("unique-ids", given(undefined))).toThrow('answered "generate" without an "id"');
});

it("broadcast: what was acknowledged is known everywhere in the end, and nothing else", () => {
  const told = (message: number, outcome: Outcome) => ["n0", { type: "broadcast", message }, outcome] as const;
  const know = (node: string, ...messages: number[]) => [node, { type: "read" }, ok({ messages })] as const;
  const all = history(told(0, ok()), told(1, UNKNOWN), told(2, failed(11)));
  expect(judged("broadcast", all, history(know("n0", 0), know("n1", 1, 0)))).toBeNull();
  // Whoever does not answer in the end has not shown that he does not know.
  expect(judged("broadcast", all, history(["n1", { type: "read" }, UNKNOWN]))).toBeNull();
  expect(judged("broadcast", all, history(know("n0", 0), know("n1", 1)))).toBe(
    "n0 acknowledged the broadcast of 0, and n1 does not know it in the end.",
  );
  expect(judged("broadcast", all, history(know("n1", 0, 7)))).toBe("n1 knows 7, which nobody has broadcast.");
});

it("g-counter: the sum in the end, with or without what nobody knows of", () => {
  const added = (delta: number, outcome: Outcome) => ["n0", { type: "add", delta }, outcome] as const;
  const tells = (value: unknown) => history(["n1", { type: "read" }, ok({ value })]);
  const all = history(added(1, ok()), added(2, ok()), added(4, UNKNOWN), added(8, failed(11)));
  expect(judged("g-counter", all, tells(3))).toBeNull();
  expect(judged("g-counter", all, tells(7))).toBeNull();
  expect(judged("g-counter", all, tells(11))).toBe(
    "n1 tells 11 in the end, and what was added makes 3, or more where nobody knows what came of an addition.",
  );
  expect(judged("g-counter", history(added(1, ok())), tells(2))).toBe(
    "n1 tells 2 in the end, and what was added makes 1.",
  );
});

it("lin-kv: every key is linearizable", () => {
  const write = (value: number, outcome: Outcome) => ["n0", { type: "write", key: 0, value }, outcome] as const;
  const read = (outcome: Outcome) => ["n0", { type: "read", key: 0 }, outcome] as const;
  const cas = (from: number, to: number, outcome: Outcome) =>
    ["n0", { type: "cas", key: 0, from, to }, outcome] as const;
  const linearizable = (...exchanges: readonly Told[]) => judged("lin-kv", history(...exchanges));
  expect(linearizable(read(failed(20)), write(1, ok()), read(ok({ value: 1 })))).toBeNull();
  // What nobody knows of may have come, or come later; what was refused has not.
  expect(linearizable(write(1, ok()), write(2, UNKNOWN), read(ok({ value: 1 })), read(ok({ value: 2 })))).toBeNull();
  expect(linearizable(write(1, ok()), write(2, failed(11)), read(ok({ value: 2 })))).toBe(
    "Key 0 is not linearizable: no order explains these requests: c2 read 2.",
  );
  expect(linearizable(write(1, ok()), cas(1, 2, ok()), cas(1, 3, failed(22)), read(ok({ value: 2 })))).toBeNull();
  expect(linearizable(write(1, ok()), cas(1, 2, failed(22)), cas(1, 2, failed(14)))).toBe(
    "Key 0 is not linearizable: no order explains these requests: c0 wrote 1; c1 did not find 1 to put 2 there.",
  );
  expect(linearizable(write(1, ok()), read(failed(20)))).toBe(
    "Key 0 is not linearizable: no order explains these requests: c0 wrote 1; c1 read nothing.",
  );
});

it("lin-kv: scripts of any length, others by the seed, end with a read", () => {
  const { script } = workloadNamed("lin-kv");
  for (let length = 1; length <= 8; length++) {
    for (let seed = 0; seed < 5; seed++) {
      expect(script(length, seed)).toHaveLength(length);
      expect(script(length, seed).at(-1)!.type).toBe("read");
    }
  }
  expect(script(3, 1).map(({ type }) => type)).toEqual(["write", "write", "read"]);
  expect(script(3, 2).map(({ type }) => type)).toEqual(["write", "cas", "read"]);
});

it("txn-list-append: one transaction after the other", () => {
  type Micro = readonly [op: string, key: number, value: unknown];
  const txn = (asked: readonly Micro[], told: readonly Micro[] | null) =>
    ["n0", { type: "txn", txn: asked }, told === null ? UNKNOWN : ok({ txn: told })] as const;
  const serializable = (...exchanges: readonly Told[]) => judged("txn-list-append", history(...exchanges));
  const append = (key: number, value: number) => ["append", key, value] as const;
  const read = (key: number, list: unknown = null) => ["r", key, list] as const;
  const appended = txn([append(0, 1), append(1, 1)], [append(0, 1), append(1, 1)]);
  expect(serializable(appended, txn([read(0), read(2)], [read(0, [1]), read(2, null)]))).toBeNull();
  // Half of a transaction, and one that is over before another is asked for.
  expect(serializable(appended, txn([read(0), read(1)], [read(0, [1]), read(1, [])]))).toBe(
    "No order explains these transactions: c0 appended 1 to 0, appended 1 to 1; c1 read [1] in 0, read [] in 1.",
  );
  expect(serializable(appended, txn([read(0)], [read(0, [])]))).not.toBeNull();
  // What nobody knows of may have come, or come later, or never.
  const unknown = txn([append(0, 2)], null);
  for (const list of [[1], [1, 2]]) {
    expect(serializable(appended, unknown, txn([read(0)], [read(0, list)]))).toBeNull();
  }
  expect(serializable(appended, unknown, txn([read(0)], [read(0, [2, 1])]))).toBe(
    "No order explains these transactions: c0 appended 1 to 0, appended 1 to 1; c1 appended 2 to 0, of which nobody knows what came; c2 read [2,1] in 0.",
  );
  // It reads what it has appended itself.
  expect(serializable(txn([append(0, 1), read(0)], [append(0, 1), read(0, [1])]))).toBeNull();
  expect(() => serializable(txn([read(0)], [append(0, 1)]))).toThrow(
    'answered "txn" with [["append",0,1]], which is not what it was asked',
  );
  const skewed = [
    { ...history(txn([read(1), append(0, 1)], [read(1, []), append(0, 1)]))[0]!, ended: 50 },
    { ...history(txn([read(0), append(1, 1)], [read(0, []), append(1, 1)]))[0]!, client: "c1", ended: 50 },
  ];
  expect(judged("txn-list-append", skewed)).toBe(
    "No order explains these transactions: c0 read [] in 1, appended 1 to 0; c1 read [] in 0, appended 1 to 1.",
  );
});

it("txn-list-append: scripts of any length, others by the seed, end with a look", () => {
  const { script, again } = workloadNamed("txn-list-append");
  for (let length = 1; length <= 6; length++) {
    for (let seed = 0; seed < 4; seed++) {
      expect(script(length, seed)).toHaveLength(length);
      expect(JSON.stringify(script(length, seed).at(-1))).not.toContain("append");
    }
  }
  const asked = {
    type: "txn",
    txn: [
      ["r", 0, null],
      ["append", 1, 2],
    ],
  };
  expect(again(asked, 3)).toEqual({
    type: "txn",
    txn: [
      ["r", 0, null],
      ["append", 1, 3002],
    ],
  });
});

it("consensus: one value, which was proposed", () => {
  const decided = (node: string, proposed: number, value: unknown) =>
    [node, { type: "propose", value: proposed }, ok({ value })] as const;
  expect(judged("consensus", history(decided("n0", 0, 1), decided("n1", 1, 1)))).toBeNull();
  expect(judged("consensus", history(decided("n0", 0, 0), decided("n1", 1, 1)))).toBe(
    "n0 says that 0 is decided, and n1 says that 1 is.",
  );
  expect(judged("consensus", history(decided("n0", 0, 5)))).toBe(
    "n0 says that 5 is decided, which nobody has proposed.",
  );
});
