/** Every property of every model is seen to fail where something is wrong: one that cannot fail says nothing. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasOwner } from "../../../spec/quorum-table.js";
import { agreementHolds, decidedValues, nonTrivialityHolds } from "../../../spec/state-table.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { type Action, explore, generateJudge, type Model, violatingRun, Walk } from "../../kernel/index.js";
import { messagesModel } from "../../messages/messages.js";
import { stateTableOf } from "../reading.js";
import { reducedRegistersModel } from "../reduced.js";
import { registersModel } from "../registers.js";
import { compressedRegisterSets, type Scope } from "../scope.js";
import { valueName } from "../values.js";

const alone = tableOf(1, [{ sets: [0, FOREVER], decide: quorums("0") }]);
const strangers = tableOf(2, [
  { sets: [0, 0], decide: quorums("0") },
  { sets: [1, 1], decide: quorums("1"), prepare: quorums("1") },
]);

const scopeOf = (table: Scope["table"], clients: number | null): Scope => ({
  table,
  registerSets: [0, 1],
  values: 2,
  clients,
});

/** The model with other guards or another effect for one of its actions. */
function withAction<Changed extends Model>(
  model: Changed,
  name: string,
  change: Partial<Pick<Action, "guard" | "effect">>,
): Changed {
  const changed = (action: Action): Action => {
    const { guard = action.guard, effect = action.effect } = change;
    return { ...action, guard, effect, conditions: [{ holds: guard, arity: Object.keys(action.parameters).length }] };
  };
  expect(model.actions.map((action) => action.name)).toContain(name);
  return {
    ...model,
    descriptor: null,
    actions: model.actions.map((action) => (action.name === name ? changed(action) : action)),
  };
}

/**
 * Clients of an exclusive set that is still free propose whatever they like, without a look at their input or at any
 * register.
 */
function inventing(scope: Scope) {
  const model = registersModel(scope);
  return withAction(model, "propose", { guard: (r) => model.variables.proposal.is(0, r) });
}

function messagesInventing(scope: Scope) {
  const model = messagesModel(scope);
  return withAction(model, "send propose", { guard: (a) => model.variables.phase.is(0, a) });
}

function messagesInHaste(scope: Scope) {
  const model = messagesModel(scope);
  const { phase, proposal } = model.variables;
  return withAction(model, "output", { guard: (a, v) => phase.is(1, a) && proposal.is(1 + v!, a) });
}

function messagesPromisingOnly(scope: Scope) {
  const model = messagesModel(scope);
  return withAction(model, "deliver prepare", { effect: (r, s) => model.variables.promised.set(1, s, r) });
}

interface Case {
  readonly model: Model;
  readonly property: string;
  /** Steps of a shortest run to where it fails. */
  readonly steps: number;
}

const CASES: readonly Case[] = [
  // Propose and write in R0, freeze, propose and write in R1.
  { model: registersModel(scopeOf(strangers, null)), property: "agreement", steps: 5 },
  // Propose and write what is nobody's input.
  { model: inventing(scopeOf(alone, 1)), property: "non-triviality", steps: 2 },
  // Propose and write in R0 what is the input of the client of R1 alone, who has not proposed.
  { model: inventing(scopeOf(alone, 2)), property: "non-triviality", steps: 2 },
  { model: reducedRegistersModel(scopeOf(strangers, null)), property: "agreement", steps: 5 },
  // In R0: propose, accept, hear of it, output; in R1 as well, and before that send prepare, promise, hear of it.
  { model: messagesModel(scopeOf(strangers, null)), property: "agreement", steps: 11 },
  { model: messagesInventing(scopeOf(alone, 1)), property: "non-triviality", steps: 4 },
  { model: messagesInHaste(scopeOf(alone, null)), property: "outputs are decided", steps: 2 },
  { model: messagesPromisingOnly(scopeOf(alone, null)), property: "promises are kept", steps: 2 },
];

