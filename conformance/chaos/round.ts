/**
 * One round of chaos: a new cluster, clients that propose different values while harm is done, then peace, in which
 * every client has to come to an output. Each round is a new cluster so that values compete again: once one is
 * decided, little can go wrong any more.
 */
import { mkdirSync, rmSync } from "node:fs";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Dice } from "../chance/dice.js";
import { EXIT } from "../shell/exit-codes.js";
import { ClientUnderChaos, type Proposed } from "./client.js";
import { ServerUnderChaos } from "./cluster.js";
import type { FaultCounts } from "./faults.js";
import { doHarm } from "./nemesis.js";
import { lastWordsOf } from "./processes.js";

export interface RoundOptions {
  readonly number: number;
  readonly table: QuorumTable;
  readonly tableFile: string;
  /** The script of the command line, for servers and clients. */
  readonly script: string;
  /** Where the round keeps its data: made, and removed unless something was found. */
  readonly directory: string;
  readonly dice: Dice;
  readonly counts: FaultCounts;
  /** When it is aborted the harm ends, and peace begins. */
  readonly signal: AbortSignal;
}

export interface RoundResult {
  readonly outputs: number;
  readonly latencies_ms: readonly number[];
  /** Sentences, each about something that must not happen; none if all went well. */
  readonly findings: readonly Finding[];
}

/**
 * `disagreement`: two outputs, or one that was not proposed. `failure`: a server or client that ends as no fault
 * explains. `stuck`: no output in peace.
 */
export interface Finding {
  readonly kind: "disagreement" | "failure" | "stuck";
  readonly sentence: string;
}

const CLIENTS = 3;
const HARMS_MIN = 2;
const HARMS_MAX = 8;
/** In harm, clients give up soon, and try again. */
const TIMEOUT_IN_HARM_S = 1;
const TIMEOUT_IN_PEACE_S = 60;

export async function playRound(options: RoundOptions): Promise<RoundResult> {
  const { number, table, directory, dice, counts, signal } = options;
  mkdirSync(directory, { recursive: true });
  const record = new Record();
  const servers = await Promise.all(
    table.servers.map((name) =>
      ServerUnderChaos.create(name, options, (server, ended) =>
        record.failure(`server ${server} ended with exit code ${ended.code}: ${lastWordsOf(ended)}`),
      ),
    ),
  );
  const at = servers.map(({ name, link }) => `${name}=${link.address}`).join(",");
  const names = table.clients.length > 0 ? table.clients : Array.from({ length: CLIENTS }, (_, client) => `${client}`);
  const clients = names.map((client) => {
    const value = `round ${number}, client ${client}`;
    record.proposes(value);
    const count = table.clients.length > 0 ? null : CLIENTS;
    return new ClientUnderChaos({ ...options, client, clients: count, value, at });
  });
  try {
    const end = new AbortController();
    const harmed = doHarm(
      { servers, clients },
      dice.between(HARMS_MIN, HARMS_MAX),
      dice,
      counts,
      AbortSignal.any([signal, end.signal]),
    );
    let isPeace = false;
    const proposing = clients.map(async (client) => {
      while (!isPeace) {
        record.add(await client.propose(TIMEOUT_IN_HARM_S));
        // Nothing can be mended any more.
        if (record.disagrees) end.abort();
      }
    });
    await harmed;
    isPeace = true;
    await Promise.all(proposing);
    if (record.disagrees) return record.result;
    await Promise.all(servers.map((server) => server.heal()));
    const last = await Promise.all(clients.map((client) => client.propose(TIMEOUT_IN_PEACE_S)));
    for (const [index, proposed] of last.entries()) {
      record.add(proposed);
      if (proposed.kind === "nothing") {
        record.stuck(`client ${names[index]} came to no output within ${TIMEOUT_IN_PEACE_S} seconds of peace`);
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
  if (record.result.findings.length === 0) rmSync(directory, { recursive: true, force: true });
  return record.result;
}

/** What came out of a round, and what must not have. */
class Record {
  readonly #proposed = new Set<string>();
  readonly #outputs = new Set<string>();
  readonly #latencies_ms: number[] = [];
  readonly #findings: Finding[] = [];

  get result(): RoundResult {
    const findings = [...this.#disagreements(), ...this.#findings];
    return { outputs: this.#latencies_ms.length, latencies_ms: this.#latencies_ms, findings };
  }

  get disagrees(): boolean {
    return this.result.findings.some(({ kind }) => kind === "disagreement");
  }

  proposes(value: string): void {
    this.#proposed.add(value);
  }

  add(proposed: Proposed): void {
    if (proposed.kind === "output") {
      this.#outputs.add(proposed.value);
      this.#latencies_ms.push(proposed.latency_ms);
    }
    if (proposed.kind !== "failed") return;
    const sentence = `a client ended with exit code ${proposed.code}: ${proposed.sentence}`;
    // It has read two values where one client proposes one.
    if (proposed.code === EXIT.unsafe) this.#findings.push({ kind: "disagreement", sentence });
    else this.failure(sentence);
  }

  failure(sentence: string): void {
    this.#findings.push({ kind: "failure", sentence });
  }

  stuck(sentence: string): void {
    this.#findings.push({ kind: "stuck", sentence });
  }

  #disagreements(): Finding[] {
    const outputs = [...this.#outputs].sort();
    const invented = outputs.filter((value) => !this.#proposed.has(value));
    return [
      ...(outputs.length > 1
        ? [`two clients output different values: ${outputs.map((value) => `"${value}"`).join(" and ")}`]
        : []),
      ...invented.map((value) => `a client output "${value}", which nobody proposed`),
    ].map((sentence) => ({ kind: "disagreement", sentence }));
  }
}
