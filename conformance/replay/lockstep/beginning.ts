import type { Scope } from "../../../model/registers/scope.js";
import { UNWRITTEN } from "../../../spec/register.js";
import type { Sides } from "./lockstep-run.js";

/** Both sides before any step: nothing is written, and nothing decided. */
export function beginningOf({ registerSets, table }: Pick<Scope, "registerSets" | "table">): Sides {
  const nothing = { registerSets, rows: registerSets.map(() => table.servers.map(() => UNWRITTEN)) };
  return { model: nothing, implementation: nothing, modelOutputs: [], implementationOutputs: [] };
}
