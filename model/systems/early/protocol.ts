/**
 * Early protocols: the register model in words, with one thing wrong, over three servers with majorities.
 *
 * The sound one needs no bookkeeping of clients and no history, because a register that is nil or written stays so.
 * Some flaws take just that away; then the state must say what somebody knows of registers that have changed since:
 * `answer`, what phase 1 of a set has heard from a server, and `told`, which values a register ever held (each write is
 * acknowledged, so whoever got a value acknowledged by a majority outputs it).
 */
import { defineInWords, indexSet, values as valueSet, type WordedProperty } from "../../language/index.js";
import type { Instance } from "../system.js";
import { Facts, type Protocol, type Scope, variablesOf } from "./facts.js";
import { actions } from "./steps.js";

export function earlyProtocol(protocol: Protocol, values: number): Instance {
  const scope: Scope = {
    ...protocol,
    server: indexSet("server", 3, { symmetric: true }),
    set: indexSet("register set", protocol.sets, { prefix: "R" }),
    value: valueSet(values),
  };
  const worded = defineInWords({
    name: `early protocol, ${protocol.flaw}`,
    variables: variablesOf(scope),
    picture: { rows: scope.server, columns: scope.set },
    actions: (variables) => actions(new Facts(variables, scope)),
    properties: (variables) => properties(new Facts(variables, scope)),
  });
  const facts = new Facts(worded.variables, scope);
  const goal = { name: "a value can still be decided", holds: () => scope.value.some((v) => facts.isOutput(v)) };
  return { worded, questions: [{ ask: "invariant" }, { ask: "stuck", goal }] };
}

function properties(facts: Facts): WordedProperty[] {
  const { value } = facts.scope;
  return [
    {
      name: "agreement",
      premise: () => value.some((v) => facts.isOutput(v)),
      parameters: { value, other: value },
      fails: [(v) => facts.isOutput(v), (v, other) => v < other && facts.isOutput(other)],
    },
  ];
}
