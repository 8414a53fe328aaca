import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { meets, NO_SERVERS, type ServerSet, sizeOf } from "../../../spec/server-set.js";
import { phase1Quorums, phase2Quorums } from "../../../spec/table-families.js";
import { arbitraryTable } from "../../../spec/test/arbitrary-table.js";
import { tries } from "../../../spec/test/effort.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import { explore, violatingRun, Walk } from "../../kernel/index.js";
import { compressedRegisterSets, type Scope } from "../../registers/scope.js";
import { figuresOf } from "../../registers/test/figures.js";
import { modelOf } from "../../registry.js";
import { formatMessageStep, messageStepsOf } from "../message-steps.js";
import { messagesModel } from "../messages.js";
import { EVERYTHING, type MessagesOptions } from "../options.js";
import { messageStateOf } from "../reading.js";
import { exploreMessagesDumbly } from "./messages-oracle.js";
import {
  BARE,
  majority,
  oneServer,
  openThenMajority,
  scopeOf,
  strangers,
  threeMajority,
  twoServers,
} from "./messages-tables.js";

const figures = (scope: Scope, options: MessagesOptions) => figuresOf(messagesModel(scope, options));

describe("the message model's counts", () => {
  it.each([
    { table: oneServer, options: BARE, counts: [84, 135, 11] },
    { table: oneServer, options: { ...BARE, crashes: true }, counts: [288, 746, 11] },
    { table: oneServer, options: EVERYTHING, counts: [414, 2636, 11] },
    { table: twoServers, options: BARE, counts: [1069, 3019, 16] },
    { table: twoServers, options: { ...EVERYTHING, crashes: false }, counts: [2386, 23_967, 16] },
    { table: twoServers, options: { ...BARE, crashes: true, patience: true }, counts: [7506, 37_275, 16] },
  ])("are those of the oracle: $counts", async ({ table, options, counts }) => {
    const [distinctStates, transitions, depth] = counts;
    const expected = { distinctStates, transitions, depth, shortestViolation: null };
    expect(await figures(scopeOf(table), options)).toEqual(expected);
    expect(exploreMessagesDumbly(scopeOf(table), options)).toEqual(expected);
  });

  // The oracle finds the same three times; it takes minutes, so it is not asked here.
  it.each([
    { options: BARE, counts: [10_629, 42_474, 20] },
    { options: { ...EVERYTHING, crashes: false }, counts: [38_350, 589_202, 20] },
    { options: EVERYTHING, counts: [361_170, 6_672_179, 20] },
  ])("are pinned for 3 servers: $counts", async ({ options, counts }) => {
    const { distinctStates, transitions, depth, violations } = await explore(
      messagesModel(scopeOf(threeMajority), options),
    );
    expect([distinctStates, transitions, depth]).toEqual(counts);
    expect([...violations.keys()]).toEqual([]);
  });

  it("are those of the oracle whatever is left out, exclusive and open", async () => {
    const openThenExclusive = tableOf(1, [
      { sets: [0, 0], decide: quorums("0"), open: true },
      { sets: [1, FOREVER], decide: quorums("0") },
    ]);
    for (const bits of Array.from({ length: 16 }).keys()) {
      const has = (bit: number): boolean => ((bits >>> bit) & 1) === 1;
      const options = { crashes: has(0), refusals: has(1), patience: has(2), stutters: has(3) };
      for (const table of [oneServer, openThenExclusive]) {
        expect(exploreMessagesDumbly(scopeOf(table), options)).toEqual(await figures(scopeOf(table), options));
      }
    }
  });

  it("are those of the oracle on random tables, exclusive and open, with any selection", async () => {
    const compared = { safe: 0, unsafe: 0 };
    await fc.assert(
      fc.asyncProperty(
        arbitraryTable({ servers: { min: 1, max: 2 }, ranges: { min: 2, max: 2 }, allocation: "any" }),
        fc.constantFrom("greatest", "eager", "strict", "decision-table"),
        fc.constantFrom(null, 1, 2),
        async (drawn, selection, clients) => {
          const table: QuorumTable = { ...drawn, selection };
          const setsMax = table.servers.length === 1 ? 3 : 2;
          const registerSets = compressedRegisterSets(table).slice(0, setsMax);
          const scope = { table, registerSets, values: 2, clients };
          // The oracle is slow: larger scopes are passed over, and the others counted.
          if (!(await explore(messagesModel(scope, BARE), { statesMax: 1500 })).complete) return;
          const expected = await figures(scope, BARE);
          expect(exploreMessagesDumbly(scope, BARE)).toEqual(expected);
          compared[expected.shortestViolation === null ? "safe" : "unsafe"]++;
        },
      ),
      { numRuns: tries(5, 80), seed: 1 },
    );
    expect(compared.safe).toBeGreaterThan(3);
    expect(compared.unsafe).toBeGreaterThan(0);
  });

  it("are those of the oracle where a client has two registers a server to choose by", async () => {
    const scope = scopeOf(oneServer, [0, 1, 2]);
    const expected = await figures(scope, BARE);
    expect(expected).toMatchObject({ distinctStates: 744, shortestViolation: null });
    expect(exploreMessagesDumbly(scope, BARE)).toEqual(expected);
  });
});

