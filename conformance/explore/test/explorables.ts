/** Tables and systems to be walked through by tests. */
import { compressedRegisterSets, type Scope } from "../../../model/registers/scope.js";
import { instanceOf } from "../../../model/systems/registry.js";
import { loadTable } from "../../../spec/table-file.js";
import type { Step } from "../../../spec/trace.js";
import { systemExplorable } from "../system-explorable.js";
import { tableExplorable } from "../table-explorable.js";

export function scopeOf(name: string): Scope {
  const table = loadTable(`spec/tables/${name}.yaml`);
  return { table, registerSets: compressedRegisterSets(table), values: 2, clients: null };
}

export const table = (name: string) => tableExplorable(scopeOf(name));

export const system = (name: string, variant: string, values = {}) =>
  systemExplorable(instanceOf({ system: name, variant, values }));

/** The shortest run of the singleton whose second set is prepared by a majority. */
export const BREAKS_AGREEMENT: Step[] = [
  { action: "propose", registerSet: 0, value: "A" },
  { action: "write", server: "S2", registerSet: 0, value: "A" },
  { action: "freeze", server: "S0", registerSet: 1 },
  { action: "freeze", server: "S1", registerSet: 1 },
  { action: "propose", registerSet: 1, value: "B" },
  { action: "write", server: "S0", registerSet: 1, value: "B" },
];
