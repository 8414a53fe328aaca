/** The run of a plan, step by step. */
import type { QuorumTable } from "../quorum-table.js";
import { applyStep, emptyStateTable } from "../run.js";
import { hasServer, membersOf } from "../server-set.js";
import type { StateTable } from "../state-table.js";
import type { Step, Trace } from "../trace.js";
import { freezeTarget, type Plan, type Stage, votePreparing } from "./plan.js";

/** What servers do in one step, where it is not that freezes take whole rows and writes freeze nothing. */
export interface StepKinds {
  /** A freeze takes one register, and not the whole row. */
  readonly singleFreezes: boolean;
  /** A write freezes what is unwritten below it. */
  readonly freezingWrites: boolean;
}

/**
 * The run, over the explored register sets. As long as `planLength` says where freezes take whole rows and writes
 * freeze nothing; with freezing writes it may be shorter, with freezes of single registers longer.
 *
 * @param registerSets the explored sets, ascending, by their real index
 */
export function constructRun(
  table: QuorumTable,
  registerSets: readonly number[],
  { stages }: Plan,
  kinds: StepKinds,
): Trace {
  const run = new Construction(table.servers, registerSets, kinds);
  for (const [index, { row, heard, election, writings }] of stages.entries()) {
    for (const server of membersOf(heard)) {
      const vote = votePreparing(stages, index, server);
      if (vote === null) run.prepare(server, row, freezeTarget(stages, index, server));
      else if (run.isUnprepared(server, row)) run.vote(server, stages[vote]!);
    }
    for (const voters of election?.voters ?? [])
      for (const server of membersOf(voters)) run.vote(server, stages[index]!);
    for (const { value, servers } of writings) {
      run.propose(row, value);
      for (const server of membersOf(servers)) run.write(server, row, value);
    }
  }
  return run.steps;
}

class Construction {
  readonly steps: Step[] = [];
  readonly #servers: readonly string[];
  readonly #registerSets: readonly number[];
  readonly #kinds: StepKinds;
  /** By row and server. */
  readonly #voted = new Set<string>();
  #state: StateTable;

  constructor(servers: readonly string[], registerSets: readonly number[], kinds: StepKinds) {
    this.#servers = servers;
    this.#registerSets = registerSets;
    this.#kinds = kinds;
    this.#state = emptyStateTable(servers, registerSets);
  }

  /** Nothing is done where the server has nothing unwritten below the row. */
  prepare(server: number, row: number, target: number): void {
    if (!this.isUnprepared(server, row)) return;
    const name = this.#servers[server]!;
    if (!this.#kinds.singleFreezes) {
      this.#take({ action: "freeze", server: name, registerSet: this.#registerSets[target]! });
      return;
    }
    for (const below of this.#unwrittenBelow(server, target)) {
      this.#take({ action: "freeze register", server: name, registerSet: this.#registerSets[below]! });
    }
  }

  isUnprepared(server: number, row: number): boolean {
    return this.#unwrittenBelow(server, row).length > 0;
  }

  /** Nothing is done where the server has voted in the set before. */
  vote(server: number, { row, election, writings }: Stage): void {
    const key = `${row},${server}`;
    if (this.#voted.has(key)) return;
    this.#voted.add(key);
    const promise = election!.vote === "promise" ? { freezesBelow: true as const } : {};
    const { value } = writings[election!.voters.findIndex((voters) => hasServer(voters, server))]!;
    const registerSet = this.#registerSets[row]!;
    this.#take({ action: "vote", server: this.#servers[server]!, registerSet, value, ...promise });
  }

  propose(row: number, value: string): void {
    this.#take({ action: "propose", registerSet: this.#registerSets[row]!, value });
  }

  write(server: number, row: number, value: string): void {
    const freezing = this.#kinds.freezingWrites ? { freezesBelow: true as const } : {};
    const registerSet = this.#registerSets[row]!;
    this.#take({ action: "write", server: this.#servers[server]!, registerSet, value, ...freezing });
  }

  #unwrittenBelow(server: number, row: number): number[] {
    const rows = this.#state.rows.slice(0, row);
    return rows.flatMap((cells, below) => (cells[server]!.state === "unwritten" ? [below] : []));
  }

  #take(step: Step): void {
    this.#state = applyStep(this.#servers, this.#state, step);
    this.steps.push(step);
  }
}
