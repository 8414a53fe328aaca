/** The register model of a table, to be walked through. */
import { RegisterFacts } from "../../model/registers/facts.js";
import { stateTableOf, stepOf } from "../../model/registers/reading.js";
import { type RegistersModel, registersModel } from "../../model/registers/registers.js";
import type { Scope } from "../../model/registers/scope.js";
import { valueName } from "../../model/registers/values.js";
import { isElected } from "../../spec/quorum-table.js";
import { formatRegister } from "../../spec/register.js";
import { hasServer, namesOf } from "../../spec/server-set.js";
import { decidingQuorums, decisionsIn } from "../../spec/state-table.js";
import { formatStep } from "../../spec/trace.js";
import { nameServers } from "../words/server-names.js";
import type { Explorable, PictureRow, StatePicture } from "./explorable.js";

export function tableExplorable(scope: Scope): Explorable {
  const model = registersModel(scope);
  const facts = new RegisterFacts(scope, model.variables);
  const values = Array.from({ length: scope.values }, (_, value) => value);
  return {
    model,
    sentenceOf: (step) => formatStep(stepOf(model, scope, step)),
    picture: () => pictureOf(model, scope, facts),
    outcomes: values.map((v) => ({
      name: valueName(v),
      holds: () => scope.registerSets.some((_, r) => facts.isDecidedIn(r, v)),
    })),
  };
}

function pictureOf(model: RegistersModel, scope: Scope, facts: RegisterFacts): StatePicture {
  const { table, values } = scope;
  const state = stateTableOf(model, scope);
  const decisions = decisionsIn(table, state).map((decision) => ({
    ...decision,
    quorums: decidingQuorums(table, decision),
  }));
  const proposed = (r: number): string =>
    Array.from({ length: values }, (_, value) => value)
      .filter((value) => facts.isProposed(r, value))
      .map(valueName)
      .join(" ");
  const rows = state.rows.map((registers, r): PictureRow => {
    const here = decisions.filter(({ registerSet }) => registerSet === state.registerSets[r]);
    const cells = registers.map((register, server) => ({
      text: formatRegister(register),
      decides: here.some(({ quorums }) => hasServer(quorums.members, server)),
    }));
    return {
      name: `R${state.registerSets[r]}`,
      cells: [...cells, { text: proposed(r), decides: false }],
      note: here.map(({ value, quorums }) => `${value} decided by ${nameServers(quorums.smallest, table)}`).join("; "),
    };
  });
  const votes = scope.registerSets.flatMap((real, r): [string, string][] =>
    isElected(table, real) ? [[`votes in R${real}`, votesIn(facts, scope, r)]] : [],
  );
  return { tables: [{ title: "", head: [...table.servers, "proposed"], rows }], lines: votes };
}

/** `A: S0, S1; B: S2` */
const votesIn = (facts: RegisterFacts, { table, values }: Scope, r: number): string =>
  Array.from({ length: values }, (_, value) => value)
    .map((value) => [valueName(value), namesOf(facts.voters(r, value), table.servers)] as const)
    .filter(([, voters]) => voters.length > 0)
    .map(([value, voters]) => `${value}: ${voters.join(", ")}`)
    .join("; ");
