/** Histories in the formats of others, and back again. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEdn } from "../edn.js";
import { judgeHistory, type Operation } from "../linearizability.js";
import { porcupineLog } from "../porcupine.js";
import { type HistoryReading, readHistory } from "../read-history.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-history-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function read(text: string, reading: Partial<HistoryReading> = {}): Operation[] {
  const file = path.join(directory, "history");
  writeFileSync(file, text);
  return readHistory(file, { independent: false, failedCas: "dropped", ...reading });
}

const at = (process: string, invoked: number, completed: number | null, key = "register") => ({
  process,
  key,
  invoked,
  completed,
});

describe("EDN", () => {
  it.each<[string, unknown]>([
    ["nil", null],
    ["[true false -3 2.5 7N]", [true, false, -3, 2.5, 7]],
    ['{:process 0, :f :read, "k" #{1 2}} ; a comment', { process: 0, f: "read", k: [1, 2] }],
    ['"two\\nlines, \\"quoted\\""', 'two\nlines, "quoted"'],
    ["#jepsen.history.Op{:index 0 :value (1 [2 symbol])}", { index: 0, value: [1, [2, "symbol"]] }],
  ])("%s", (text, value) => {
    expect(readEdn(text)).toEqual(value);
  });

  it.each<[string, string, number]>([
    ["[1 2", '"]" is missing', 1],
    ["{:a}", "a map has a key without a value", 1],
    ["1 2", "there is more after the end", 3],
    ["[1 }", "a value is missing", 4],
    ['"\\q"', "this text has an escape that is none", 1],
  ])("%s is none", (text, message, column) => {
    expect(() => readEdn(text)).toThrow(expect.objectContaining({ message, column }));
  });
});

describe("the same history", () => {
  const expected: Operation[] = [
    { ...at("0", 1, 3), op: "write", args: [1] },
    { ...at("1", 2, 5), op: "read", args: [], result: null },
    { ...at("0", 4, null), op: "cas", args: [1, 2], result: true },
  ];
  it.each<[string, string]>([
    [
      "in JSON",
      '{"process":0,"type":"invoke","f":"write","value":1}\n{"process":1,"type":"invoke","f":"read","value":null}\n{"process":0,"type":"ok","f":"write","value":1}\n{"process":0,"type":"invoke","f":"cas","value":[1,2]}\n{"process":1,"type":"ok","f":"read","value":null}\n',
    ],
    [
      "in EDN",
      "{:process 0, :type :invoke, :f :write, :value 1}\n{:process 1, :type :invoke, :f :read, :value nil}\n{:process 0, :type :ok, :f :write, :value 1}\n{:process 0, :type :invoke, :f :cas, :value [1 2]}\n{:process 1, :type :ok, :f :read, :value nil}\n{:process :nemesis, :type :info, :f :start, :value nil}\n",
    ],
    [
      "as Jepsen logs it",
      "INFO  jepsen.util - 0\t:invoke\t:write\t1\nINFO  jepsen.util - 1\t:invoke\t:read\tnil\nINFO  jepsen.util - 0\t:ok\t:write\t1\nINFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\nINFO  jepsen.util - 1\t:ok\t:read\tnil\nINFO  jepsen.util - :nemesis\t:info\t:start\tnil\n",
    ],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual([expected[0], expected[1], expected[2]]);
  });
});

it("values are pairs of key and value where that is said", () => {
  const text =
    "{:process 1 :type :invoke :f :cas :value [9 [0 1]]}\n{:process 1 :type :ok :f :cas :value [9 [0 1]]}\n{:process 1 :type :invoke :f :read :value [8 nil]}\n{:process 1 :type :ok :f :read :value [8 4]}\n";
  expect(read(text, { independent: true })).toEqual([
    { ...at("1", 1, 2, "9"), op: "cas", args: [0, 1], result: true },
    { ...at("1", 3, 4, "8"), op: "read", args: [], result: 4 },
  ]);
});

it("what failed never was, but for a compare-and-set that is said to have seen another value", () => {
  const call = (f: string, value: string, type: string) =>
    `{:process 1 :type :invoke :f :${f} :value ${value}}\n{:process 1 :type :${type} :f :${f} :value ${value}}\n`;
  const text =
    call("write", "1", "ok") +
    call("cas", "[1 2]", "fail") +
    call("write", "3", "fail") +
    call("read", "nil", "fail") +
    call("read", "nil", "info");
  const [write, cas, lost] = read(text, { failedCas: "differs" });
  expect([write!.completed, cas, lost!.completed]).toEqual([
    2,
    { ...at("1", 3, 4), op: "cas", args: [1, 2], result: false },
    null,
  ]);
  expect(read(text).map(({ op }) => op)).toEqual(["write", "read"]);
  expect(judgeHistory(read(text)).verdict).toBe("linearizable");
  expect(judgeHistory(read(text, { failedCas: "differs" })).verdict).toBe("refused");
});

describe("what is no history ends in a sentence with its place", () => {
  it.each<[string, string, string]>([
    ["nothing", "", ":1:1: the history has no answers, so nothing can be said of it."],
    [
      "calls alone",
      '{"process":0,"type":"invoke","f":"read"}',
      ":1:1: the history has no answers, so nothing can be said of it.",
    ],
    ["other text", "hello", ":1:1: this line is neither JSON nor EDN, nor one of Jepsen's log."],
    ["a list", "[1]", ":1:1: a line is a map, in JSON or in EDN, or one of Jepsen's log."],
    ["EDN without an end", "{:process 0", ':1:1: "}" is missing.'],
    ["nobody's", '{"type":"ok"}', ':1:1: "process" is missing. Hint: it names whose operation this is.'],
    [
      "an unknown type",
      '{"process":0,"type":"invok","f":"read"}',
      ':1:1: there is no type "invok". Hint: did you mean "invoke"?',
    ],
    [
      "an unknown function",
      '{"process":0,"type":"invoke","f":"append"}',
      ':1:1: there is no f "append". Hint: it is one of read, write, cas.',
    ],
    ["an answer to nothing", '{"process":0,"type":"ok","f":"read"}', ":1:1: process 0 gets an answer to no call."],
    [
      "two calls at once",
      '{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"invoke","f":"read"}',
      ":2:1: process 0 still waits for the answer to line 1.",
    ],
    [
      "a cas of one value",
      '{"process":0,"type":"invoke","f":"cas","value":1}',
      ":1:1: the value of a cas is a pair of what is expected and what is put.",
    ],
  ])("%s", (_, text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it("values that are no pairs, and a file that is not there", () => {
    expect(() => read('{"process":0,"type":"invoke","f":"read","value":1}', { independent: true })).toThrow(
      "the value is no pair of a key and a value. Hint: leave --independent out for one register.",
    );
    expect(() => readHistory("/nowhere/history", { independent: false, failedCas: "dropped" })).toThrow(
      '/nowhere/history:1:1: cannot read "/nowhere/history": ',
    );
  });
});

describe("Porcupine's log", () => {
  it("numbers what is no number, and lets whoever was never answered go on under another name", () => {
    const operations: Operation[] = [
      { ...at("p", 1, null), op: "write", args: ["a"] },
      { ...at("p", 2, 3), op: "cas", args: [0, "b"], result: false },
      { ...at("q", 2, 4), op: "read", args: [], result: "a" },
    ];
    expect(porcupineLog(operations).split("\n")).toEqual([
      "INFO  jepsen.util - 0\t:invoke\t:write\t1",
      "INFO  jepsen.util - 1\t:invoke\t:cas\t[0 2]",
      "INFO  jepsen.util - 2\t:invoke\t:read\tnil",
      "INFO  jepsen.util - 1\t:fail\t:cas\t[0 2]",
      "INFO  jepsen.util - 2\t:ok\t:read\t1",
      "",
    ]);
  });

  it("read again is judged the same", () => {
    const one = fc.record({
      op: fc.constantFrom("read", "write", "cas"),
      a: fc.nat(2),
      b: fc.nat(2),
      is: fc.boolean(),
      takes: fc.option(fc.nat(5)),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (drawn) => {
        const operations = drawn.map(({ op, a, b, is, takes }, n): Operation => {
          const common = at(`${n}`, 10 * n, takes === null ? null : 10 * n + 1 + 10 * takes);
          if (op === "read") return { ...common, op, args: [], result: a === 0 ? null : a };
          return op === "write" ? { ...common, op, args: [a] } : { ...common, op: "cas", args: [a, b], result: is };
        });
        if (operations.every(({ completed }) => completed === null)) return;
        const again = read(porcupineLog(operations), { failedCas: "differs" });
        expect(judgeHistory(again).verdict).toBe(judgeHistory(operations).verdict);
      }),
      { numRuns: 200 },
    );
  });
});
