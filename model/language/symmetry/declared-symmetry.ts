/** The symmetry that a model's index sets declare: one state stands for all that differ by the names of members. */

import { FormsByColumns } from "../../columns/index.js";
import { type Model, ModelError, type Symmetry } from "../../kernel/index.js";
import type { Declared } from "../variable.js";
import { columnsOf } from "./columns.js";
import { FormsByRefinement } from "./forms-by-refinement.js";
import { canHaveTables, FormsByTables } from "./forms-by-tables.js";
import { Packing } from "./packing.js";
import { Renaming } from "./renaming.js";
import { type Structure, structureOf } from "./structure.js";

export class DeclaredSymmetry implements Symmetry {
  readonly orbitOf: readonly number[];
  readonly canonicalizeAll: Symmetry["canonicalizeAll"];
  readonly #structure: Structure;
  readonly #forms: Pick<Symmetry, "canonicalizeAll" | "orbitSizeAt">;

  constructor(variables: readonly Declared[], model: Model) {
    const structure = structureOf(variables);
    this.#structure = structure;
    this.orbitOf = structure.cells.map(({ kind }) => kind);
    this.#forms = formsOf(structure, model);
    this.canonicalizeAll = (states, first, end) => this.#forms.canonicalizeAll(states, first, end);
    this.#refuseUnevenStart(model);
  }

  get isTrivial(): boolean {
    return this.#structure.sets.length === 0;
  }

  orbitSizeAt(states: Int32Array, offset: number): number {
    return this.#forms.orbitSizeAt(states, offset);
  }

  #refuseUnevenStart(model: Model): void {
    const renaming = new Renaming(this.#structure);
    const contents = new Int32Array(this.#structure.cells.length);
    new Packing(model).unpack(model.initial, 0, contents);
    const { sets, bounds } = this.#structure;
    for (const [index, set] of sets.entries()) {
      const odd = set.members.find((member) => !renaming.areTwins(contents, bounds[index]!, bounds[index]! + member));
      if (odd === undefined) continue;
      const sentence = `it is declared symmetric, and initially ${set.nameOf(0)} and ${set.nameOf(odd)} are not alike`;
      throw new ModelError(model.name, `index set ${set.name}`, sentence, true);
    }
  }
}

/**
 * By columns where a set has them: sorting takes least. By tables where there are few renamings, whatever contents
 * mention. By refinement else: it has no bounds, and takes longest.
 */
function formsOf(structure: Structure, model: Model): Pick<Symmetry, "canonicalizeAll" | "orbitSizeAt"> {
  const { layout } = model.workspace;
  const byColumns = columnsOf(structure, layout);
  if (byColumns !== null) return new FormsByColumns(layout, ...byColumns);
  return canHaveTables(structure, layout)
    ? new FormsByTables(structure, layout)
    : new FormsByRefinement(structure, model);
}
