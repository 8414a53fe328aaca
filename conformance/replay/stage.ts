import { stepCount } from "../../model/kernel/expand.js";
import { Walk } from "../../model/kernel/walk.js";
import { stepOf } from "../../model/registers/reading.js";
import type { RegistersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import type { Step } from "../../spec/trace.js";
import type { Cluster } from "./cluster.js";
import { MemoryCluster } from "./memory-cluster.js";
import { TcpCluster } from "./tcp-cluster.js";

/** What is replayed, and where: one model of a scope, and how to start servers of the implementation. */
export interface Stage {
  readonly scope: Scope;
  readonly model: RegistersModel;
  /** Walks the model. */
  readonly walk: Walk;
  /** Every step of the model in the trace format, by step number. */
  readonly steps: readonly Step[];
  readonly startCluster: () => Promise<Cluster>;
}

const stage = (scope: Scope, model: RegistersModel, startCluster: () => Promise<Cluster>): Stage => ({
  scope,
  model,
  walk: new Walk(model),
  steps: Array.from({ length: stepCount(model.actions) }, (_, step) => stepOf(model, scope, step)),
  startCluster,
});

export const stageInMemory = (scope: Scope, model: RegistersModel): Stage =>
  stage(scope, model, () => MemoryCluster.start(scope.table.servers));

export const stageOverTcp = (scope: Scope, model: RegistersModel): Stage =>
  stage(scope, model, () => TcpCluster.start(scope.table.servers));
