/**
 * A log that is twice as long takes twice the work, whatever clients read and however many there are. Work is counted,
 * not timed.
 */
import { describe, expect, it, vi } from "vitest";
import type { QuorumTable, Selection } from "../../../spec/quorum-table.js";
import { loadTable } from "../../../spec/table-file.js";
import { Rows } from "../rows.js";
import { Frontier } from "../streams.js";
import type { ValidateOptions } from "../validate.js";
import { withLogs } from "./log-files.js";

const { validated } = withLogs();
const majority = loadTable("spec/tables/three-majority.yaml");
const HEARD = ["S0", "S1"];
const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

type Line = Readonly<Record<string, unknown>>;

const prepared = (registerSet: number): Line[] =>
  registerSet === 0 ? [] : HEARD.map((node) => ({ node, event: "freeze", registerSet }));

const proposal = (registerSet: number, value: string, client = "c"): Line => ({
  ...{ node: client, event: "propose", registerSet, value },
  ...(registerSet > 0 && { heard: HEARD }),
});

const write = (node: string, registerSet: number, value: string): Line => ({
  node,
  event: "write",
  registerSet,
  value,
});

/** By name, the lines of one register set. */
const KINDS: Readonly<Record<string, (r: number) => readonly Line[]>> = {
  "nobody writes": (r) => [...prepared(r), proposal(r, "v")],
  "nobody says whom it heard": (r) => [...prepared(r), { node: "c", event: "propose", registerSet: r, value: "v" }],
  "what is written is not read": (r) => [...prepared(r), proposal(r, `v${r}`), write("S2", r, `v${r}`)],
  "all is written": (r) => [...prepared(r), proposal(r, "v"), ...HEARD.map((node) => write(node, r, "v"))],
  "a value is read, and another proposed, which is not": (r) => [
    ...prepared(r),
    ...(r === 0 ? [proposal(0, "u"), write("S0", 0, "u"), { node: "S2", event: "freeze", registerSet: 1 }] : []),
    ...(r === 0
      ? []
      : [
          { node: "S2", event: "freeze", registerSet: r },
          { ...proposal(r, "u"), heard: ["S0", "S2"] },
        ]),
  ],
  "a server starts again": (r) => [
    ...prepared(r),
    proposal(r, "v"),
    { node: "S0", event: "start", frozenBelow: r, values: [], votes: [] },
  ],
};

async function workOf(table: QuorumTable, lines: readonly Line[], options: ValidateOptions = {}): Promise<number> {
  const reads = vi.spyOn(Rows.prototype, "contentAt");
  const looks = vi.spyOn(Frontier.prototype, "mayBeNext");
  try {
    const { verdict } = await validated(table, lines, options);
    expect(verdict).toBe("explained");
    return reads.mock.calls.length + looks.mock.calls.length;
  } finally {
    reads.mockRestore();
    looks.mockRestore();
  }
}

const SETS = 60;

/** @param linesOf the lines of each register set */
async function expectLinear(
  table: QuorumTable,
  linesOf: (r: number) => readonly Line[],
  options?: ValidateOptions,
): Promise<void> {
  const log = Array.from({ length: 2 * SETS }, (_, r) => linesOf(r));
  const once = await workOf(table, log.slice(0, SETS).flat(), options);
  const twice = await workOf(table, log.flat(), options);
  expect(once).toBeGreaterThan(SETS);
  expect(twice / once).toBeLessThan(2.5);
}

describe.each(SELECTIONS)("selection %s", (selection) => {
  it.each(Object.entries(KINDS))("%s", (_, linesOf) => expectLinear({ ...majority, selection }, linesOf));
});

it("freezes may be hidden, and are not", () =>
  expectLinear(majority, KINDS["all is written"]!, { hidden: new Set(["freeze"]) }));

it.each([0, 10])("each set has a client of its own, and clocks differ by up to %d", (skew) => {
  let at = 0;
  const linesOf = (r: number) => [
    ...prepared(r),
    proposal(r, "v", `c${r}`),
    ...HEARD.map((node) => write(node, r, "v")),
    { node: `c${r}`, event: "output", value: "v" },
  ];
  return expectLinear(majority, (r) => linesOf(r).map((line) => ({ ...line, at: at++ })), { skew });
});

it("sets that wait for a decision share the list of those that they wait for", async () => {
  const table = loadTable("spec/tables/joint-consensus.yaml");
  const { scope } = await validated(table, [
    { node: "c", event: "propose", registerSet: 0, value: "v" },
    ...[12, 13].map((registerSet) => ({ node: table.servers[0], event: "freeze", registerSet })),
  ]);
  const gates = scope.gates.filter((gate) => gate !== null);
  expect(gates.length).toBeGreaterThan(1);
  expect(new Set(gates).size).toBeLessThan(gates.length);
});
