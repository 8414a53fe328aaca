/**
 * The models by name, as worker threads make them again; which steps they leave as they are; and what is refused,
 * sentence by sentence.
 */
import { describe, expect, it } from "vitest";
import { FOREVER, quorums, tableOf } from "../../spec/test/tables.js";
import { actionInstanceOf, defineModel, stepCount } from "../kernel/index.js";
import { type MessagesConfig, messagesModel } from "../messages/messages.js";
import { EVERYTHING } from "../messages/options.js";
import { reducedRegistersModel } from "../registers/reduced.js";
import { registersModel } from "../registers/registers.js";
import { compressedRegisterSets, deeperRegisterSets, leadingRegisterSets, type Scope } from "../registers/scope.js";
import { PLAIN, refuseVariant, type Variant, variantOf } from "../registers/variant.js";
import { modelOf, symmetryFor } from "../registry.js";

const table = tableOf(2, [
  { sets: [0, 0], decide: quorums("0", "1"), open: true },
  { sets: [1, FOREVER], decide: quorums("01") },
]);
const scope: Scope = { table, registerSets: [0, 1, 2], values: 2, clients: null };

describe("a registered model", () => {
  it.each([
    registersModel(scope),
    reducedRegistersModel(scope),
    messagesModel(scope),
    messagesModel(scope, { ...EVERYTHING, crashes: false }),
  ])("is made again from its description: $name", (model) => {
    const again = modelOf(structuredClone(model.descriptor!));
    expect(again.name).toBe(model.name);
    expect(again.actions.map(({ name, parameters }) => ({ name, parameters }))).toEqual(
      model.actions.map(({ name, parameters }) => ({ name, parameters })),
    );
    expect(again.properties.map(({ name }) => name)).toEqual(model.properties.map(({ name }) => name));
    expect([...again.initial]).toEqual([...model.initial]);
    expect(again.descriptor).toEqual(model.descriptor);
  });

  it("of messages keeps the options that it was made with", () => {
    const { config } = messagesModel(scope, { ...EVERYTHING, stutters: false }).descriptor!;
    expect((config as MessagesConfig).options).toEqual({ ...EVERYTHING, stutters: false });
  });

  it("has a symmetry iff it is one of registers", () => {
    for (const model of [registersModel(scope), reducedRegistersModel(scope)]) {
      const { orbitOf } = symmetryFor(model, model.descriptor!);
      expect(orbitOf).toHaveLength(model.workspace.layout.domains.length);
      // Two servers that are alike: their registers of one set have one orbit, those of two sets two.
      expect(orbitOf[0]).toBe(orbitOf[3]);
      expect(orbitOf[0]).not.toBe(orbitOf[1]);
    }
    const messages = messagesModel(scope);
    expect(() => symmetryFor(messages, messages.descriptor!)).toThrow(
      new RangeError("no symmetry is registered for messages"),
    );
  });

  it("by another name there is none", () => {
    expect(() => modelOf({ model: "chess", config: null })).toThrow(new RangeError("no model is registered as chess"));
  });
});

describe("the register models", () => {
  it("have the same steps by number, so that runs of one are runs of the other", () => {
    const [whole, reduced] = [registersModel(scope), reducedRegistersModel(scope)];
    expect(stepCount(reduced.actions)).toBe(stepCount(whole.actions));
    for (let step = 0; step < stepCount(whole.actions); step++) {
      expect(actionInstanceOf(reduced.actions, step)).toEqual(actionInstanceOf(whole.actions, step));
    }
  });

  it("declare persistent what is: proposals, and in the reduction nothing", () => {
    const persistent = (actions: readonly { readonly name: string; readonly persistent?: boolean }[]): string[] =>
      actions.filter((action) => action.persistent).map(({ name }) => name);
    expect(persistent(registersModel(scope).actions)).toEqual(["propose"]);
    expect(persistent(reducedRegistersModel(scope).actions)).toEqual([]);
  });
});

describe("what is refused", () => {
  const byRegister: Variant = { freezes: "register", writesFreezeBelow: false };
  const freezingWrites: Variant = { freezes: "row", writesFreezeBelow: true };

  it.each([
    [
      () => reducedRegistersModel({ ...scope, table: { ...table, selection: "decision-table" } }),
      "selection decision-table asks for more than the greatest value: its runs cannot be reduced",
    ],
    [
      () => reducedRegistersModel({ ...scope, variant: byRegister }),
      "freezes of one register at a time are not reduced; with whole rows the verdict is the same",
    ],
    [
      () => messagesModel({ ...scope, variant: byRegister }),
      "the message model freezes whole rows only, not single registers",
    ],
    [
      () => messagesModel({ ...scope, variant: freezingWrites }),
      "the message model has no writes that freeze the registers below",
    ],
    [
      () => leadingRegisterSets(tableOf(1, [{ sets: [0, 2], decide: quorums("0") }]), 4),
      "the table ends at register set 2, so it has no 4 sets",
    ],
    [
      () =>
        defineModel({
          name: "void",
          variables: { x: { shape: [], domain: 0 } },
          actions: () => [],
          properties: () => [],
        }),
      'model "void", variable x: a domain is a whole number of contents, 1 to 2147483648, not 0',
    ],
    [
      () =>
        defineModel({
          name: "half",
          variables: { x: { shape: [2], domain: (row) => 2 - row / 2 } },
          actions: () => [],
          properties: () => [],
        }),
      'model "half", variable x: a domain is a whole number of contents, 1 to 2147483648, not 1.5',
    ],
  ])("%#", (attempt, sentence) => {
    expect(attempt).toThrow(expect.objectContaining({ message: sentence }));
  });

  it("is not what is plain, or not said", () => {
    for (const variant of [PLAIN, undefined]) {
      const said = variant === undefined ? {} : { variant };
      expect(variantOf(said)).toEqual({ freezes: "row", writesFreezeBelow: false });
      expect(() => refuseVariant(said, "nobody")).not.toThrow();
    }
    expect(variantOf({ variant: byRegister })).toBe(byRegister);
    expect(() => reducedRegistersModel({ ...scope, variant: freezingWrites })).not.toThrow();
  });
});

describe("the sets that a scope takes", () => {
  const three = tableOf(1, [{ sets: [0, 2], decide: quorums("0") }]);
  const two = tableOf(1, [
    { sets: [0, 9], decide: quorums("0") },
    { sets: [10, FOREVER], decide: quorums("0") },
  ]);

  it("from the first on are as many as asked for, up to the table's end", () => {
    expect(leadingRegisterSets(three, 1)).toEqual([0]);
    expect(leadingRegisterSets(three, 3)).toEqual([0, 1, 2]);
    expect(leadingRegisterSets(two, 12)).toHaveLength(12);
  });

  it("are first and last of a range, and one deeper the next or the first that was left out", () => {
    expect(compressedRegisterSets(three)).toEqual([0, 2]);
    expect(compressedRegisterSets(two)).toEqual([0, 9, 10, 11]);
    expect(deeperRegisterSets(two, [0, 9, 10, 11])).toEqual([0, 9, 10, 11, 12]);
    expect(deeperRegisterSets(three, [0, 2])).toEqual([0, 1, 2]);
    expect(deeperRegisterSets(three, [1, 2])).toEqual([0, 1, 2]);
    expect(deeperRegisterSets(three, [0, 1])).toEqual([0, 1, 2]);
    expect(deeperRegisterSets(three, [0, 1, 2])).toBeNull();
  });
});
