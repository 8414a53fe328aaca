/** Tables and systems to be walked through by tests. */
import { compressedRegisterSets, type Scope } from "../../../model/registers/scope.js";
import { instanceOf } from "../../../model/systems/registry.js";
import { loadTable } from "../../../spec/table-file.js";
import { systemExplorable } from "../system-explorable.js";
import { tableExplorable } from "../table-explorable.js";

export function scopeOf(name: string): Scope {
  const table = loadTable(`spec/tables/${name}.yaml`);
  return { table, registerSets: compressedRegisterSets(table), values: 2, clients: null };
}

export const table = (name: string) => tableExplorable(scopeOf(name));

export const system = (name: string, variant: string, values = {}) =>
  systemExplorable(instanceOf({ system: name, variant, values }));
