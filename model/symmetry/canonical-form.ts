/**
 * One state of a register model to stand for all that differ from it by a symmetry of its table: a state table is
 * columns, one for each server, and proposals are the rest.
 */
import { hasOwner } from "../../spec/quorum-table.js";
import {
  COLUMN_BITS_MAX,
  type Columns,
  FormsByColumns,
  REST_BITS_MAX,
  type Relabelling,
  widthOf,
} from "../columns/index.js";
import type { Symmetry } from "../kernel/index.js";
import { electedSets, FIRST_VALUE } from "../registers/facts.js";
import type { RegistersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { identity, type Permutation } from "./automorphisms.js";
import { type ScopeSymmetry, symmetryOf } from "./scope-symmetry.js";

export class Canonicalizer implements Symmetry {
  readonly symmetry: ScopeSymmetry;
  readonly canonicalizeAll: Symmetry["canonicalizeAll"];
  readonly orbitOf: readonly number[];
  readonly #forms: FormsByColumns;

  constructor({ workspace: { layout } }: RegistersModel, scope: Scope) {
    const columns = columnsOf(scope);
    const bits = { column: widthOf(columns.columns[0]!, layout), proposals: widthOf(columns.rest, layout) };
    this.symmetry = withinReach(symmetryOf(scope), scope.table.servers.length, bits);
    const { servers, values } = this.symmetry;
    const isOwned = scope.registerSets.map((real) => hasOwner(scope.table, real));
    const rows = identity(columns.columns[0]!.length);
    const relabellings = values.map((to) => relabellingBy(to, rows, isOwned));
    this.#forms = new FormsByColumns(layout, columns, { ...servers, relabellings });
    this.canonicalizeAll = this.#forms.canonicalizeAll;
    this.orbitOf = orbitsOf(columns);
  }

  /** Writes the canonical form of the packed state `words` to `into`, which may be `words` itself (the default). */
  canonicalize(words: Int32Array, into: Int32Array = words): void {
    if (into !== words) into.set(words);
    this.canonicalizeAll(into, 0, 1);
  }

  orbitSizeAt(states: Int32Array, offset: number): number {
    return this.#forms.orbitSizeAt(states, offset);
  }
}

/**
 * Cells come in the order of their declaration: register[s][r], then proposal[r], then vote[s][e]. A server's votes
 * follow its registers.
 */
function columnsOf({ table, registerSets }: Scope): Columns {
  const [sets, votes] = [registerSets.length, electedSets({ table, registerSets }).length];
  const firstProposal = table.servers.length * sets;
  const firstVote = firstProposal + sets;
  const cells = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);
  return {
    columns: table.servers.map((_, s) => [...cells(s * sets, sets), ...cells(firstVote + s * votes, votes)]),
    rest: cells(firstProposal, sets),
  };
}

/** Cells of a row may change places: a symmetry keeps register sets. */
function orbitsOf({ columns, rest }: Columns): number[] {
  const orbits: number[] = [];
  for (const cells of columns) for (const [row, cell] of cells.entries()) orbits[cell] = row;
  for (const [r, cell] of rest.entries()) orbits[cell] = columns[0]!.length + r;
  return orbits;
}

/**
 * Of values. Votes have contents like registers; the proposals of a set that nobody owns are a set of values, bit v for
 * value v.
 */
function relabellingBy(to: Permutation, rows: Permutation, isOwned: readonly boolean[]): Relabelling {
  const ofRegister = (content: number): number =>
    content < FIRST_VALUE ? content : FIRST_VALUE + to[content - FIRST_VALUE]!;
  const ofOne = (proposal: number): number => (proposal === 0 ? 0 : 1 + to[proposal - 1]!);
  const ofMany = (proposals: number): number =>
    to.reduce((image, target, value) => image | (((proposals >>> value) & 1) << target), 0);
  const sets = identity(isOwned.length);
  return {
    ofColumn: { to: rows, contentAfter: (_, content) => ofRegister(content) },
    ofRest: { to: sets, contentAfter: (r, proposal) => (isOwned[r] ? ofOne(proposal) : ofMany(proposal)) },
  };
}

/** The part of the symmetry that canonical forms can handle, with a word on what had to be left out. */
function withinReach(
  symmetry: ScopeSymmetry,
  serverCount: number,
  bits: { readonly column: number; readonly proposals: number },
): ScopeSymmetry {
  const { servers, values, limits } = symmetry;
  const identities = identity(serverCount);
  if (bits.column > COLUMN_BITS_MAX) {
    const limit = `no symmetry is used: a server's registers take ${bits.column} bits, more than ${COLUMN_BITS_MAX}`;
    return {
      servers: { classes: identities.map((s) => [s]), representatives: [identities], isWhole: false },
      values: [values[0]!],
      limits: [...limits, limit],
    };
  }
  if (values.length === 1 || bits.proposals <= REST_BITS_MAX) return symmetry;
  const limit = `values are not permuted: proposals take ${bits.proposals} bits, more than ${REST_BITS_MAX}`;
  return { servers, values: [values[0]!], limits: [...limits, limit] };
}
