/**
 * Values and numbers that code is careless with: adapters that change them are found, and such as do not take them say
 * so.
 */
import { describe, expect, it } from "vitest";
import { FREEDOMS } from "../../replay/foreign/freedoms.js";
import { Acceptor, acceptors } from "./acceptors.js";
import type { Handler } from "./local-adapter.js";
import { lacksProgram } from "./programs.js";
import { verifiedAt, verifiedWith } from "./verified.js";

/** Every value goes through this on its way in. */
const taking = (change: (value: string) => string): Handler =>
  acceptors({
    kind: class extends Acceptor {
      override write(register: number, value: string) {
        return super.write(register, change(value));
      }
    },
  });

/** What does not fit is answered with an error. */
const upTo =
  (most: { readonly characters?: number; readonly register?: number }, limits?: object): Handler =>
  (node, body) => {
    const { characters = Number.POSITIVE_INFINITY, register = Number.POSITIVE_INFINITY } = most;
    if (body.type === "write" && (String(body.value).length > characters || Number(body.register) > register))
      return { type: "error", text: "too much" };
    const answer = plain(node, body)!;
    return body.type === "init" && limits !== undefined
      ? { ...answer, quorate: { ...(answer.quorate as object), limits } }
      : answer;
  };
const plain = acceptors({});

/** It reads lines of a few thousand characters, and no longer ones. */
const SHORT_OF_ROOM = `while IFS= read -r line && [ \${#line} -lt 9000 ]; do printf "%s\\n" "$line"; done | python3 examples/adapters/acceptor.py`;

it("an acceptor that carries all of them agrees, and nothing is left untried", async () => {
  const { verdict, replay } = await verifiedWith(plain, { table: "pair" });
  expect([verdict, replay?.adapter?.notTested]).toEqual(["safe", []]);
});

describe("a fault is found", () => {
  it.each<[string, Handler, string]>([
    [
      "trims values",
      taking((value) => value.trim()),
      'tells "A\\u0000" in R15 and "A" in R18 where R18 holds "\ufeffA"',
    ],
    [
      "takes off blanks at the ends",
      taking((value) => value.replace(/^[ \t]+|[ \t]+$/g, "")),
      'tells "QUORATE\\n\\u0002" in R24 and "A" in R27 where R27 holds " A\\t"',
    ],
    [
      "stops at NUL",
      taking((value) => value.split("\u0000")[0]!),
      'tells "\u00e9" in R9 and "" in R12 where R12 holds "\\u0000"',
    ],
    [
      "composes characters",
      taking((value) => value.normalize("NFC")),
      'tells "\u{1f701}\u{10ffff}" in R3 and "\u00e9" in R6 where R6 holds "e\u0301"',
    ],
    [
      "cuts at 4096 characters",
      taking((value) => value.slice(0, 4096)),
      'tells "xxxxxxxxxxxxxxxxxxxx"… of 4096 characters in R0 where R0 holds "xxxxxxxxxxxxxxxxxxxx"… of 65536 characters',
    ],
    [
      "takes what looks like a number for one",
      taking((value) => (/^\d+$/.test(value) ? String(Number(value)) : value)),
      'tells "0" in R30 and "7" in R33 where R33 holds "007"',
    ],
    [
      "has numbers of 32 bits",
      acceptors({
        kind: class extends Acceptor {
          override prepare(register: number) {
            return super.prepare(register >>> 0);
          }

          override write(register: number, value: string) {
            return super.write(register >>> 0, value);
          }
        },
      }),
      "says that it is frozen below R2147483652 once it has promised R4294967296",
    ],
    [
      "writes values to disk line by line",
      acceptors({
        kind: class extends Acceptor {
          override save() {
            super.save();
            this.disk.accepted = this.disk.accepted.map(([register, value]) => [register, value.split("\n")[0]!]);
          }
        },
      }),
      'tells "A" in R21 and "QUORATE" in R24 after a crash where it told "A" in R21 and "QUORATE\\n\\u0002" in R24 before',
    ],
  ])("%s", async (_, handler, what) => {
    const { verdict, divergence } = await verifiedWith(handler, { table: "pair" });
    expect([verdict, divergence?.what]).toEqual(["diverges", `S0, asked to carry awkward values, ${what}`]);
  });
});

describe("what is not taken is told of", () => {
  it.each<[string, Handler, readonly string[]]>([
    [
      "with limits that are said",
      upTo({ characters: 100, register: 2 ** 31 - 1 }, { value_bytes: 100, register: 2 ** 31 - 1 }),
      [
        "Values of more than 100 bytes: the adapter says that it takes none.",
        "Register sets above R2147483647: the adapter says that it knows none.",
      ],
    ],
    [
      "with an error",
      upTo({ characters: 5 }),
      [
        'Values such as "QUORATE\\n\\u0002": S0 answers "error" (too much).',
        'Register sets of 31 bits and more: S0 answers "error" (too much).',
        'Values of 65536 bytes: S0 answers "error" (too much).',
      ],
    ],
  ])("%s", async (_, handler, notTested) => {
    const { verdict, replay } = await verifiedWith(handler, { table: "pair" });
    expect([verdict, replay?.adapter?.notTested]).toEqual(["safe", notTested]);
  });

  it.skipIf(lacksProgram("python3"))(
    `by an adapter that ends at a line that is too long (left out where python3 is not installed)`,
    async () => {
      const { verdict, replay } = await verifiedAt(SHORT_OF_ROOM, { table: "one" });
      expect([verdict, replay?.adapter?.notTested]).toEqual([
        "safe",
        [`Values of 65536 bytes: the adapter ${SHORT_OF_ROOM} has ended with exit code 0.`],
      ]);
    },
  );

  it("where the work ends before", async () => {
    const interruption = new AbortController();
    const { verdict, replay } = await verifiedWith(
      taking((value) => {
        if (value === "") interruption.abort();
        return value;
      }),
      { table: "pair", signal: interruption.signal },
    );
    expect([verdict, replay?.adapter?.notTested]).toEqual([
      "safe",
      ["Values and numbers that code is careless with, or some of them: the work ended before."],
    ]);
  });

  it("where half a character has become something else", async () => {
    const { verdict, replay } = await verifiedWith(
      taking((value) => Buffer.from(value).toString()),
      { table: "pair" },
    );
    expect([verdict, replay?.adapter?.freedoms]).toEqual(["safe", [FREEDOMS["alters half characters"]]]);
  });
});
