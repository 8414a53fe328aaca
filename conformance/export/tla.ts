/**
 * The register model of a table as a module of TLA+, which TLC can check: the same states and the same steps, written
 * as model/registers/README.md and spec/README.md say them, and not for speed.
 *
 * Source of the language: L. Lamport, *Specifying Systems*, 2002.
 */
import type { Scope } from "../../model/registers/scope.js";
import type { Selection } from "../../spec/quorum-table.js";
import { translatable } from "./translatable.js";

/** Throws RangeError for what is not translated. */
export function tlaOf(scope: Scope): string {
  const { table, registerSets } = scope;
  const { name, values, sets } = translatable(scope, "TLA+");
  return `${"-".repeat(20)} MODULE ${name} ${"-".repeat(20)}
(* The register model of the quorum table ${JSON.stringify(table.name.replaceAll("*)", ""))}: write-once registers, and what was proposed.
   Register sets ${registerSets.join(", ")} of the table are numbered 0 to ${registerSets.length - 1} here.

   To check it, save this as ${name}.tla, beside it as ${name}.cfg
       SPECIFICATION Spec
       INVARIANT Agreement
   and run: java -cp tla2tools.jar tlc2.TLC -deadlock ${name}
   (-deadlock: that nothing can happen any more is no error.) *)
EXTENDS Integers, FiniteSets

Servers == ${setOf(table.servers.map(text))}
Sets == 0..${registerSets.length - 1}
Values == ${setOf(values.map(text))}
Unwritten == "unwritten"
Nil == "nil"

(* Who decides in a register set, who is asked before, and whether one client alone may propose in it. *)
Phase2(r) == ${byRow(sets.map(({ phase2 }) => quorumsText(phase2)))}
Phase1(r) == ${byRow(sets.map(({ phase1 }) => quorumsText(phase1)))}
Owned(r) == r \\in ${setOf(sets.flatMap(({ isOwned }, r) => (isOwned ? [`${r}`] : [])))}

VARIABLES register, proposals

Init == /\\ register = [s \\in Servers |-> [r \\in Sets |-> Unwritten]]
        /\\ proposals = [r \\in Sets |-> {}]

(* What the servers of P tell a client of r, which hears from them alone. *)
Below(r) == {b \\in Sets : b < r}
Prepared(r) == {s \\in Servers : \\A b \\in Below(r) : register[s][b] /= Unwritten}
Held(P, b) == {register[s][b] : s \\in P} \\cap Values
Seen(P, r) == {b \\in Below(r) : Held(P, b) /= {}}
Greatest(S) == CHOOSE b \\in S : \\A c \\in S : c <= b
Choosable(P, b) == {v \\in Values : \\E Q \\in Phase2(b) : \\A s \\in P \\cap Q : register[s][b] = v}

${SELECTIONS[table.selection]}
Propose(r, v) == /\\ IF Owned(r) THEN proposals[r] = {} ELSE v \\notin proposals[r]
                 /\\ \\E P \\in SUBSET Prepared(r) :
                      /\\ Enough(P, r)
                      /\\ \\E input \\in Values : v \\in Chosen(P, r, input)
                 /\\ proposals' = [proposals EXCEPT ![r] = proposals[r] \\cup {v}]
                 /\\ UNCHANGED register

Write(s, r, v) == /\\ v \\in proposals[r]
                  /\\ register[s][r] = Unwritten
                  /\\ register' = [register EXCEPT ![s][r] = v]
                  /\\ UNCHANGED proposals

Freeze(s, r) == /\\ \\E b \\in Below(r) : register[s][b] = Unwritten
                /\\ register' = [register EXCEPT ![s] = [b \\in Sets |->
                     IF b < r /\\ register[s][b] = Unwritten THEN Nil ELSE register[s][b]]]
                /\\ UNCHANGED proposals

Next == \\/ \\E r \\in Sets, v \\in Values : Propose(r, v)
        \\/ \\E s \\in Servers, r \\in Sets, v \\in Values : Write(s, r, v)
        \\/ \\E s \\in Servers, r \\in Sets : Freeze(s, r)

Spec == Init /\\ [][Next]_<<register, proposals>>

Decided(v) == \\E r \\in Sets : \\E Q \\in Phase2(r) : \\A s \\in Q : register[s][r] = v
Agreement == \\A v \\in Values, w \\in Values : (Decided(v) /\\ Decided(w)) => v = w
${"=".repeat(48 + name.length)}
`;
}

const ENOUGH = String.raw`Enough(P, r) == \E Q \in Phase1(r) : Q \subseteq P
`;

/** By greatest set with a value; nothing seen leaves the input. */
const bySeen = (chosen: string): string => `${ENOUGH}Chosen(P, r, input) ==
    IF Seen(P, r) = {} THEN {input}
    ELSE LET b == Greatest(Seen(P, r))
             W == Held(P, b)
         IN ${chosen}
`;

const SELECTIONS: Readonly<Record<Selection, string>> = {
  greatest: bySeen("W"),
  eager: bySeen(String.raw`IF Cardinality(W) = 1 THEN W
            ELSE IF W \cap Choosable(P, b) = {} THEN {input} ELSE W \cap Choosable(P, b)`),
  strict: bySeen(
    String.raw`{v \in (IF Cardinality(W) = 1 THEN W ELSE W \cup {input}) : Choosable(P, b) \subseteq {v}}`,
  ),
  "decision-table": String.raw`(* Any set of servers may be enough: the decision table says. *)
Enough(P, r) == TRUE
Bearing(P, r, k, Q) == UNION ({Held(P, c) : c \in {d \in Below(r) : d > k}} \cup {Held(IF Owned(k) THEN P ELSE P \cap Q, k)})
NeverDecides(P, r, k, Q) == (\E s \in P \cap Q : register[s][k] = Nil) \/ Cardinality(Bearing(P, r, k, Q)) > 1
Chosen(P, r, input) ==
    {v \in ({input} \cup UNION {Held(P, b) : b \in Below(r)}) :
        \A k \in Below(r) : \A Q \in Phase2(k) : NeverDecides(P, r, k, Q) \/ Bearing(P, r, k, Q) = {v}}
`,
};

const byRow = (texts: readonly string[]): string =>
  texts.length === 1 ? texts[0]! : `CASE ${texts.map((of, r) => `r = ${r} -> ${of}`).join("\n               [] ")}`;

const quorumsText = (quorums: readonly (readonly string[])[]): string =>
  setOf(quorums.map((quorum) => setOf(quorum.map(text))));

const setOf = (items: readonly string[]): string => `{${items.join(", ")}}`;

const text = (name: string): string => JSON.stringify(name);
