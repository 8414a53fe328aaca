/**
 * The register model as Promela, the language of Spin: the same states and the same steps, written for speed.
 *
 * For the benchmark against Spin to mean anything, Spin must get a model that its own experts would write:
 * - One process with one control location, and every step a `d_step`: Spin stores no state in between, so that its
 *   states are exactly the register model's (model/registers/README.md) and so are its transitions.
 * - One bit a server and content. Guards on sets of servers are a few machine instructions, and a state of 3 servers,
 *   5 sets and 2 values takes 55 bits. (Measured: one byte a register is slower and larger; `atomic` is as fast as
 *   `d_step`.)
 * - Quorums and the levels of selection are unrolled into constant expressions, so that there are no temporaries to
 *   store.
 *
 * Whether agreement holds is not asked: the benchmark counts states, and Spin is to spend its time on nothing else.
 * Quorate judges its properties in every state all the same. Source of the language:
 * spinroot.com/spin/Man/promela.html.
 */
import { hasOwner } from "../../spec/quorum-table.js";
import { allServers, type ServerSet, singleton } from "../../spec/server-set.js";
import { phase1Quorums } from "../../spec/table-families.js";
import { refuseElectionsAndGates, type Scope } from "../registers/scope.js";
import { valueName } from "../registers/values.js";
import { refuseVariant } from "../registers/variant.js";

/** Spin's `unsigned` fields end here, in bits. */
const FIELD_BITS_MAX = 31;

/**
 * Throws RangeError for what is not translated: a selection other than `greatest`, a variant other than the plain
 * one, or more register sets than a field has bits.
 */
export function promelaOf(scope: Scope): string {
  const { table, registerSets } = scope;
  if (table.selection !== "greatest") {
    throw new RangeError(`table ${table.name} selects by ${table.selection}; only greatest is translated to Promela`);
  }
  refuseVariant(scope, "the translation to Promela");
  refuseElectionsAndGates(scope, "the translation to Promela");
  if (registerSets.length > FIELD_BITS_MAX) throw new RangeError(`more than ${FIELD_BITS_MAX} register sets`);
  const sections = [
    heading(scope),
    declarations(scope),
    phase1Macros(scope),
    "active proctype registers() {",
    // Spin takes a state without successors for an error unless its location is a valid end.
    "end:",
    "  do",
    ...[...freezes(scope), ...proposals(scope), ...writes(scope)].map((step) => `  ${step}`),
    "  od",
    "}",
  ];
  return `${sections.join("\n")}\n`;
}

/**
 * The longest run: every step writes a register, or adds a proposal. Spin's depth-first stack needs no more, and one
 * for the initial state.
 */
export function longestRun({ table, registerSets, values }: Scope): number {
  const proposals = registerSets.map((real) => (hasOwner(table, real) ? 1 : values));
  return table.servers.length * registerSets.length + proposals.reduce((sum, count) => sum + count, 0);
}

const heading = ({ table, registerSets, values, clients }: Scope): string =>
  [
    `/* ${table.name.replaceAll("*/", "")}: ${table.servers.length} servers, register sets ${registerSets.join(" ")}, ${values} values,`,
    `   ${clients === null ? "free inputs" : `${clients} fixed clients`}. Sets are numbered 0, 1, ... in this order.`,
    "   blank_r and holdsV_r: the servers whose register in set r is unwritten, or holds V; bit s for server s. Else it is nil.",
    "   proposedV: the sets in which V is proposed; bit r for set r. */",
  ].join("\n");

function declarations({ table, registerSets, values }: Scope): string {
  const servers = table.servers.length;
  const names = upTo(values).map(valueName);
  return [
    ...registerSets.flatMap((_, r) => [
      `unsigned blank_${r} : ${servers} = ${allServers(servers)};`,
      ...names.map((value) => `unsigned holds${value}_${r} : ${servers};`),
    ]),
    ...names.map((value) => `unsigned proposed${value} : ${registerSets.length};`),
  ].join("\n");
}

// Phase 1. A client of r hears from a set P of servers that are prepared at r. With b going down from r - 1,
// MISSING_r_b are the servers that cannot be in a P whose greatest set with a value is b: not prepared, or with a
// value between b and r.

