/** Rounds of chaos until time is up, and then the proof that they would have noticed a wrong table. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { judgeRules } from "../../spec/rules/judge.js";
import { areSafe } from "../../spec/rules/judgement.js";
import { parseTable } from "../../spec/table-file.js";
import { Dice } from "../chance/dice.js";
import { FaultCounts } from "./faults.js";
import { type Finding, playRound, type RoundResult } from "./round.js";

export interface ChaosOptions {
  readonly table: QuorumTable;
  readonly tableFile: string;
  /** The script of the command line, for servers and clients. */
  readonly script: string;
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (soFar: ChaosResult) => void;
}

export interface ChaosResult {
  /** What the table's rules say: whether two outputs are to be expected at all. */
  readonly rules: "hold" | "broken";
  readonly rounds: number;
  readonly outputs: number;
  readonly seconds: number;
  /** Of `propose`, from the start of its process to its end; ascending. */
  readonly latencies_ms: readonly number[];
  readonly counts: FaultCounts;
  readonly findings: readonly (Finding & { readonly round: number; readonly directory: string })[];
  /**
   * Rounds until a table whose quorums need not meet was caught; null where it was not, or there was no time for it.
   */
  readonly caughtWrongTableAfter: number | null;
  readonly isInterrupted: boolean;
}

/** A wrong table that is not caught in this number of rounds: the harm is too mild to mean something. */
const WRONG_ROUNDS_MAX = 60;

export async function playChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { table, seconds, signal } = options;
  const directory = mkdtempSync(path.join(tmpdir(), "quorate-chaos-"));
  const rules = areSafe(judgeRules(table)) ? "hold" : "broken";
  const game = new Game(options, rules, directory);
  while (!signal.aborted && game.seconds < seconds && game.findings.length === 0) await game.play();
  const { result } = game;
  if (result.findings.length > 0) return result;
  const caught = signal.aborted ? null : await roundsToCatchWrong(options, path.join(directory, "wrong"));
  rmSync(directory, { recursive: true, force: true });
  return { ...result, caughtWrongTableAfter: caught, isInterrupted: signal.aborted };
}

class Game {
  readonly findings: (Finding & { readonly round: number; readonly directory: string })[] = [];
  readonly #options: ChaosOptions;
  readonly #rules: "hold" | "broken";
  readonly #directory: string;
  readonly #dice: Dice;
  readonly #counts = new FaultCounts();
  readonly #started_ms = performance.now();
  readonly #latencies_ms: number[] = [];
  #rounds = 0;

  constructor(options: ChaosOptions, rules: "hold" | "broken", directory: string) {
    this.#options = options;
    this.#rules = rules;
    this.#directory = directory;
    this.#dice = new Dice(options.seed);
  }

  get seconds(): number {
    return (performance.now() - this.#started_ms) / 1000;
  }

  async play(): Promise<RoundResult> {
    const number = this.#rounds++;
    const directory = path.join(this.#directory, `round-${number}`);
    const round = await playRound({ ...this.#options, number, directory, dice: this.#dice, counts: this.#counts });
    this.#latencies_ms.push(...round.latencies_ms);
    this.findings.push(...round.findings.map((finding) => ({ ...finding, round: number, directory })));
    this.#options.onProgress(this.result);
    return round;
  }

  get result(): ChaosResult {
    return {
      rules: this.#rules,
      rounds: this.#rounds,
      outputs: this.#latencies_ms.length,
      seconds: this.seconds,
      latencies_ms: [...this.#latencies_ms].sort((a, b) => a - b),
      counts: this.#counts,
      findings: this.findings,
      caughtWrongTableAfter: null,
      isInterrupted: this.#options.signal.aborted,
    };
  }
}

/** On the same servers, with quorums of any one server, the same harm has to lead to two outputs. */
async function roundsToCatchWrong(options: ChaosOptions, directory: string): Promise<number | null> {
  mkdirSync(directory, { recursive: true });
  const tableFile = path.join(directory, "any-one.yaml");
  const servers = options.table.servers.map((server) => JSON.stringify(server)).join(", ");
  const text = `servers: [${servers}]\nregisters: [{ sets: 0.., decide: any 1, prepare: any 1 }]\n`;
  writeFileSync(tableFile, text);
  const table = parseTable(text, tableFile);
  const game = new Game({ ...options, table, tableFile, onProgress: () => {} }, "broken", directory);
  for (let rounds = 1; rounds <= WRONG_ROUNDS_MAX && !options.signal.aborted; rounds++) {
    const { findings } = await game.play();
    if (findings.some(({ kind }) => kind === "disagreement")) return rounds;
  }
  return null;
}
