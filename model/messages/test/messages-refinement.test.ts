import { describe, expect, it } from "vitest";
import { NO_SERVERS } from "../../../spec/server-set.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { type Action, explore } from "../../kernel/index.js";
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../registers/facts.js";
import { registersModel } from "../../registers/registers.js";
import type { Scope } from "../../registers/scope.js";
import { formatMessageStep, messageStepOf } from "../message-steps.js";
import { type MessagesModel, messagesModel } from "../messages.js";
import { EVERYTHING } from "../options.js";
import { checkRefinement } from "../refinement.js";
import { ACCEPTED, IDLE, STOPPED } from "../state.js";
import {
  anyOneDecides,
  BARE,
  majority,
  openThenMajority,
  scopeOf,
  strangers,
  threeMajority,
  twoServers,
} from "./messages-tables.js";

const explored = (model: MessagesModel) => explore(model, { graphTransitionsMax: 10_000_000 });

describe("the message model refines the register model, and does all that it does", () => {
  it.each([
    { name: "2 servers, everything", scope: scopeOf(twoServers), options: EVERYTHING },
    { name: "2 servers, 3 sets", scope: scopeOf(twoServers, [0, 1, 2]), options: BARE },
    { name: "3 servers, crashes", scope: scopeOf(threeMajority), options: { ...BARE, crashes: true, patience: true } },
    { name: "3 servers, refusals", scope: scopeOf(threeMajority), options: { ...EVERYTHING, crashes: false } },
    { name: "a later pair of sets", scope: scopeOf(threeMajority, [10, 11]), options: BARE },
    { name: "any one decides", scope: scopeOf(anyOneDecides), options: { ...EVERYTHING, crashes: false } },
    { name: "an unsafe table", scope: scopeOf(strangers), options: EVERYTHING },
    { name: "open, greatest", scope: scopeOf(openThenMajority("greatest", majority)), options: BARE },
    { name: "open, eager", scope: scopeOf(openThenMajority("eager", majority)), options: BARE },
    {
      name: "open, strict",
      scope: scopeOf(openThenMajority("strict", majority)),
      options: { ...BARE, patience: true },
    },
    { name: "open, decision-table", scope: scopeOf(openThenMajority("decision-table", majority)), options: BARE },
  ])("$name", async ({ scope, options }) => {
    const model = messagesModel(scope, options);
    const registers = await explore(registersModel(scope), { graphTransitionsMax: 100_000 });
    expect(checkRefinement(model, await explored(model), scope)).toEqual({
      registerStates: registers.distinctStates,
      // Two freezes that do the same are one transition here.
      registerTransitions: distinctTransitions(registers.graph!),
      failure: null,
    });
  });
});

