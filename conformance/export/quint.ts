/**
 * The register model of a table as a module of Quint: the same states and the same steps, written as
 * model/registers/README.md and spec/README.md say them, and not for speed. Names are those of itf.ts, so that
 * `quorate replay` reads the runs that Quint finds.
 *
 * Source of the language: https://quint-lang.org/docs/lang
 */
import type { Scope } from "../../model/registers/scope.js";
import type { Selection } from "../../spec/quorum-table.js";
import { translatable } from "./translatable.js";

/** Throws RangeError for what is not translated. */
export function quintOf(scope: Scope): string {
  const { table, registerSets } = scope;
  const { name, values, sets } = translatable(scope, "Quint");
  const bySet = (texts: readonly string[]): string =>
    `Map(\n${texts.map((text, r) => `    ${registerSets[r]} -> ${text}`).join(",\n")}\n  )`;
  return `// The register model of the quorum table ${text(table.name)}: write-once registers, and what was proposed.
//
//   quint typecheck ${name}.qnt
//   quint run --invariant agreement --mbt --out-itf run.itf.json ${name}.qnt
//   quorate replay run.itf.json --table my-table.yaml
module ${name} {
  pure val Servers = ${setOf(table.servers.map(text))}
  pure val RegisterSets = ${setOf(registerSets.map(String))}
  pure val Values = ${setOf(values.map(text))}
  pure val Unwritten = ""
  pure val Nil = "-"

  // Who decides in a register set, who is asked before, and in which one client alone may propose.
  pure val Phase2 = ${bySet(sets.map(({ phase2 }) => quorumsText(phase2)))}
  pure val Phase1 = ${bySet(sets.map(({ phase1 }) => quorumsText(phase1)))}
  pure val Owned: Set[int] = ${setOf(sets.flatMap(({ isOwned }, r) => (isOwned ? [`${registerSets[r]}`] : [])))}

  var registers: str -> (int -> str)
  var proposals: int -> Set[str]

  action init = all {
    registers' = Servers.mapBy(s => RegisterSets.mapBy(r => Unwritten)),
    proposals' = RegisterSets.mapBy(r => Set()),
  }

  // What the servers that a client of r has heard tell it; it hears from them alone.
  pure def below(r) = RegisterSets.filter(b => b < r)
  def prepared(r) = Servers.filter(s => below(r).forall(b => registers.get(s).get(b) != Unwritten))
  def held(heard, b) = heard.map(s => registers.get(s).get(b)).intersect(Values)
  def seen(heard, r) = below(r).filter(b => held(heard, b) != Set())
  pure def greatest(found) = found.fold(-1, (most, b) => if (b > most) b else most)
  def choosable(heard, b) = Values.filter(v =>
    Phase2.get(b).exists(quorum => heard.intersect(quorum).forall(s => registers.get(s).get(b) == v)))

${SELECTIONS[table.selection]}
  action propose(r, v) = all {
    if (Owned.contains(r)) proposals.get(r) == Set() else not(proposals.get(r).contains(v)),
    prepared(r).powerset().exists(heard =>
      enough(heard, r) and Values.exists(input => chosen(heard, r, input).contains(v))),
    registers' = registers,
    proposals' = proposals.set(r, proposals.get(r).union(Set(v))),
  }

  action write(s, r, v) = all {
    proposals.get(r).contains(v),
    registers.get(s).get(r) == Unwritten,
    registers' = registers.set(s, registers.get(s).set(r, v)),
    proposals' = proposals,
  }

  action freeze(s, r) = all {
    below(r).exists(b => registers.get(s).get(b) == Unwritten),
    registers' = registers.set(s, RegisterSets.mapBy(b =>
      if (b < r and registers.get(s).get(b) == Unwritten) Nil else registers.get(s).get(b))),
    proposals' = proposals,
  }

  action step = any {
    nondet registerSet = oneOf(RegisterSets)
    nondet value = oneOf(Values)
    propose(registerSet, value),

    nondet server = oneOf(Servers)
    nondet registerSet = oneOf(RegisterSets)
    nondet value = oneOf(Values)
    write(server, registerSet, value),

    nondet server = oneOf(Servers)
    nondet registerSet = oneOf(RegisterSets)
    freeze(server, registerSet),
  }

  def decided(v) = RegisterSets.exists(r =>
    Phase2.get(r).exists(quorum => quorum.forall(s => registers.get(s).get(r) == v)))
  val agreement = Values.forall(v => Values.forall(w => (decided(v) and decided(w)) implies v == w))
}
`;
}

const ENOUGH = `  def enough(heard, r) = Phase1.get(r).exists(quorum => quorum.subseteq(heard))
`;

/** By greatest set with a value; nothing seen leaves the input. */
const bySeen = (chosen: string): string => `${ENOUGH}  def chosen(heard, r, input) =
    if (seen(heard, r) == Set()) Set(input) else {
      val b = greatest(seen(heard, r))
      val found = held(heard, b)
      ${chosen}
    }
`;

const SELECTIONS: Readonly<Record<Selection, string>> = {
  greatest: bySeen("found"),
  eager: bySeen(`val open = found.intersect(choosable(heard, b))
      if (found.size() == 1) found else if (open == Set()) Set(input) else open`),
  strict: bySeen(`val wanted = if (found.size() == 1) found else found.union(Set(input))
      wanted.filter(v => choosable(heard, b).subseteq(Set(v)))`),
  "decision-table": `  // Any set of servers may be enough: the decision table says.
  pure def enough(heard, r) = true
  def bearing(heard, r, k, quorum) = below(r).filter(b => b > k).map(b => held(heard, b))
    .union(Set(held(if (Owned.contains(k)) heard else heard.intersect(quorum), k))).flatten()
  def neverDecides(heard, r, k, quorum) =
    heard.intersect(quorum).exists(s => registers.get(s).get(k) == Nil) or bearing(heard, r, k, quorum).size() > 1
  def chosen(heard, r, input) = below(r).map(b => held(heard, b)).union(Set(Set(input))).flatten().filter(v =>
    below(r).forall(k => Phase2.get(k).forall(quorum =>
      neverDecides(heard, r, k, quorum) or bearing(heard, r, k, quorum) == Set(v))))
`,
};

const quorumsText = (quorums: readonly (readonly string[])[]): string =>
  setOf(quorums.map((quorum) => setOf(quorum.map(text))));

const setOf = (items: readonly string[]): string => `Set(${items.join(", ")})`;

const text = (name: string): string => JSON.stringify(name);
