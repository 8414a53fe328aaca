import type { ServerOptions } from "../../impl/core/server.js";
import { stepCount, Walk } from "../../model/kernel/index.js";
import { stepOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { variantOf } from "../../model/registers/variant.js";
import type { Cluster } from "./servers/cluster.js";
import { MemoryCluster } from "./servers/memory-cluster.js";
import { probe } from "./servers/probes.js";
import { TcpCluster } from "./servers/tcp-cluster.js";
import { World } from "./servers/world.js";
import type { Script, SideBySide } from "./side-by-side.js";
import { probeStorages } from "./storage/storage-probes.js";
import { StorageWorld } from "./storage/storage-world.js";

/** What is replayed, and where: one model of a scope, and how to start the implementation beside it. */
export interface Stage extends Script {
  /** A fresh implementation; `turn` turns which of several ways to propose a value its clients take. */
  readonly start: (turn: number) => Promise<StartedRun>;
}

export interface StartedRun {
  readonly world: SideBySide;
  /** Stirs the implementation in ways that the model does not see: what it holds must stay the same. */
  readonly probe: () => Promise<void>;
}

/** Servers that know their row where freezes take all of it; where they take one register, clients over dumb storage. */
export function stageInMemory(scope: Scope, model: RegistersModel): Stage {
  const { freezes, writesFreezeBelow } = variantOf(scope);
  if (freezes === "row") return stageOfServers(scope, model, MemoryCluster.start);
  if (writesFreezeBelow) throw new RangeError("storage of single registers has no writes that freeze other registers");
  const script = scriptOf(scope, model);
  const start = async (turn: number): Promise<StartedRun> => {
    const world = new StorageWorld(script, turn);
    return { world, probe: () => probeStorages(world) };
  };
  return { ...script, start };
}

/** Servers that know their row: storage of single registers has no server of its own. */
export const stageOverTcp = (scope: Scope, model: RegistersModel): Stage =>
  stageOfServers(scope, model, TcpCluster.start);

function stageOfServers(
  scope: Scope,
  model: RegistersModel,
  startCluster: (names: readonly string[], options: ServerOptions) => Promise<Cluster>,
): Stage {
  const script = scriptOf(scope, model);
  const { writesFreezeBelow } = variantOf(scope);
  const start = async (turn: number): Promise<StartedRun> => {
    const world = new World(script, await startCluster(scope.table.servers, { writesFreezeBelow }), turn);
    return { world, probe: () => probe(world) };
  };
  return { ...script, start };
}

const scriptOf = (scope: Scope, model: RegistersModel): Script => ({
  scope,
  model,
  walk: new Walk(model),
  steps: Array.from({ length: stepCount(model.actions) }, (_, step) => stepOf(model, scope, step)),
});
