import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Content, judgeHistory, type Operation } from "../linearizability.js";
import { isLinearizable } from "./oracle.js";

type Span = readonly [invoked: number, completed: number | null];

const at = (process: string, [invoked, completed]: Span) => ({ process, key: "x", invoked, completed });
const write = (process: string, value: Content, span: Span): Operation => ({
  ...at(process, span),
  op: "write",
  args: [value],
});
const read = (process: string, result: Content, span: Span): Operation => ({
  ...at(process, span),
  op: "read",
  args: [],
  result,
});
const cas = (process: string, [from, to]: readonly [Content, Content], result: boolean, span: Span): Operation => ({
  ...at(process, span),
  op: "cas",
  args: [from, to],
  result,
});

const verdictOf = (operations: readonly Operation[], configurationsMax?: number) =>
  judgeHistory(operations, configurationsMax === undefined ? {} : { configurationsMax }).verdict;

/** Of one key that is refused. */
function refusalOf(operations: readonly Operation[]) {
  const [judged] = judgeHistory(operations).keys;
  if (judged?.verdict !== "refused") throw new Error(`was ${judged?.verdict}`);
  return judged;
}

describe("a history of one register", () => {
  // The two of Porcupine's README and test, which are from a quiz of MIT's 6.824.
  it("is linearizable where a read that overlaps a write sees the old value, after one that saw it", () => {
    const operations = [write("0", 100, [0, 100]), read("1", 100, [25, 75]), read("2", 0, [30, 60])];
    expect(judgeHistory(operations, { initial: 0 }).verdict).toBe("linearizable");
  });

  it("is refused where a later read sees an older value", () => {
    const operations = [write("0", 200, [0, 100]), read("1", 200, [10, 30]), read("2", 0, [40, 90])];
    expect(judgeHistory(operations, { initial: 0 }).keys).toEqual([
      {
        key: "x",
        operations: 3,
        verdict: "refused",
        operation: operations[2],
        explained: 1,
        possible: [200],
        // Whenever 200 is written, nobody writes 0 after it was read.
        smallest: [operations[1], operations[2]],
      },
    ]);
  });

  it("of nothing, or of nothing that was answered, is linearizable", () => {
    expect(verdictOf([])).toBe("linearizable");
    expect(verdictOf([write("0", 1, [0, null]), read("1", 5, [0, null])])).toBe("linearizable");
  });

  it("lets a write of unknown outcome take effect late, and once", () => {
    const lost = write("0", 1, [0, null]);
    expect(verdictOf([lost, read("1", null, [1, 2]), read("1", 1, [3, 4])])).toBe("linearizable");
    const back = [lost, write("1", 2, [1, 2]), read("1", 1, [3, 4]), write("1", 2, [5, 6]), read("1", 1, [7, 8])];
    expect(refusalOf(back).operation).toBe(back[4]);
    expect(verdictOf([write("2", 1, [0, null]), ...back])).toBe("linearizable");
  });

  it("counts what a compare-and-set found, and what it did not find", () => {
    expect(verdictOf([write("0", 1, [0, 1]), cas("0", [1, 2], true, [2, 3]), read("0", 2, [4, 5])])).toBe(
      "linearizable",
    );
    expect(verdictOf([write("0", 1, [0, 1]), cas("0", [2, 3], true, [2, 3])])).toBe("refused");
    expect(verdictOf([write("0", 1, [0, 1]), cas("0", [1, 3], false, [2, 3])])).toBe("refused");
    expect(verdictOf([write("0", 1, [0, 1]), cas("0", [2, 3], false, [2, 3]), read("0", 1, [4, 5])])).toBe(
      "linearizable",
    );
  });

  it("takes what begins in the moment in which something ends as at the same time", () => {
    expect(verdictOf([write("0", 1, [0, 5]), read("1", null, [5, 6])])).toBe("linearizable");
  });

  it("that is answered before it is asked is an error", () => {
    expect(() => verdictOf([write("0", 1, [3, 2])])).toThrow(
      new RangeError("an operation was answered at 2, before it was invoked at 3"),
    );
  });
});

