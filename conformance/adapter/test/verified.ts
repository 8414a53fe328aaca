/** What `verify` finds out about a small table with an adapter that is within the test. */
import { PLAIN, type Variant } from "../../../model/registers/variant.js";
import { parseTable } from "../../../spec/table-file.js";
import type { SampleSize } from "../../replay/samples.js";
import type { Verification } from "../../verify/report.js";
import { EXHAUSTING } from "../../verify/request.js";
import { verifyTable } from "../../verify/verify.js";
import { type Handler, type Lines, LocalAdapter } from "./local-adapter.js";

const TABLES = {
  one: "{servers: [S0], registers: [{sets: 0, decide: all}]}",
  pair: "{servers: [S0, S1], registers: [{sets: 0, decide: all}]}",
  both: "{servers: [S0, S1], registers: [{sets: 0..1, decide: all}]}",
  majority:
    "{servers: [S0, S1, S2], registers: [{sets: 0, decide: majority}, {sets: 1, decide: all, prepare: majority}]}",
  single: "{servers: [S0], registers: [{sets: 0..1, decide: all}]}",
  alone: "{servers: [S0], registers: [{sets: 0..2, decide: all}]}",
  three: "{servers: [S0, S1], registers: [{sets: 0..2, decide: all}]}",
  majorities: "{servers: [S0, S1, S2], registers: [{sets: 0..1, decide: majority}]}",
  client: "{servers: [c1], registers: [{sets: 0, decide: all}]}",
  ten: "{servers: [a, b, c, d, e, f, g, h, i, j], registers: [{sets: 0, decide: all}]}",
  elected: "{servers: [S0], registers: [{sets: 0, decide: all, allocation: elected}]}",
  gated: "{servers: [S0], registers: [{sets: 0, decide: all}, {sets: 1, decide: all, after: decided}]}",
  eager: "{servers: [S0, S1], selection: eager, registers: [{sets: 0..2, decide: all}]}",
  strict:
    "{servers: [S0, S1], selection: strict, registers: [{sets: 0, decide: all, allocation: open}, {sets: 1, decide: all, prepare: all}]}",
  "decision-table":
    "{servers: [S0, S1], selection: decision-table, registers: [{sets: 0, decide: all, allocation: open}, {sets: 1, decide: all}]}",
  open: "{servers: [S0, S1], selection: eager, registers: [{sets: 0, decide: all, allocation: open}, {sets: 1, decide: all, prepare: all}]}",
} as const;

export interface Trial {
  readonly table?: keyof typeof TABLES;
  readonly lines?: Lines;
  readonly variant?: Variant;
  readonly answer_ms?: number;
  /** How long the work may take. */
  readonly seconds?: number;
  readonly seed?: number;
  readonly samples?: SampleSize;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}

export async function verifiedWith(handler: Handler, trial: Trial = {}): Promise<Verification> {
  const adapter = await LocalAdapter.start(handler, trial.lines);
  try {
    return await verifiedAt(adapter.command, trial);
  } finally {
    await adapter.close();
  }
}

/** Of an adapter that is started by the command. */
export function verifiedAt(
  command: string,
  {
    table = "both",
    variant = PLAIN,
    answer_ms = 5_000,
    seconds,
    seed = 1,
    samples = "of many",
    signal = new AbortController().signal,
  }: Trial = {},
): Promise<Verification> {
  return verifyTable(`${table}.yaml`, parseTable(TABLES[table], `${table}.yaml`), {
    ...EXHAUSTING,
    ...{ secondsMax: seconds ?? null, seed, samples },
    variant,
    adapter: { command, transcript: null, answer_ms },
    signal,
    onProgress: () => {},
    onAnswer: () => {},
  });
}