describe("a broken variant does not refine the register model", () => {
  /** The illegal step, and the run that leads up to it, as people read it. */
  async function failure(model: MessagesModel, broken: Scope, scope: Scope = broken) {
    const exploration = await explored(model);
    const { failure } = checkRefinement(model, exploration, scope);
    const run = failure?.run.map((step) => formatMessageStep(messageStepOf(model, broken, step))) ?? [];
    return { reason: failure?.reason, run, violated: [...exploration.violations.keys()] };
  }

  it("a client that counts replies and not servers: duplicates of one promise make any quorum", async () => {
    const broken = scopeOf(tableOf(3, [{ sets: [0, FOREVER], decide: majority, prepare: quorums("0", "1", "2") }]));
    expect(await failure(messagesModel(broken, BARE), broken, scopeOf(threeMajority))).toMatchInlineSnapshot(`
      {
        "reason": "no such step",
        "run": [
          "client of R1 sends prepare",
          "S0 gets prepare for R1, promises",
          "client of R1 hears the promise of S0",
          "client of R1 proposes A",
        ],
        "violated": [
          "agreement",
        ],
      }
    `);
  });

  it("a client that proposes before anybody has promised", async () => {
    const broken = scopeOf(tableOf(3, [{ sets: [0, FOREVER], decide: majority, prepare: [NO_SERVERS] }]));
    expect(await failure(messagesModel(broken, BARE), broken, scopeOf(threeMajority))).toMatchInlineSnapshot(`
      {
        "reason": "no such step",
        "run": [
          "client of R1 sends prepare",
          "client of R1 proposes A",
        ],
        "violated": [
          "agreement",
        ],
      }
    `);
  });

  it("a client that outputs before a quorum has accepted", async () => {
    const broken = scopeOf(tableOf(3, [{ sets: [0, FOREVER], decide: quorums("0", "1", "2"), prepare: majority }]));
    expect(await failure(messagesModel(broken, BARE), broken, scopeOf(threeMajority))).toMatchInlineSnapshot(`
      {
        "reason": "output not decided",
        "run": [
          "client of R0 proposes A",
          "S0 gets the proposal A in R0, answers",
          "client of R0 hears that S0 accepted",
          "client of R0 outputs A",
        ],
        "violated": [
          "agreement",
        ],
      }
    `);
  });

  it("a client that forgets in a crash that it used its register set", async () => {
    const anyOne = { sets: [0, FOREVER] as const, decide: quorums("0", "1") };
    // An open set with one client after the other is an exclusive set that is used again.
    const open = scopeOf(tableOf(2, [{ ...anyOne, open: true }]), [0]);
    const sound = messagesModel(open, { ...BARE, crashes: true });
    const { phase } = sound.variables;
    const isNext = (a: number): boolean =>
      sound.attempts.every((_, other) => other === a || phase.is(IDLE, other) || phase.is(STOPPED, other));
    const model = replacing(sound, (action) =>
      action.name.startsWith("send")
        ? withGuard(action, (a, ...rest) => isNext(a!) && action.guard(a!, ...rest))
        : action,
    );
    expect(await failure(model, open, scopeOf(tableOf(2, [anyOne]), [0]))).toMatchInlineSnapshot(`
      {
        "reason": "two proposals in an exclusive set",
        "run": [
          "client of R0/A proposes A",
          "client of R0/A crashes or gives up",
          "client of R0/B proposes B",
        ],
        "violated": [],
      }
    `);
  });

  it("a server that promises before its registers are durable, and crashes", async () => {
    const scope = scopeOf(threeMajority);
    const sound = messagesModel(scope, BARE);
    const { promised } = sound.variables;
    const model = replacing(sound, (action) =>
      action.name === "deliver prepare" ? { ...action, effect: (r, s) => promised.set(1, s, r) } : action,
    );
    expect(await failure(model, scope)).toMatchInlineSnapshot(`
      {
        "reason": "no such step",
        "run": [
          "client of R1 sends prepare",
          "S0 gets prepare for R1, promises",
          "client of R1 hears the promise of S0",
          "S1 gets prepare for R1, promises",
          "client of R1 hears the promise of S1",
          "client of R1 proposes A",
        ],
        "violated": [
          "promises are kept",
          "agreement",
        ],
      }
    `);
  });

  it("a server that accepts before its register is durable, and crashes", async () => {
    const scope = scopeOf(twoServers);
    const sound = messagesModel(scope, BARE);
    const { answer } = sound.variables;
    const model = replacing(sound, (action) =>
      action.name === "deliver propose" ? { ...action, effect: (a, _, s) => answer.set(ACCEPTED, s, a) } : action,
    );
    expect(await failure(model, scope)).toMatchInlineSnapshot(`
      {
        "reason": "output not decided",
        "run": [
          "client of R0 proposes A",
          "S0 gets the proposal A in R0, answers",
          "client of R0 hears that S0 accepted",
          "S1 gets the proposal A in R0, answers",
          "client of R0 hears that S1 accepted",
          "client of R0 outputs A",
        ],
        "violated": [
          "outputs are decided",
          "agreement",
        ],
      }
    `);
  });

  it("a server whose disk loses nils in a crash", async () => {
    const scope = scopeOf(twoServers);
    const model = losing(
      messagesModel(scope, { ...BARE, crashes: true, stutters: true }),
      (content) => content === NIL,
    );
    expect(await failure(model, scope)).toMatchInlineSnapshot(`
      {
        "reason": "no such step",
        "run": [
          "client of R1 sends prepare",
          "S0 gets prepare for R1, promises",
          "S0 crashes",
        ],
        "violated": [
          "promises are kept",
          "agreement",
        ],
      }
    `);
  });

  it("a server whose disk loses values in a crash", async () => {
    const scope = scopeOf(twoServers);
    const model = losing(
      messagesModel(scope, { ...BARE, crashes: true, stutters: true }),
      (content) => content >= FIRST_VALUE,
    );
    expect(await failure(model, scope)).toMatchInlineSnapshot(`
      {
        "reason": "no such step",
        "run": [
          "client of R0 proposes A",
          "S0 gets the proposal A in R0, answers",
          "S0 crashes",
        ],
        "violated": [
          "promises are kept",
          "outputs are decided",
          "agreement",
        ],
      }
    `);
  });

  it("a server that begins with a register that is frozen already", async () => {
    const scope = scopeOf(twoServers);
    const model = messagesModel(scope, BARE);
    model.workspace.load(model.initial, 0);
    model.variables.register.set(NIL, 0, 0);
    model.workspace.commit();
    const broken = { ...model, initial: model.workspace.words.slice() };
    expect(checkRefinement(broken, await explored(broken), scope).failure).toEqual({
      run: [],
      reason: "no such initial state",
    });
  });
});

it("refuses to check an exploration that has no graph", async () => {
  const model = messagesModel(scopeOf(twoServers), BARE);
  const exploration = await explore(model);
  expect(() => checkRefinement(model, exploration, scopeOf(twoServers))).toThrow(RangeError);
});

const replacing = (model: MessagesModel, replacement: (action: Action) => Action): MessagesModel => ({
  ...model,
  descriptor: null,
  actions: model.actions.map(replacement),
});

/** Crashes at rest are not harmless any more. */
const losing = (model: MessagesModel, isLost: (content: number) => boolean): MessagesModel =>
  replacing(model, (action) => {
    if (action.name !== "crash") return action;
    const { register } = model.variables;
    const effect = (s: number) => {
      for (const r of [0, 1]) if (isLost(register.at(s, r))) register.set(UNWRITTEN, s, r);
    };
    return { ...action, effect };
  });

const withGuard = (action: Action, guard: Action["guard"]): Action => ({
  ...action,
  guard,
  conditions: [{ holds: guard, arity: Object.keys(action.parameters).length }],
});

interface Graph {
  readonly stateCount: number;
  readonly firstTransition: Int32Array;
  readonly targetOf: Int32Array;
}

function distinctTransitions({ stateCount, firstTransition, targetOf }: Graph): number {
  let count = 0;
  for (let state = 0; state < stateCount; state++) {
    count += new Set(targetOf.subarray(firstTransition[state]!, firstTransition[state + 1]!)).size;
  }
  return count;
}
