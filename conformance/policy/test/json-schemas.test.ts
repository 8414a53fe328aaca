/** The schemas that editors read say of files what Quorate says of them. */
import { readdirSync, readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { declareVerifyOptions } from "../../options/verify-options.js";
import { OPTION_NAMES } from "../config-shape.js";
import { CONFIG_SCHEMA, jsonSchemas, TABLE_SCHEMA } from "../json-schemas.js";
import { configText, TEMPLATE_NAMES, tableText } from "../templates.js";

let isTable: ValidateFunction;
let isConfig: ValidateFunction;
beforeAll(() => {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const schemas = jsonSchemas();
  isTable = ajv.compile(schemas[TABLE_SCHEMA]!);
  isConfig = ajv.compile(schemas[CONFIG_SCHEMA]!);
});

const tables = readdirSync("spec/tables").filter((name) => name.endsWith(".yaml"));

it.each(tables)("%s is a table", (name) => {
  expect([isTable(parse(readFileSync(`spec/tables/${name}`, "utf8"))), isTable.errors]).toEqual([true, null]);
});

it.each(TEMPLATE_NAMES)("so is what init writes, like %s, and its config", (like) => {
  const written = tableText({ like, servers: null, schema: "./s.json" });
  expect(isTable(parse((written as { text: string }).text))).toBe(true);
  expect(isConfig(parse(configText("./s.json")))).toBe(true);
});

describe("no table", () => {
  it.each([
    "servers: [S0]",
    "servers: [S0]\nregister: []\nregisters: []",
    "servers: S0\nregisters: [{ sets: 0.., decide: all }]",
    "servers: [S0]\nregisters: [{ sets: 0.., decides: all }]",
    "servers: [S0]\nselection: eagre\nregisters: [{ sets: 0.., decide: all }]",
    "servers: [S0]\nregisters: [{ sets: 0.., decide: { weights: { S0: 1 } } }]",
  ])("%j", (text) => {
    expect(isTable(parse(text))).toBe(false);
  });
});

it("numbers may be written where words are: a threshold, a server called 1", () => {
  const text = "servers: [1, 2]\nregisters: [{ sets: 0, decide: { weights: { 1: 2, 2: 1 }, threshold: 2 } }]";
  expect(isTable(parse(text))).toBe(true);
});

describe("a config", () => {
  it.each<[string, boolean]>([
    ["tables: [{ files: a.yaml }]", true],
    ["options: { max-seconds: 5, replay: false }\ntables: [{ files: [a, b], replay-coverage: 90% }]", true],
    ["tables: [{ files: a, accept: { inconclusive: { reason: r, until: 2027-01-31 } } }]", true],
    ["tables: [{ files: a, accept: { inconclusive: { reason: r, until: soon } } }]", false],
    ["tables: [{ files: a, accept: { unsafe: { reason: r, until: 2027-01-31 } } }]", false],
    ["options: { max-seconds: few }\ntables: [{ files: a }]", false],
    ["options: { workers: 2 }\ntables: [{ files: a }]", false],
    ["tables: [{ files: a, expect: inconclusive }]", false],
  ])("%j: %s", (text, isValid) => {
    expect(isConfig(parse(text))).toBe(isValid);
  });

  it("has the options of verify that a verdict depends on", () => {
    const declared = declareVerifyOptions(new Command()).options.map(({ long }) => long!.replace(/^--(no-)?/, ""));
    // An adapter is a program of which the cache knows nothing.
    const notIts = ["wide", "decision-table", "workers", "adapter", "adapter-timeout", "transcript"];
    expect([...OPTION_NAMES].sort()).toEqual(declared.filter((name) => !notIts.includes(name)).sort());
  });
});
