/** quorate.config.yaml: what it may say, and one sentence for each mistake. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { CONFIG_FILE, findConfig, parseConfig } from "../config.js";
import { policiesFor, refuseIdleEntries } from "../policies.js";

const FILES = ["fixtures/wrong.yaml", "large.yaml", "tables/a.yaml", "tables/b.yaml", "tables/old/c.yaml"];

const policies = (text: string) => policiesFor(parseConfig(text, CONFIG_FILE), FILES);

describe("a mistake", () => {
  it.each([
    [
      "",
      "1:1: the file holds no config: it is empty or all comments. Hint: a small config is: tables: [{ files: tables/*.yaml }].",
    ],
    ["tables: []", '1:9: "tables" is an empty list. Hint: say which tables it is about.'],
    ["tabels: []", '1:1: unknown key "tabels" in a config. Hint: did you mean "tables"?'],
    ["options: {}", '1:1: the key "tables" is missing from a config.'],
    ["tables:\n  - file: a.yaml", '2:5: unknown key "file" in an entry. Hint: did you mean "files"?'],
    ['tables: [{ files: "!a.yaml" }]', '1:19: "files" names no file. Hint: write a glob such as tables/*.yaml.'],
    ["tables: [{ files: [] }]", '1:19: "files" names no file. Hint: write a glob such as tables/*.yaml.'],
    ["tables: [{ files: a, expect: diverges }]", '1:30: "expect" is "diverges". Hint: it is one of safe, unsafe.'],
    [
      "tables: [{ files: a, breaks: PQ }]",
      '1:22: "breaks" is for tables that are expected to be unsafe. Hint: write "expect: unsafe" beside it.',
    ],
    [
      "tables: [{ files: a, expect: unsafe, breaks: F3 }]",
      '1:46: "breaks" is "F3". Hint: it is one of PQ, PQ after a gate, E1, F1, F2, G1.',
    ],
    [
      "tables:\n  - files: a\n    accept:\n      inconclusive: { reason: ' ', until: 2027-02-30 }",
      '4:31: the reason is empty. Hint: say why an open question will do for now.\nquorate.config.yaml:4:43: "2027-02-30" is no date. Hint: write it as 2027-01-31.',
    ],
    [
      "tables: [{ files: a, accept: { inconclusive: later } }]",
      '1:46: "inconclusive" is the text "later" but must be a mapping with the keys "reason" and "until".',
    ],
    ["tables: [{ files: a, replay-coverage: 0.9 }]", '1:39: "0.9" is no share. Hint: write it as 90%.'],
    ["tables: [{ files: a, replay-coverage: 101% }]", '1:39: "101%" is no share. Hint: write it as 90%.'],
    [
      "options: { values: 2, max-second: 5 }\ntables: [{ files: a }]",
      '1:23: unknown key "max-second" in "options". Hint: did you mean "max-seconds"?',
    ],
    ["tables: &t [{ files: *t }]", '1:22: the alias "*t" has no place in a config. Hint: write the value out.'],
  ])("%j", (text, complaint) => {
    expect(() => parseConfig(text, CONFIG_FILE)).toThrow(`${CONFIG_FILE}:${complaint}`);
  });

  it.each([
    [
      "options: { values: 99 }",
      "1:20: option '--values <n>' argument '99' is invalid. It must be a whole number from 1 to 26.",
    ],
    ["options: { replay: maybe }", '1:20: "replay" is "maybe". Hint: it is true or false.'],
    ["options: { seed: 4, clients: 3, values: 2 }", "1:41: --clients 3 need an input each, but --values is only 2."],
  ])("%j, as the command line says it", (text, complaint) => {
    expect(() => policies(`${text}\ntables: [{ files: large.yaml }]`)).toThrow(complaint);
  });

  it("is an entry that names no file", () => {
    const config = parseConfig("tables:\n  - files: tables/*.yaml\n  - files: [table/*, '!tables/a.yaml']\n", "c.yaml");
    expect(() => refuseIdleEntries(config, FILES)).toThrow(
      'c.yaml:3:5: no file matches "table/*", "!tables/a.yaml". Hint: globs are relative to the config; mend them, or take the entry out.',
    );
  });
});

it("later entries override earlier ones, key by key and option by option", () => {
  const found = policies(`
options: { max-seconds: 5, symmetry: true }
tables:
  - files: ["./tables/**", "!**/old/**"]
    options: { replay: false, writes-freeze: true, max-seconds: 7 }
    replay-coverage: 87.5%
  - files: [tables/b.yaml, fixtures/*]
    expect: unsafe
    breaks: F1
    options: { seed: 3, symmetry: false }
  - files: tables/b.yaml
    accept: { inconclusive: { reason: "too large", until: 2027-01-31 } }
  - files: "{tables/b,large}.yaml"
    expect: safe
`);
  expect([...found.keys()]).toEqual(["fixtures/wrong.yaml", "large.yaml", "tables/a.yaml", "tables/b.yaml"]);
  expect(
    [...found.values()].map(({ request: { secondsMax, replay, seed, symmetry, variant }, ...policy }) => ({
      ...policy,
      options: [secondsMax, replay, seed, symmetry, variant.writesFreezeBelow],
    })),
  ).toEqual([
    { expect: "unsafe", breaks: "F1", accept: null, replayCoverage: null, options: [5, true, 3, false, false] },
    { expect: "safe", breaks: null, accept: null, replayCoverage: null, options: [5, true, 1, true, false] },
    { expect: "safe", breaks: null, accept: null, replayCoverage: 0.875, options: [7, false, 1, true, true] },
    {
      expect: "safe",
      breaks: null,
      accept: { reason: "too large", until: "2027-01-31", at: { file: CONFIG_FILE, line: 12, column: 29 } },
      replayCoverage: 0.875,
      options: [7, false, 3, false, true],
    },
  ]);
});

it("is found upwards, the nearest first", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "quorate-config-"));
  mkdirSync(path.join(directory, "a/b/c"), { recursive: true });
  expect(findConfig(path.join(directory, "a/b/c"))).toBe(null);
  writeFileSync(path.join(directory, CONFIG_FILE), "");
  writeFileSync(path.join(directory, "a/b", CONFIG_FILE), "");
  const relative = (...parts: string[]) => path.relative("", path.join(directory, ...parts, CONFIG_FILE));
  expect(findConfig(path.join(directory, "a/b/c"))).toBe(relative("a/b"));
  expect(findConfig(path.join(directory, "a"))).toBe(relative());
  rmSync(directory, { recursive: true });
});