it("registers are judged each by itself, and the first refused one does not hide others", () => {
  const ofKey = (key: string, operations: readonly Operation[]) => operations.map((o): Operation => ({ ...o, key }));
  const stale = [write("0", 1, [0, 1]), read("1", null, [2, 3])];
  const { verdict, keys } = judgeHistory([
    ...ofKey("a", stale),
    ...ofKey("b", [write("0", 1, [0, 1])]),
    ...ofKey("c", stale),
  ]);
  expect(verdict).toBe("refused");
  expect(keys.map((judged) => [judged.key, judged.verdict])).toEqual([
    ["a", "refused"],
    ["b", "linearizable"],
    ["c", "refused"],
  ]);
});

describe("the smallest refused history", () => {
  it("leaves out whatever would not help, whatever it had done", () => {
    const noise = Array.from({ length: 40 }, (_, n) => [
      write("0", n, [10 * n, 10 * n + 1]),
      read("1", n, [10 * n + 2, 10 * n + 3]),
    ]).flat();
    const stale = [
      write("0", "old", [1000, 1001]),
      write("0", "new", [1002, 1003]),
      read("1", "old", [1004, 1005]),
      read("1", "later", [1006, 1007]),
    ];
    const { operation, explained, possible, smallest } = refusalOf([...noise, ...stale]);
    expect([operation, explained, possible]).toEqual([stale[2], 82, ["new"]]);
    expect(smallest).toEqual(stale.slice(0, 3));
  });

  it("keeps the write of the value that is read, since without it the read would be another fault", () => {
    const { smallest } = refusalOf([write("0", 1, [0, 1]), read("1", 7, [2, 3])]);
    expect(smallest).toEqual([read("1", 7, [2, 3])]);
  });
});

it("gives up where more is going on at once than it may remember, and says how far it came", () => {
  const first = [write("0", -1, [0, 1]), read("0", -1, [2, 3])];
  const writes = Array.from({ length: 12 }, (_, n) => write(`${n}`, n, [10, 20 + n]));
  const [judged] = judgeHistory([...first, ...writes, read("99", 99, [15, 18])], { configurationsMax: 1000 }).keys;
  expect(judged).toMatchObject({ verdict: "inconclusive", explained: 2, operation: { process: "99" } });
});

const NOBODY = null;

/** Up to seven operations of up to four processes in a time of twelve, over contents that often meet. */
const histories = fc.array(
  fc
    .record({
      op: fc.constantFrom("read", "write", "cas"),
      contents: fc.tuple(fc.nat(2), fc.nat(2)),
      isThere: fc.boolean(),
      invoked: fc.nat(11),
      takes: fc.option(fc.nat(6), { nil: NOBODY }),
    })
    .map(({ op, contents: [a, b], isThere, invoked, takes }): Operation => {
      const span: Span = [invoked, takes === null ? null : invoked + takes];
      if (op === "read") return read("p", a, span);
      return op === "write" ? write("p", a, span) : cas("p", [a, b], isThere, span);
    }),
  { maxLength: 7 },
);

describe("random histories", () => {
  it("are judged as by trying every order, and the prefix that is explained is the longest", () => {
    const found = { linearizable: 0, refused: 0 };
    fc.assert(
      fc.property(histories, (operations) => {
        const { verdict, keys } = judgeHistory(operations, { initial: 0 });
        expect(verdict).toBe(isLinearizable(operations, 0) ? "linearizable" : "refused");
        found[verdict as keyof typeof found]++;
        const [judged] = keys;
        if (judged?.verdict !== "refused") return;
        const { operation: refused, explained, smallest } = judged;
        // What was answered before is explained together, whatever comes later left unanswered; with the refused answer
        // it is not.
        const answers = operations.filter(({ completed }) => completed !== null);
        const end = refused.completed!;
        const until = (isKnown: (o: Operation) => boolean) =>
          operations
            .filter((o) => o.invoked <= end && (isKnown(o) || !(o.op === "cas" && o.completed !== null && !o.result)))
            .map((o): Operation => (isKnown(o) ? o : { ...o, completed: null }));
        const earlier = answers.filter(({ completed }) => completed! < end).length;
        expect(explained).toBeGreaterThanOrEqual(earlier);
        expect(
          isLinearizable(
            until(({ completed }) => completed !== null && completed < end),
            0,
          ),
        ).toBe(true);
        expect(
          isLinearizable(
            until(({ completed }) => completed !== null && completed <= end),
            0,
          ),
        ).toBe(false);
        expect(isLinearizable(smallest, 0)).toBe(false);
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(found.linearizable, found.refused)).toBeGreaterThan(200);
  });
});
