/**
 * What is replayed of the register model, and on what: in memory with servers that are remembered or that live, and
 * over TCP.
 */

import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { PutIfAbsent, PutIfAbsentReply } from "../../../impl/core/register-storage.js";
import type { ServerOptions } from "../../../impl/core/server.js";
import { stepCount, Walk } from "../../../model/kernel/index.js";
import { ClientJudge } from "../../../model/registers/client-judge.js";
import { stepOf } from "../../../model/registers/reading.js";
import type { RegistersModel } from "../../../model/registers/registers.js";
import type { Scope } from "../../../model/registers/scope.js";
import { variantOf } from "../../../model/registers/variant.js";
import { isArbiter } from "../../../spec/roles.js";
import type { Step } from "../../../spec/trace.js";
import { ClientNode } from "../foreign/client-node.js";
import type { Foreign } from "../foreign/foreign.js";
import { ForeignAwkwardValues } from "../foreign/foreign-awkward-values.js";
import { foreignCells } from "../foreign/foreign-cells.js";
import { ForeignClients } from "../foreign/foreign-client.js";
import { foreignRows } from "../foreign/foreign-rows.js";
import { proposeBody } from "../foreign/propose-body.js";
import { type Part, ProposerJudge } from "../foreign/proposer-judge.js";
import { ToldEvents } from "../foreign/told-events.js";
import { beginningOf } from "../lockstep/beginning.js";
import type { Channel, ProbedRun, Subject } from "../lockstep/lockstep-run.js";
import { AwkwardValues } from "../systems/awkward-values.js";
import { CellClient } from "../systems/cell-client.js";
import { cellServers } from "../systems/cell-server.js";
import { ClientRestarts } from "../systems/client-restarts.js";
import type { ClientUnderTest } from "../systems/client-under-test.js";
import type { WatchedClientOptions } from "../systems/client-watch.js";
import { LiveServers } from "../systems/live-servers.js";
import { observedIn } from "../systems/observed-sets.js";
import { playedServers } from "../systems/played-servers.js";
import { RememberedClient } from "../systems/remembered-client.js";
import { RememberedServers } from "../systems/remembered-servers.js";
import { RowClient } from "../systems/row-client.js";
import { rowServers } from "../systems/row-server.js";
import type { ServerKind } from "../systems/server-kind.js";
import { TcpServers } from "../systems/tcp-servers.js";
import { CellRun } from "./cell-run.js";
import { FourRulesJudge } from "./four-rules-judge.js";
import { Phase1WaysBook } from "./phase-1-ways.js";
import { ProposerRun } from "./proposer-run.js";
import type { Implementation, RegisterRun, Script } from "./register-run.js";
import { RowRun } from "./row-run.js";

/** A run of the register model, whoever its servers and clients are. */
export type StirredRun = ProbedRun &
  Pick<RegisterRun<unknown, unknown>, "restart" | "carryAwkwardValues" | "probeUnderWay">;

export type RegisterSubject = Subject<StirredRun, Step>;

/** The same model and the same kind of servers, to be replayed in three ways. */
export interface RegisterSubjects {
  /**
   * Servers and clients that can be put back to where they were: for every transition of a graph, and for many runs.
   */
  readonly remembered: RegisterSubject;
  /** Servers and clients that live from the beginning of a run to its end. */
  readonly live: RegisterSubject;
  /**
   * Real servers with logs in files; null for storage of single registers, which has no server of its own, and for
   * foreign servers.
   */
  readonly tcp: RegisterSubject | null;
}

type InMemory = Pick<RegisterSubjects, "remembered" | "live">;

/**
 * Servers that know their row where freezes take all of it; where they take one register, clients over dumb storage.
 *
 * @param foreign whose servers they are; null for ours
 */
export function registerSubjects(scope: Scope, model: RegistersModel, foreign: Foreign | null): RegisterSubjects {
  const { freezes, writesFreezeBelow } = variantOf(scope);
  const script = scriptOf(scope, model, foreign);
  const observed = observedIn(scope);
  if (freezes === "register") {
    if (writesFreezeBelow)
      throw new RangeError("storage of single registers has no writes that freeze other registers");
    const newClient = (options: WatchedClientOptions) => new CellClient(options);
    const newRun: NewRun<PutIfAbsent, PutIfAbsentReply> = (...given) => new CellRun(script, ...given);
    const replayed =
      foreign === null
        ? inMemory(script, cellServers, newClient, newRun)
        : inMemory(script, foreignCells(foreign, { table: scope.table, observed }), newClient, newRun);
    return { ...replayed, tcp: null };
  }
  if (foreign?.adapter.role === "proposer") return proposers(script, foreign, playedServers(writesFreezeBelow));
  const newClient = (options: WatchedClientOptions) => new RowClient(options);
  const newRun: NewRun<Request, Reply> = (...given) => new RowRun(script, ...given);
  if (foreign !== null) {
    const kind = foreignRows(foreign, { table: scope.table, observed, writesFreezeBelow });
    return { ...inMemory(script, kind, newClient, newRun), tcp: null };
  }
  const optionsOf = (name: string): ServerOptions => ({
    writesFreezeBelow,
    isArbiter: isArbiter(scope.table, scope.table.servers.indexOf(name)),
  });
  const overTcp = async (turn: number) => {
    const system = await TcpServers.start(scope.table.servers, optionsOf);
    return newRun({ system, newClient, tried: null }, turn);
  };
  return {
    ...inMemory(script, rowServers(optionsOf), newClient, newRun),
    tcp: subjectOf(script, "tcp", overTcp),
  };
}