describe("agreement of outputs", () => {
  it("fails where a client asks strangers, and the first of the shortest runs shows it", async () => {
    const scope = scopeOf(strangers);
    const model = messagesModel(scope, { ...EVERYTHING, stutters: false });
    const exploration = await explore(model);
    const run = violatingRun(exploration, "agreement");
    const steps = messageStepsOf(model, scope);
    expect(run.map((step) => formatMessageStep(steps[step]!))).toMatchInlineSnapshot(`
      [
        "client of R1 sends prepare",
        "client of R0 proposes A",
        "S1 gets prepare for R1, promises",
        "client of R1 hears the promise of S1",
        "client of R1 proposes B",
        "S0 gets the proposal A in R0, answers",
        "client of R0 hears that S0 accepted",
        "client of R0 outputs A",
        "S1 gets the proposal B in R1, answers",
        "client of R1 hears that S1 accepted",
        "client of R1 outputs B",
      ]
    `);
    const walk = new Walk(model);
    for (const step of run) walk.take(step);
    expect(messageStateOf(model, scope)).toMatchInlineSnapshot(`
      {
        "clients": [
          {
            "accepted": 1,
            "client": "R0",
            "heard": 0,
            "heardRefuse": 0,
            "phase": "output",
            "proposal": "A",
            "refused": 0,
            "registerSet": 0,
          },
          {
            "accepted": 2,
            "client": "R1",
            "heard": 0,
            "heardRefuse": 0,
            "phase": "output",
            "proposal": "B",
            "refused": 0,
            "registerSet": 1,
          },
        ],
        "promised": [
          0,
          2,
        ],
        "registers": {
          "registerSets": [
            0,
            1,
          ],
          "rows": [
            [
              {
                "state": "value",
                "value": "A",
              },
              {
                "state": "nil",
              },
            ],
            [
              {
                "state": "unwritten",
              },
              {
                "state": "value",
                "value": "B",
              },
            ],
          ],
        },
      }
    `);
  });

  it("fails in exactly as many steps as counting messages says, over two exclusive sets", async () => {
    let breaches = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryTable({ servers: { min: 1, max: 3 }, ranges: { min: 1, max: 2 } }), async (table) => {
        const registerSets = compressedRegisterSets(table).slice(0, 2);
        const { shortestViolation } = await figures(scopeOf(table, registerSets), BARE);
        expect(shortestViolation).toBe(shortestByCounting(table, registerSets));
        if (shortestViolation !== null) breaches++;
      }),
      { numRuns: tries(12, 120), seed: 1 },
    );
    expect(breaches).toBeGreaterThan(2);
  });

  it("fails in Fast Paxos with fast quorums too small, unless the client waits", async () => {
    const shortest = async (selection: "eager" | "strict") =>
      (await figures(scopeOf(openThenMajority(selection, majority)), BARE)).shortestViolation;
    // Two propose, one write each; R1 prepares with these two (5 steps), proposes the one; the other is decided and
    // output by one more write (4), and so is the one (5). 2 + 2 + 5 + 1 + 4 + 5.
    expect(await shortest("eager")).toBe(19);
    expect(await shortest("strict")).toBeNull();
  });
});

it("is the same model when a worker makes it again", async () => {
  const options = { ...EVERYTHING, patience: false };
  const model = messagesModel(scopeOf(twoServers), options);
  const again = await explore(modelOf(structuredClone(model.descriptor!)));
  const { distinctStates, transitions } = await explore(model);
  expect({ distinctStates: again.distinctStates, transitions: again.transitions }).toEqual({
    distinctStates,
    transitions,
  });
});

/**
 * Steps of the shortest run that gets two values output, over two exclusive sets: prepare the lower one at P0, decide
 * and output A at Q; prepare the upper one at P, which shares no server with Q; decide and output B at Q'. A server
 * costs two steps whenever it is asked, to get the request and to have its reply heard; a client one to ask for
 * promises, one to propose, one to output.
 */
function shortestByCounting(table: QuorumTable, registerSets: readonly number[]): number | null {
  const [lower, upper] = registerSets;
  if (lower === undefined || upper === undefined) return null;
  const smallest = (family: readonly ServerSet[]): number => Math.min(...family.map(sizeOf));
  const lengths = phase1Quorums(table, upper).flatMap((p) =>
    phase2Quorums(table, lower)
      .filter((q) => !meets(p, q))
      .map((q) => sizeOf(p) + sizeOf(q)),
  );
  if (lengths.length === 0) return null;
  const p0 = lower === 0 ? NO_SERVERS : smallest(phase1Quorums(table, lower));
  const asked = Math.min(...lengths) + p0 + smallest(phase2Quorums(table, upper));
  const asksForPromises = (lower === 0 ? 0 : 1) + 1;
  return 2 * asked + asksForPromises + 2 + 2;
}
