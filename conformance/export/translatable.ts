/** A table as what its translations are made of: names, and quorums that are written one by one. */
import { refuseElectionsAndGates, type Scope } from "../../model/registers/scope.js";
import { valueName } from "../../model/registers/values.js";
import { refuseVariant } from "../../model/registers/variant.js";
import { hasOwner } from "../../spec/quorum-table.js";
import { namesOf, type ServerSet } from "../../spec/server-set.js";
import { phase1Quorums, phase2Quorums } from "../../spec/table-families.js";

export interface Translatable {
  /** Of the module: letters, digits and underscores, with a letter first. */
  readonly name: string;
  readonly values: readonly string[];
  /** In the order of the scope's register sets. */
  readonly sets: readonly TranslatableSet[];
}

interface TranslatableSet {
  /** Quorums by their servers; of the first set the empty one, since there is no set below to ask about. */
  readonly phase1: readonly (readonly string[])[];
  readonly phase2: readonly (readonly string[])[];
  /** Whether one client alone may propose in it. */
  readonly isOwned: boolean;
}

/** More than anybody reads, or checkers take in. */
const QUORUMS_MAX = 2000;

/**
 * Throws RangeError for what is not translated: elections, gates, other variants than the plain one, and very many
 * quorums.
 *
 * @param language what it is translated to
 */
export function translatable(scope: Scope, language: string): Translatable {
  const { table, registerSets, values } = scope;
  refuseVariant(scope, `the translation to ${language}`);
  refuseElectionsAndGates(scope, `the translation to ${language}`);
  return {
    name: moduleName(table.name),
    values: Array.from({ length: values }, (_, value) => valueName(value)),
    sets: registerSets.map((registerSet, r) => ({
      phase1: r === 0 ? [[]] : named(scope, phase1Quorums(table, registerSet)),
      phase2: named(scope, phase2Quorums(table, registerSet)),
      isOwned: hasOwner(table, registerSet),
    })),
  };
}

function named({ table }: Scope, quorums: readonly ServerSet[]): string[][] {
  if (quorums.length > QUORUMS_MAX)
    throw new RangeError(`its ${quorums.length} quorums are too many to be written one by one`);
  return quorums.map((quorum) => namesOf(quorum, table.servers));
}

function moduleName(name: string): string {
  const plain = name.replaceAll(/\W+/g, "_");
  return /^[A-Za-z]/.test(plain) ? plain : `table_${plain}`;
}