/**
 * The client is the adapter's, and the servers are the model's. What the client did is remembered for all of a graph,
 * and for one run that lives.
 */
function proposers(script: Script, { adapter, freedoms, habits }: Foreign, kind: PlayedServers): RegisterSubjects {
  const { scope, judge } = script;
  const { table, registerSets } = scope;
  const node = new ClientNode(adapter, table.servers);
  const proposeOf = (part: Part) => proposeBody(table, registerSets, part);
  const clientsAnew = () =>
    new ForeignClients({
      node,
      freedoms,
      proposeOf,
      judge: new ProposerJudge({ table, judge, freedoms, toldEvents: new ToldEvents(adapter, table) }),
    });
  // Where every client costs a process, what one has done is remembered for all runs.
  const lasting = adapter.can("reset") ? null : clientsAnew();
  const abilities = { habits, retries: adapter.can("retry"), crashes: adapter.can("crash") };
  const remembered = putBack(async () => {
    const system = await RememberedServers.start(kind, table.servers, observedIn(scope));
    return new ProposerRun(
      script,
      { system, tried: new Set() },
      { clients: lasting ?? clientsAnew(), ...abilities },
      0,
    );
  });
  const live = async (turn: number) => {
    const system = await LiveServers.start(kind, table.servers);
    return new ProposerRun(script, { system, tried: null }, { clients: lasting ?? clientsAnew(), ...abilities }, turn);
  };
  const { channel } = kind;
  return { remembered: subjectOf(script, channel, remembered), live: subjectOf(script, channel, live), tcp: null };
}

type PlayedServers = ReturnType<typeof playedServers>;

type NewRun<Request, Reply> = (
  implementation: Implementation<Request, Reply>,
  turn: number,
) => RegisterRun<Request, Reply>;

function inMemory<Server, Request, Reply, Remains>(
  script: Script,
  kind: ServerKind<Server, Request, Reply, Remains>,
  newClient: (options: WatchedClientOptions) => ClientUnderTest<Request, Reply>,
  newRun: NewRun<Request, Reply>,
): InMemory {
  const { table } = script.scope;
  const observed = observedIn(script.scope);
  const remembered = putBack(async () => {
    const system = await RememberedServers.start(kind, table.servers, observed);
    return newRun({ system, newClient: rememberedClients(newClient), tried: new Set() }, 0);
  });
  const live = async (turn: number) =>
    newRun({ system: await LiveServers.start(kind, table.servers), newClient, tried: null }, turn);
  const { channel } = kind;
  return { remembered: subjectOf(script, channel, remembered), live: subjectOf(script, channel, live) };
}

/** One run for all, put back to its beginning: what it remembers serves the next. */
function putBack<Run extends ProbedRun>(make: () => Promise<Run>): (turn: number) => Promise<Run> {
  let made: { readonly run: Run; readonly beginning: unknown } | null = null;
  return async (turn) => {
    if (made === null) {
      const run = await make();
      made = { run, beginning: run.restorable!.save() };
    }
    const { run, beginning } = made;
    run.restorable!.restore(beginning);
    run.turn = turn;
    return run;
  };
}

/** One client for the same options: what becomes of it is remembered. */
function rememberedClients<Request, Reply>(
  newClient: (options: WatchedClientOptions) => ClientUnderTest<Request, Reply>,
) {
  const known = new Map<string, RememberedClient<Request, Reply>>();
  return (options: WatchedClientOptions): RememberedClient<Request, Reply> => {
    const key = `${options.row} ${options.awaited} ${options.candidate} ${options.input}`;
    const client = known.get(key) ?? new RememberedClient(() => newClient(options));
    known.set(key, client);
    return client;
  };
}

const subjectOf = (
  { scope, walk, steps }: Script,
  channel: Channel,
  start: (turn: number) => Promise<StirredRun>,
): RegisterSubject => ({ name: scope.table.name, walk, steps, channel, beginning: beginningOf(scope), start });

function scriptOf(scope: Scope, model: RegistersModel, foreign: Foreign | null): Script {
  const judge = new ClientJudge(model, scope);
  return {
    scope,
    model,
    walk: new Walk(model),
    steps: Array.from({ length: stepCount(model.actions) }, (_, step) => stepOf(model, scope, step)),
    judge,
    ways: new Phase1WaysBook(judge),
    fourRules: new FourRulesJudge(scope.table),
    restarts: foreign === null ? new ClientRestarts(scope.table) : null,
    awkward:
      foreign === null
        ? new AwkwardValues(scope.table, scope.registerSets)
        : new ForeignAwkwardValues(foreign, scope.table.servers[0]!),
  };
}
