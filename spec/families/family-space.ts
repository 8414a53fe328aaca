/** How the families of a table are kept: by diagrams where these are small, else by lists where there is one. */
import type { ServerSet } from "../server-set.js";
import { DiagramFamilies, DiagramFamily } from "./diagram-family.js";
import { Diagrams } from "./diagrams.js";
import type { Family } from "./family.js";
import { type Formula, orderOfMention } from "./formula.js";
import { listOf } from "./formula-list.js";
import { ListedFamilies } from "./listed-family.js";
import { FALSE, TRUE } from "./node.js";
import { NODES_MAX, TooComplex } from "./too-complex.js";

/** Diagrams this small are good enough, for any order of servers. */
const SMALL = 2000;

/** Diagrams larger than this are left to lists where there are any: a tenth of a second. */
const NODES_BEFORE_LISTS = 30_000;

/** The families of one table, so that they can be compared. */
export class FamilySpace {
  readonly #byDiagram: DiagramFamilies;
  readonly #byList: ListedFamilies;
  readonly #lists: ReadonlyMap<Formula, readonly ServerSet[]>;

  /** @param lists the quorums of those formulas whose diagrams would be too large */
  constructor(diagrams: Diagrams, lists: ReadonlyMap<Formula, readonly ServerSet[]> = new Map()) {
    this.#byDiagram = new DiagramFamilies(diagrams);
    this.#byList = new ListedFamilies(this.#byDiagram.everybody);
    this.#lists = lists;
  }

  /** Throws TooComplex. */
  familyOf(formula: Formula): Family {
    const list = this.#lists.get(formula);
    if (list !== undefined) return this.#byList.containing(list);
    return this.#byDiagram.family(this.#byDiagram.diagrams.build(formula));
  }

  /** The family of every set, the empty one as well. */
  get everySet(): Family {
    return this.#byDiagram.family(TRUE);
  }

  /** A quorum of every one of the families, of which there is at least one. Throws TooComplex. */
  allOf(families: readonly Family[]): Family {
    const distinct = [...new Set(families)];
    return distinct.length === 1 ? distinct[0]! : this.anyOf(distinct.map(({ dual }) => dual)).dual;
  }

  /** A quorum of any of the families, of which there is at least one. Throws TooComplex. */
  anyOf(families: readonly Family[]): Family {
    if (families.length === 1) return families[0]!;
    const diagrams = families.filter((family) => family instanceof DiagramFamily);
    if (diagrams.length < families.length)
      return this.#byList.containing(families.flatMap((family) => family.listOnTheWay()));
    const nodes = diagrams.map(({ node }) => node);
    return this.#byDiagram.family(nodes.reduce((any, node) => this.#byDiagram.diagrams.or(any, node), FALSE));
  }
}

/**
 * A space in which these formulas are built. The order of servers decides how large diagrams are: files name servers
 * group by group, and where they do not, expressions do. Throws TooComplex if nothing that was tried will do.
 */
export function spaceFor(formulas: readonly Formula[], serverCount: number): FamilySpace {
  try {
    return new FamilySpace(diagramsFor(formulas, serverCount, NODES_BEFORE_LISTS));
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
  }
  const lists = new Map<Formula, readonly ServerSet[]>();
  for (const formula of formulas) {
    const list = isSmall(formula, serverCount) ? null : listOf(formula);
    if (list !== null) lists.set(formula, list);
  }
  const rest = formulas.filter((formula) => !lists.has(formula));
  return new FamilySpace(diagramsFor(rest, serverCount, NODES_MAX), lists);
}

function isSmall(formula: Formula, serverCount: number): boolean {
  try {
    diagramsFor([formula], serverCount, SMALL);
    return true;
  } catch (error) {
    if (error instanceof TooComplex) return false;
    throw error;
  }
}

function diagramsFor(formulas: readonly Formula[], serverCount: number, nodesMax: number): Diagrams {
  const asListed = Array.from({ length: serverCount }, (_, server) => server);
  let best: Diagrams | null = null;
  let reason: unknown = null;
  for (const order of [() => asListed, () => orderOfMention(formulas, serverCount)]) {
    try {
      const diagrams = new Diagrams(order());
      for (const formula of formulas) diagrams.build(formula, nodesMax);
      if (best === null || diagrams.size < best.size) best = diagrams;
      if (best.size <= SMALL) break;
    } catch (error) {
      if (!(error instanceof TooComplex)) throw error;
      reason ??= error;
    }
  }
  if (best === null) throw reason;
  return best;
}