describe("a property", () => {
  it.each(CASES.map((one) => [one.model.name, one.property, one.steps, one] as const))(
    "%s: %s fails after %i steps",
    async (_, property, steps, { model }) => {
      for (const options of [{}, { graphTransitionsMax: 1e6 }]) {
        const exploration = await explore(model, options);
        expect(exploration.complete).toBe(true);
        const run = violatingRun(exploration, property);
        expect(run).toHaveLength(steps);
        const { holds } = model.properties.find(({ name }) => name === property)!;
        const walk = new Walk(model);
        for (const step of run) {
          expect(holds()).toBe(true);
          walk.take(step);
        }
        expect(holds()).toBe(false);
      }
    },
  );

  it("of any model is among those that are seen to fail here", () => {
    const models = [
      registersModel(scopeOf(alone, null)),
      reducedRegistersModel(scopeOf(alone, null)),
      messagesModel(scopeOf(alone, null)),
    ];
    const declared = models.flatMap(({ name, properties }) =>
      properties.map((property) => `${name}: ${property.name}`),
    );
    expect(new Set(CASES.map(({ model, property }) => `${model.name}: ${property}`))).toEqual(new Set(declared));
  });
});

describe("the properties of the register model, in any state whatever", () => {
  it("say what spec says of the state table", () => {
    const seen = { agreement: { holds: 0, fails: 0 }, "non-triviality": { holds: 0, fails: 0 } };
    fc.assert(
      fc.property(
        arbitraryTable({ servers: { min: 1, max: 4 }, ranges: { min: 1, max: 3 }, allocation: "any" }),
        fc.constantFrom({ clients: null, values: 2 }, { clients: 1, values: 2 }, { clients: 2, values: 3 }),
        fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
        (table, inputs, contents) => {
          const scope: Scope = { table, registerSets: compressedRegisterSets(table), ...inputs };
          const model = registersModel(scope);
          const { workspace } = model;
          // Registers come before proposals; mostly values, or nothing would be decided.
          const registers = table.servers.length * scope.registerSets.length;
          for (const [cell, domain] of workspace.layout.domains.entries()) {
            const content = contents[cell % contents.length]!;
            workspace.write(
              cell,
              (cell < registers && content % 4 > 0 ? 2 + (content % (domain - 2)) : content) % domain,
            );
          }
          workspace.commit();
          const state = stateTableOf(model, scope);
          const expected = {
            agreement: agreementHolds(table, state),
            "non-triviality": nonTrivialityHolds(
              decidedValues(table, state),
              proposedInputs(scope, model.variables.proposal),
            ),
          };
          const failures = generateJudge(model)(workspace.words, 0);
          for (const [index, { name, holds }] of model.properties.entries()) {
            const isExpected = expected[name as keyof typeof expected];
            expect(holds()).toBe(isExpected);
            expect(((failures >>> index) & 1) === 0).toBe(isExpected);
            seen[name as keyof typeof seen][isExpected ? "holds" : "fails"]++;
          }
        },
      ),
      { numRuns: tries(200, 500), seed: 1 },
    );
    for (const { holds, fails } of Object.values(seen)) expect(Math.min(holds, fails)).toBeGreaterThan(25);
  });
});

/**
 * The values that some client proposed as its own input: client c of C has input c, owns the sets r with r mod C = c,
 * and may use all open ones.
 */
function proposedInputs(
  { table, registerSets, values, clients }: Scope,
  proposal: Model["variables"][string],
): Set<string> {
  const inputs = new Set<string>();
  for (const [r, real] of registerSets.entries()) {
    for (let v = 0; v < values; v++) {
      const open = !hasOwner(table, real);
      const isProposed = open ? ((proposal.at(r) >>> v) & 1) === 1 : proposal.at(r) === 1 + v;
      const isOwn = clients === null || (open ? v < clients : v === r % clients);
      if (isProposed && isOwn) inputs.add(valueName(v));
    }
  }
  return inputs;
}