/** HEARS_r(missing): the other servers contain a phase-1 quorum of r. */
function phase1Macros({ table, registerSets, values }: Scope): string {
  const macros = registerSets.flatMap((real, r) => {
    if (r === 0) return [];
    const hears = phase1Quorums(table, real).map((quorum) => `!((missing) & ${quorum})`);
    const blank = upTo(r).map((below) => `blank_${below}`);
    const missing = [`#define MISSING_${r}_${r - 1} (${blank.join(" | ")})`];
    for (let b = r - 2; b >= -1; b--) {
      const holders = upTo(values).map((v) => `holds${valueName(v)}_${b + 1}`);
      missing.push(`#define MISSING_${r}_${level(b)} (MISSING_${r}_${b + 1} | ${holders.join(" | ")})`);
    }
    return [`#define HEARS_${r}(missing) (${hears.join(" || ")})`, ...missing];
  });
  return macros.join("\n");
}

/**
 * Selection `greatest`: some P lets its client propose v in r, from level b downwards. Nested, because P only shrinks
 * from one level to the next: without a quorum here there is none below. Null: never.
 */
function allows(scope: Scope, r: number, v: number, b: number): string | null {
  const hears = `HEARS_${r}(MISSING_${r}_${level(b)})`;
  if (b < 0) return isInput(scope, r, v) ? hears : null;
  const seen = `(holds${valueName(v)}_${b} & ~MISSING_${r}_${b})`;
  const below = allows(scope, r, v, b - 1);
  return `(${hears} && ${below === null ? seen : `(${seen} || ${below})`})`;
}

const level = (b: number): string => (b < 0 ? "NONE" : `${b}`);

/** Whether a client that proposes in r may have v as its input; see Scope.clients. */
function isInput({ table, registerSets, clients }: Scope, r: number, v: number): boolean {
  if (clients === null) return true;
  return hasOwner(table, registerSets[r]!) ? v === r % clients : v < clients;
}

// The three actions of the register model, one alternative of the loop for each choice of their parameters.

function freezes({ table, registerSets }: Scope): string[] {
  const servers = table.servers.length;
  return upTo(registerSets.length).flatMap((r) =>
    upTo(r === 0 ? 0 : servers).map((s) => {
      const below = upTo(r);
      const guard = `(${below.map((k) => `blank_${k}`).join(" | ")}) & ${singleton(s)}`;
      return step(
        guard,
        below.map((k) => `blank_${k} = blank_${k} & ${without(servers, s)}`),
      );
    }),
  );
}

function proposals(scope: Scope): string[] {
  const { table, registerSets, values } = scope;
  return registerSets.flatMap((real, r) =>
    upTo(values).flatMap((v) => {
      const mine = `proposed${valueName(v)}`;
      const phase1 = r === 0 ? null : allows(scope, r, v, r - 1);
      if (r === 0 && !isInput(scope, r, v)) return [];
      const rivals = hasOwner(table, real) ? upTo(values).map((value) => `proposed${valueName(value)}`) : [mine];
      const unproposed = `!((${rivals.join(" | ")}) & ${1 << r})`;
      return [step(phase1 === null ? unproposed : `${unproposed} && ${phase1}`, [`${mine} = ${mine} | ${1 << r}`])];
    }),
  );
}

/**
 * Values that no client can propose in set 0, where clients and inputs are fixed, are left out: their guards would
 * cost time.
 */
function writes(scope: Scope): string[] {
  const { table, registerSets, values } = scope;
  const servers = table.servers.length;
  return upTo(registerSets.length).flatMap((r) =>
    upTo(servers).flatMap((s) =>
      upTo(values)
        .filter((v) => r > 0 || isInput(scope, r, v))
        .map(valueName)
        .map((value) =>
          step(`(blank_${r} & ${singleton(s)}) && (proposed${value} & ${1 << r})`, [
            `blank_${r} = blank_${r} & ${without(servers, s)}`,
            `holds${value}_${r} = holds${value}_${r} | ${singleton(s)}`,
          ]),
        ),
    ),
  );
}

const step = (guard: string, effects: readonly string[]): string => `:: d_step { (${guard}) -> ${effects.join("; ")} }`;

const without = (servers: number, server: number): ServerSet => allServers(servers) & ~singleton(server);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
