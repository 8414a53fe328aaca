/**
 * What one line of the benchmark measures, in the words of the command line: it must also fit through a child's argv.
 */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { loadTable, parseTable } from "../../spec/table-file.js";
import { leadingRegisterSets, type Scope } from "../registers/scope.js";

export interface BenchmarkScope {
  /** A number of servers, which decide by majority and derive their phase 1; or the path of a table file. */
  readonly table: string;
  /** Sets 0 .. sets - 1 of the table are explored. */
  readonly sets: number;
  readonly values: number;
  /** See Scope.clients. */
  readonly clients: number | null;
}

/** Throws TableFileError, and RangeError for more sets than the table has. */
export function scopeOf({ table, sets, values, clients }: BenchmarkScope): Scope {
  const loaded = isCount(table) ? majorities(Number(table)) : loadTable(table);
  return { table: loaded, registerSets: leadingRegisterSets(loaded, sets), values, clients };
}

export function describeScope({ table, sets, values, clients }: BenchmarkScope): string {
  const inputs = clients === null ? "free inputs" : `${clients} clients`;
  const subject = isCount(table) ? `${table} servers` : scopeOf({ table, sets, values, clients }).table.name;
  return `${subject}, ${sets} sets, ${inputs}${values === 2 ? "" : `, ${values} values`}`;
}

/** The table of the targets: the same majorities in every set. */
export function majorities(servers: number): QuorumTable {
  const names = Array.from({ length: servers }, (_, server) => `S${server}`);
  const text = `name: majorities-${servers}\nservers: [${names.join(", ")}]\nregisters: [{ sets: 0.., decide: majority }]\n`;
  return parseTable(text, `majorities of ${servers}`);
}

export const isCount = (word: string): boolean => /^[1-9]\d?$/.test(word);
