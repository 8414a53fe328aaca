import { stepCount } from "../../model/kernel/expand.js";
import { Walk } from "../../model/kernel/walk.js";
import { stepOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { PLAIN } from "../../model/registers/variant.js";
import type { Step } from "../../spec/trace.js";
import { MemoryCluster } from "./memory-cluster.js";
import type { SideBySide } from "./side-by-side.js";
import { StorageWorld } from "./storage/storage-world.js";
import { TcpCluster } from "./tcp-cluster.js";
import { World } from "./world.js";

/** What is replayed, and where: one model of a scope, and how to start the implementation beside it. */
export interface Stage {
  readonly scope: Scope;
  readonly model: RegistersModel;
  /** Walks the model. */
  readonly walk: Walk;
  /** Every step of the model in the trace format, by step number. */
  readonly steps: readonly Step[];
  /** A fresh implementation beside the model; `turn` turns which of several ways to propose a value clients take. */
  readonly start: (turn: number) => Promise<SideBySide>;
}

function stage(scope: Scope, model: RegistersModel, start: (stage: Stage, turn: number) => Promise<SideBySide>): Stage {
  const steps = Array.from({ length: stepCount(model.actions) }, (_, step) => stepOf(model, scope, step));
  const made: Stage = { scope, model, walk: new Walk(model), steps, start: (turn) => start(made, turn) };
  return made;
}

/** Servers that know their row where freezes take all of it; where they take one register, clients over dumb storage. */
export function stageInMemory(scope: Scope, model: RegistersModel): Stage {
  const { freezes, writesFreezeBelow } = scope.variant ?? PLAIN;
  if (freezes === "register") {
    if (writesFreezeBelow)
      throw new RangeError("storage of single registers has no writes that freeze other registers");
    return stage(scope, model, async (made, turn) => new StorageWorld(made, turn));
  }
  return stage(
    scope,
    model,
    async (made, turn) => new World(made, await MemoryCluster.start(scope.table.servers, { writesFreezeBelow }), turn),
  );
}

/** Servers that know their row: storage of single registers has no server of its own. */
export function stageOverTcp(scope: Scope, model: RegistersModel): Stage {
  const { writesFreezeBelow } = scope.variant ?? PLAIN;
  return stage(
    scope,
    model,
    async (made, turn) => new World(made, await TcpCluster.start(scope.table.servers, { writesFreezeBelow }), turn),
  );
}
