/** A run as what clients and servers do to each other: each step is of a client, and most of them are at a server. */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { formatRegister } from "../../spec/register.js";
import { decisionsIn, type StateTable } from "../../spec/state-table.js";
import type { Step, Trace } from "../../spec/trace.js";
import type { SequenceDiagram, SequenceRow } from "./diagram.js";

/** A run of the register model, with the registers before it and after each step. */
export interface RegisterRun {
  readonly table: QuorumTable;
  readonly registerSets: readonly number[];
  readonly steps: Trace;
  /** One more than there are steps. */
  readonly states: readonly StateTable[];
}

export interface Exchange {
  /** `client of R1` */
  readonly client: string;
  /** Null where a client does something by itself. */
  readonly server: string | null;
  readonly request: string;
  /** What the server holds in the register sets below, for who prepares; null for other steps. */
  readonly reply: string | null;
  /** `A is decided in R0`, for each decision that is new. */
  readonly decided: readonly string[];
}

export function exchangesOf(run: RegisterRun): Exchange[] {
  let known = new Set<string>();
  return run.steps.map((step, index) => {
    const now = decisionsAfter(run, index + 1);
    const decided = now.filter((decision) => !known.has(decision));
    known = new Set(now);
    return { ...exchangeOf(run, step, index), decided };
  });
}

const decisionsAfter = ({ table, states }: RegisterRun, count: number): string[] =>
  decisionsIn(table, states[count]!).map(({ value, registerSet }) => `${value} is decided in R${registerSet}`);

function exchangeOf(run: RegisterRun, step: Step, index: number): Omit<Exchange, "decided"> {
  const client = `client of R${step.registerSet}`;
  switch (step.action) {
    case "propose":
      return { client, server: null, request: `propose ${step.value}`, reply: null };
    case "write":
      return { client, server: step.server, request: `write ${step.value} to R${step.registerSet}`, reply: null };
    case "vote":
      return { client, server: step.server, request: `vote in R${step.registerSet}?`, reply: `vote for ${step.value}` };
    case "freeze":
    case "freeze register":
      return { client, server: step.server, request: "prepare", reply: held(run, step, index + 1) };
  }
}

/** `R0=-, R1=A`: what a client hears from the server. */
function held(
  { table, registerSets, states }: RegisterRun,
  { server, registerSet }: Step & { server: string },
  after: number,
): string {
  const column = table.servers.indexOf(server);
  return registerSets
    .flatMap((below, row) => {
      const text = formatRegister(states[after]!.rows[row]![column]!);
      return below < registerSet && text !== "" ? [`R${below}=${text}`] : [];
    })
    .join(", ");
}

/** Clients and servers of the run that do something in it; decisions are noted across the servers. */
export function diagramOfRun(run: RegisterRun): SequenceDiagram {
  const exchanges = exchangesOf(run);
  const clients = [...new Set(exchanges.map(({ client }) => client))].sort();
  const servers = run.table.servers.filter((name) => exchanges.some(({ server }) => server === name));
  const rows = exchanges.flatMap(({ client, server, request, reply, decided }, index): SequenceRow[] => {
    const step = index + 1;
    return [
      server === null
        ? { step, kind: "event", from: client, to: client, label: request }
        : { step, kind: "message", from: client, to: server, label: request },
      ...(reply === null || server === null
        ? []
        : [{ step, kind: "reply", from: server, to: client, label: reply } as const]),
      ...decided.map((label) => ({ step, kind: "note", from: servers[0]!, to: servers.at(-1)!, label }) as const),
    ];
  });
  return {
    lanes: [
      ...clients.map((name) => ({ name, kind: "client" }) as const),
      ...servers.map((name) => ({ name, kind: "server" }) as const),
    ],
    rows,
  };
}
