-------------------- MODULE three_majority --------------------
(* The register model of the quorum table "three-majority": write-once registers, and what was proposed.
   Register sets 0, 1 of the table are numbered 0 to 1 here.

   To check it, save this as three_majority.tla, beside it as three_majority.cfg
       SPECIFICATION Spec
       INVARIANT Agreement
   and run: java -cp tla2tools.jar tlc2.TLC -deadlock three_majority
   (-deadlock: that nothing can happen any more is no error.) *)
EXTENDS Integers, FiniteSets

Servers == {"S0", "S1", "S2"}
Sets == 0..1
Values == {"A", "B"}
Unwritten == "unwritten"
Nil == "nil"

(* Who decides in a register set, who is asked before, and whether one client alone may propose in it. *)
Phase2(r) == CASE r = 0 -> {{"S0", "S1"}, {"S0", "S2"}, {"S1", "S2"}}
               [] r = 1 -> {{"S0", "S1"}, {"S0", "S2"}, {"S1", "S2"}}
Phase1(r) == CASE r = 0 -> {{}}
               [] r = 1 -> {{"S0", "S1"}, {"S0", "S2"}, {"S1", "S2"}}
Owned(r) == r \in {0, 1}

VARIABLES register, proposals

Init == /\ register = [s \in Servers |-> [r \in Sets |-> Unwritten]]
        /\ proposals = [r \in Sets |-> {}]

(* What the servers of P tell a client of r, which hears from them alone. *)
Below(r) == {b \in Sets : b < r}
Prepared(r) == {s \in Servers : \A b \in Below(r) : register[s][b] /= Unwritten}
Held(P, b) == {register[s][b] : s \in P} \cap Values
Seen(P, r) == {b \in Below(r) : Held(P, b) /= {}}
Greatest(S) == CHOOSE b \in S : \A c \in S : c <= b
Choosable(P, b) == {v \in Values : \E Q \in Phase2(b) : \A s \in P \cap Q : register[s][b] = v}

Enough(P, r) == \E Q \in Phase1(r) : Q \subseteq P
Chosen(P, r, input) ==
    IF Seen(P, r) = {} THEN {input}
    ELSE LET b == Greatest(Seen(P, r))
             W == Held(P, b)
         IN W

Propose(r, v) == /\ IF Owned(r) THEN proposals[r] = {} ELSE v \notin proposals[r]
                 /\ \E P \in SUBSET Prepared(r) :
                      /\ Enough(P, r)
                      /\ \E input \in Values : v \in Chosen(P, r, input)
                 /\ proposals' = [proposals EXCEPT ![r] = proposals[r] \cup {v}]
                 /\ UNCHANGED register

Write(s, r, v) == /\ v \in proposals[r]
                  /\ register[s][r] = Unwritten
                  /\ register' = [register EXCEPT ![s][r] = v]
                  /\ UNCHANGED proposals

Freeze(s, r) == /\ \E b \in Below(r) : register[s][b] = Unwritten
                /\ register' = [register EXCEPT ![s] = [b \in Sets |->
                     IF b < r /\ register[s][b] = Unwritten THEN Nil ELSE register[s][b]]]
                /\ UNCHANGED proposals

Next == \/ \E r \in Sets, v \in Values : Propose(r, v)
        \/ \E s \in Servers, r \in Sets, v \in Values : Write(s, r, v)
        \/ \E s \in Servers, r \in Sets : Freeze(s, r)

Spec == Init /\ [][Next]_<<register, proposals>>

Decided(v) == \E r \in Sets : \E Q \in Phase2(r) : \A s \in Q : register[s][r] = v
Agreement == \A v \in Values, w \in Values : (Decided(v) /\ Decided(w)) => v = w
==============================================================
