/** `quorate.config.yaml`: YAML in, a policy out. docs/ci.md describes the format. */
import { existsSync } from "node:fs";
import path from "node:path";
import { quote } from "../../spec/quote.js";
import { RULE_NAMES, type RuleName } from "../../spec/rules/judgement.js";
import type { SourcePosition } from "../../spec/source-position.js";
import { Problems, tableFileError } from "../../spec/table-file/problems.js";
import { shapeReader } from "../../spec/table-file/read-shape.js";
import { readText } from "../../spec/table-file/read-text.js";
import { type FileKind, type Path, YamlSource } from "../../spec/table-file/yaml-source.js";
import { ConfigShape, type EntryShape, type OptionsShape } from "./config-shape.js";

export const CONFIG_FILE = "quorate.config.yaml";

/** What a config says of the files that some globs match. */
export interface Entry {
  readonly globs: readonly string[];
  readonly at: SourcePosition;
  readonly options: OptionsShape;
  /** Where each option stands. */
  readonly optionsAt: ReadonlyMap<string, SourcePosition>;
  readonly expect: "safe" | "unsafe" | null;
  readonly breaks: RuleName | null;
  readonly accept: Acceptance | null;
  /** The least share of transitions that replay must cover, from 0 to 1. */
  readonly replayCoverage: number | null;
}

/** An inconclusive verdict that will do for now. */
export interface Acceptance {
  readonly reason: string;
  /** The last day, in UTC, as `2027-01-31`. */
  readonly until: string;
  readonly at: SourcePosition;
}

export interface Config {
  readonly file: string;
  /** Globs are relative to it. */
  readonly directory: string;
  /** Later ones say more of the same file, or otherwise. The first one is of every table: the options for all. */
  readonly entries: readonly Entry[];
}

const CONFIG: FileKind = {
  noun: "a config",
  example: "a small config is: tables: [{ files: tables/*.yaml }]",
  naming: "write the value out",
};

const readShape = shapeReader(ConfigShape, { whole: CONFIG.noun, item: "an entry" });

/** The nearest config in the directory or above it. */
export function findConfig(directory: string): string | null {
  for (let here = path.resolve(directory); ; here = path.dirname(here)) {
    const file = path.join(here, CONFIG_FILE);
    if (existsSync(file)) return path.relative("", file) || file;
    if (path.dirname(here) === here) return null;
  }
}

/** A file below the config as seen from where the command runs. */
export const fileBelow = ({ directory }: Config, name: string): string => path.relative("", path.join(directory, name));

/** Throws TableFileError, which names every place that is wrong. */
export const loadConfig = (file: string): Config => parseConfig(readText(file), file);

/** As loadConfig. */
export function parseConfig(text: string, file: string): Config {
  const source = new YamlSource(text, file, CONFIG);
  const shape = readShape(source);
  if (shape.tables.length === 0) {
    throw tableFileError(source.at(["tables"]), '"tables" is an empty list', "say which tables it is about");
  }
  const problems = new Problems();
  const entries = shape.tables.map((entry, index) => readEntry(entry, ["tables", index], source, problems));
  const everywhere = readEntry({ files: "**", options: shape.options ?? {} }, [], source, problems);
  problems.throwIfAny();
  return { file, directory: path.dirname(file), entries: [everywhere, ...entries] };
}

function readEntry(entry: EntryShape, at: Path, source: YamlSource, problems: Problems): Entry {
  const { files, options = {}, expect = null, breaks = null, accept } = entry;
  const coverage = entry["replay-coverage"];
  const globs = typeof files === "string" ? [files] : files;
  if (globs.every((glob) => glob.startsWith("!"))) {
    problems.report(source.at([...at, "files"]), '"files" names no file', "write a glob such as tables/*.yaml");
  }
  if (breaks !== null && expect !== "unsafe") {
    const hint = 'write "expect: unsafe" beside it';
    problems.report(source.atKey([...at, "breaks"]), '"breaks" is for tables that are expected to be unsafe', hint);
  }
  return {
    globs,
    at: source.at(at),
    options,
    optionsAt: new Map(Object.keys(options).map((name) => [name, source.at([...at, "options", name])])),
    expect: oneOf(["safe", "unsafe"], expect, [...at, "expect"], source, problems),
    breaks: oneOf(RULE_NAMES, breaks, [...at, "breaks"], source, problems),
    accept: accept === undefined ? null : readAcceptance(accept.inconclusive, [...at, "accept"], source, problems),
    replayCoverage: coverage === undefined ? null : readShare(coverage, [...at, "replay-coverage"], source, problems),
  };
}

function oneOf<Word extends string>(
  words: readonly Word[],
  word: string | null,
  at: Path,
  source: YamlSource,
  problems: Problems,
): Word | null {
  const found = words.find((known) => known === word) ?? null;
  if (word !== null && found === null) {
    problems.report(source.at(at), `${quote(`${at.at(-1)}`)} is ${quote(word)}`, `it is one of ${words.join(", ")}`);
  }
  return found;
}

function readAcceptance(
  { reason, until }: { readonly reason: string; readonly until: string },
  at: Path,
  source: YamlSource,
  problems: Problems,
): Acceptance {
  const here = [...at, "inconclusive"];
  if (reason.trim() === "") {
    problems.report(source.at([...here, "reason"]), "the reason is empty", "say why an open question will do for now");
  }
  if (!isDate(until)) {
    problems.report(source.at([...here, "until"]), `${quote(until)} is no date`, "write it as 2027-01-31");
  }
  return { reason: reason.trim(), until, at: source.at(here) };
}

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

function readShare(text: string, at: Path, source: YamlSource, problems: Problems): number {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text) ?? [];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100;
  problems.report(source.at(at), `${quote(text)} is no share`, "write it as 90%");
  return 0;
}
