/** Logs by hand: what is refused, where, and in which words. */
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { type ValidateOptions, validateLog } from "../validate.js";
import { type Lines, withLogs } from "./log-files.js";

const { directory, written, validated } = withLogs();

const majority = loadTable("spec/tables/three-majority.yaml");

async function judge(
  lines: Lines,
  { table = majority, ...options }: ValidateOptions & { table?: typeof majority } = {},
) {
  const { verdict, prefixes } = await validated(table, lines, options);
  return {
    verdict,
    refused: prefixes.flatMap(({ refused }) => refused.map(({ event, why }) => `${event.line}: ${why}`)),
  };
}

const propose = (registerSet: number, value: string, more: object = {}) => ({
  ...{ node: `c${registerSet}`, event: "propose", registerSet, value },
  ...more,
});
const write = (node: string, registerSet: number, value: string) => ({ node, event: "write", registerSet, value });
const freeze = (node: string, registerSet: number, values?: object) => ({
  ...{ node, event: "freeze", registerSet },
  ...(values !== undefined && { values }),
});
const output = (value: string, more: object = {}) => ({ node: "c9", event: "output", value, ...more });

/** A in R0 at S0 is seen, proposed in R1, and decided there. */
const RELAY = [
  propose(0, "A"),
  write("S0", 0, "A"),
  freeze("S0", 1, [[0, "A"]]),
  freeze("S1", 1, []),
  { node: "c1", event: "learn", registerSet: 1, server: "S0", values: [[0, "A"]] },
  propose(1, "A", { heard: ["S0", "S1"] }),
  write("S1", 1, "A"),
  write("S2", 1, "A"),
  output("A", { registerSet: 1 }),
];
const relayWith = (changes: Readonly<Record<number, object | null>>): object[] =>
  RELAY.flatMap((line, index) => {
    const change = changes[index];
    return change === undefined ? [line] : change === null ? [] : [{ ...line, ...change }];
  });

it("a run is explained", async () => {
  expect(await judge(RELAY)).toEqual({ verdict: "explained", refused: [] });
});

describe("refused, at the event at which the model has no such step", () => {
  it.each<[string, Lines, string]>([
    ["a write that nobody proposed", relayWith({ 0: null }), '1: nobody has proposed "A" in R0'],
    [
      "another value than proposed",
      relayWith({ 6: { value: "B" } }),
      '7: nobody has proposed "B" in R1, where the proposals are "A"',
    ],
    [
      "a proposal against what was read",
      relayWith({ 5: { value: "B" } }),
      '6: selection "greatest" does not allow "B" in R1, having heard {S0, S1}: it allows "A"',
    ],
    [
      "a proposal before a promise",
      relayWith({ 3: null }),
      "5: it has heard {S0, S1}, and {S1} had not promised by then",
    ],
    [
      "a proposal after too few promises",
      relayWith({ 5: { heard: ["S0"] } }),
      "6: it has heard {S0}, which is no phase-1 quorum of R1",
    ],
    [
      "the same where it is not said who was heard",
      relayWith({ 3: null, 5: { heard: undefined } }),
      "5: no phase-1 quorum of R1 has promised it anything: {S0} have",
    ],
    [
      "a value that could not be read",
      relayWith({ 5: { value: "B", heard: undefined } }),
      '6: selection "greatest" does not allow "B" in R1, whoever of those that promised it heard: it allows "A"',
    ],
    [
      "a promise that leaves out a value",
      relayWith({ 2: { values: [] } }),
      '3: S0 tells nothing of R0, which holds "A" there',
    ],
    [
      "a promise that tells a value that is not there",
      relayWith({ 3: { values: [[0, "A"]] } }),
      '4: S1 tells that R0 holds "A", where it is unwritten',
    ],
    [
      "a client that hears something else",
      relayWith({ 4: { values: [] } }),
      '5: S0 tells nothing of R0, which holds "A" there',
    ],
    [
      "a client that hears a promise that nobody made",
      relayWith({ 4: { server: "S2", values: [] } }),
      "5: S2 has not promised anything to a client of R1: registers below are unwritten there",
    ],
    [
      "an output before the decision",
      relayWith({ 7: null }),
      '8: "A" is not decided in R1: {S1} hold it, which is no phase-2 quorum',
    ],
    [
      "an output of something else",
      relayWith({ 8: { value: "B", registerSet: undefined } }),
      '9: "B" is not decided: no phase-2 quorum holds it in any register set',
    ],
    [
      "a write to what was promised",
      [...RELAY.slice(0, 4), write("S1", 0, "A")],
      "5: R0 of S1 is nil: S1 has promised that it is never written",
    ],
    [
      "two proposals of one client",
      [propose(0, "A"), propose(0, "B")],
      '2: "A" is proposed in R0, which is one client\'s own, and a client proposes one value in a set',
    ],
    [
      "a refusal of what was unwritten",
      [propose(0, "A"), { node: "S0", event: "refuse", registerSet: 0, holds: null }],
      "2: R0 of S0 is unwritten, so it takes every write",
    ],
    [
      "a refusal that tells something else",
      [...RELAY, { node: "S1", event: "refuse", registerSet: 0, holds: "A" }],
      '10: S1 tells that R0 holds "A", where it holds nil',
    ],
    [
      "what somebody was told that is not decided",
      [propose(0, "A"), write("S0", 0, "A"), { node: "S1", event: "told", value: "A" }],
      '3: "A" is not decided: no phase-2 quorum holds it in any register set',
    ],
    [
      "a vote where nobody is elected",
      [propose(0, "A"), { node: "S0", event: "vote", registerSet: 0, candidate: 1 }],
      "2: nobody is elected in R0",
    ],
    [
      "a freeze of a single register",
      [propose(0, "A"), { node: "S0", event: "freeze register", registerSet: 0 }],
      "2: S0 freezes whole rows; for single registers there is --freeze register",
    ],
    [
      "a number that is missing",
      [
        { ...propose(0, "A"), seq: 4 },
        { ...write("S0", 0, "A"), seq: 1 },
        { ...write("S0", 0, "A"), seq: 3 },
      ],
      "3: S0 says that this is its event 3, and its next one is 2: what was logged is missing, or is not in its order",
    ],
    [
      "times that go back",
      [
        { ...propose(0, "A"), at: 1 },
        { ...write("S0", 0, "A"), at: 9 },
        { ...freeze("S0", 1), at: [4, 5] },
      ],
      "3: S0 says that this was over at 5, and an event of it that stands before began at 9",
    ],
  ])("%s", async (_, lines, sentence) => {
    expect(await judge(lines)).toEqual({ verdict: "refused", refused: [sentence] });
  });

  it.each<[string, object, string]>([
    [
      "has forgotten a value",
      { frozenBelow: 1, values: [] },
      '5: R0 of S0 held "A" before it stopped, and now holds nil',
    ],
    [
      "has another value",
      { frozenBelow: 1, values: [[0, "B"]] },
      '5: R0 of S0 held "A" before it stopped, and now holds "B"',
    ],
    [
      "has found what nobody proposed",
      {
        frozenBelow: 1,
        values: [
          [0, "A"],
          [1, "Z"],
        ],
      },
      '5: S0 has found "Z" in R1, where nobody has proposed it',
    ],
  ])("a server that starts and %s", async (_, found, sentence) => {
    const started = { node: "S0", event: "start", ...found };
    expect(await judge([...RELAY.slice(0, 4), started])).toEqual({ verdict: "refused", refused: [sentence] });
  });

  it("a server that starts and has forgotten a promise, or a vote", async () => {
    const forgetful = { node: "S1", event: "start", frozenBelow: 0, values: [] };
    expect((await judge([...RELAY.slice(0, 4), forgetful])).refused).toEqual([
      "5: R0 of S1 held nil before it stopped, and now is unwritten",
    ]);
    const table = loadTable("spec/tables/raft.yaml");
    const voted = { node: "S0", event: "vote", registerSet: 0, candidate: "x" };
    const started = (votes: object) => ({ node: "S0", event: "start", frozenBelow: 0, votes });
    expect((await judge([voted, started([])], { table })).refused).toEqual([
      "2: S0 had voted in R0 before it stopped, and has forgotten it",
    ]);
    expect((await judge([voted, started([[0, "y"]])], { table })).refused).toEqual([
      "2: S0 had voted for x in R0 before it stopped, and now for y",
    ]);
  });
});

it("a mark of the encoding, ends of lines of another system, and blanks between fields are no part of events", async () => {
  const lines = RELAY.map((line) => `${JSON.stringify(line).replaceAll(/[,:]/g, "$& ")}\r`);
  expect(await judge([`\ufeff${lines[0]}`, "\r", ...lines.slice(1)])).toEqual({ verdict: "explained", refused: [] });
  await expect(judge(["\ufeff{oops"])).rejects.toThrow(":1:2: this line is no JSON.");
});

it("a server that starts may have made durable what it did not tell any more", async () => {
  const started = { node: "S0", event: "start", frozenBelow: 1, values: [[0, "A"]] };
  const lines = [propose(0, "A"), started, freeze("S1", 1), propose(1, "A", { heard: ["S0", "S1"] })];
  expect((await judge(lines)).verdict).toBe("explained");
  expect((await judge([...lines.slice(0, 3), propose(1, "B", { heard: ["S0", "S1"] })])).refused).toEqual([
    '4: selection "greatest" does not allow "B" in R1, having heard {S0, S1}: it allows "A"',
  ]);
  const promised = { node: "S1", event: "start", frozenBelow: 1, values: [] };
  const after = [freeze("S0", 1), promised, propose(1, "A", { heard: ["S0", "S1"] })];
  expect((await judge(after)).verdict).toBe("explained");
});

it("a promise may tell the greatest value alone where the selection asks for no more", async () => {
  const lines = [...RELAY.slice(0, 6), write("S0", 1, "A"), freeze("S0", 2, [[1, "A"]])];
  expect((await judge(lines)).verdict).toBe("explained");
  expect((await judge(lines, { table: { ...majority, selection: "eager" } })).refused).toEqual([
    '8: S0 tells nothing of R0, which holds "A" there',
  ]);
});

it("a process that starts counts anew, and times of a node are held against all that stands before", async () => {
  const counted = [
    { ...propose(0, "A"), seq: 4 },
    { node: "c0", event: "start", seq: 0 },
    { ...output("A"), node: "c0", seq: 1 },
  ];
  expect((await judge(counted)).refused).toEqual([
    '3: "A" is not decided: no phase-2 quorum holds it in any register set',
  ]);
  const timed = [
    { ...propose(0, "A"), at: 0 },
    { ...write("S0", 0, "A"), at: 9 },
    { ...freeze("S0", 1), at: [3, 20] },
  ];
  expect((await judge([...timed, { ...freeze("S0", 2), at: [5, 8] }])).refused).toEqual([
    "4: S0 says that this was over at 8, and an event of it that stands before began at 9",
  ]);
});

it("sets that the log does not name are there to be frozen", async () => {
  const none = "no phase-1 quorum of R7 has promised it anything";
  expect((await judge([propose(7, "A")])).refused).toEqual([`1: ${none}: nobody has`]);
  const early = [freeze("S0", 3), freeze("S1", 3), propose(3, "A"), write("S0", 3, "A"), write("S1", 3, "A")];
  expect((await judge([...early, propose(7, "A")])).refused).toEqual([`6: ${none}: nobody has`]);
  expect((await judge([...early, freeze("S0", 7), freeze("S2", 7), propose(7, "A")])).verdict).toBe("explained");
  const started = { node: "S0", event: "start", frozenBelow: 5, values: [] };
  expect((await judge([started, freeze("S1", 7), propose(7, "A")])).refused).toEqual([`3: ${none}: {S1} have`]);
});

it("a freeze keeps what is written, and a client reads below its own set only", async () => {
  const above = [freeze("S0", 1), freeze("S1", 1), propose(1, "A"), write("S2", 1, "A")];
  expect((await judge([...above, freeze("S2", 2, [[1, "A"]]), freeze("S2", 3, [[1, "A"]])])).verdict).toBe("explained");
  const open = parseTable(
    "name: open\nservers: [S0, S1, S2]\nregisters:\n  - sets: 0..\n    decide: majority\n    allocation: open\n",
    "open.yaml",
  );
  const two = [freeze("S0", 1), freeze("S1", 1), propose(1, "A"), write("S0", 1, "A"), propose(1, "B", { node: "d" })];
  expect((await judge(two, { table: open })).verdict).toBe("explained");
});

it("votes elect by name, and elect whoever proposes", async () => {
  const table = loadTable("spec/tables/raft.yaml");
  const vote = (node: string, candidate: string) => ({ node, event: "vote", registerSet: 1, candidate });
  const lines = [vote("S0", "c1"), vote("S1", "c1"), propose(1, "A", { heard: ["S0", "S1"] })];
  expect((await judge(lines, { table })).verdict).toBe("explained");
  expect((await judge([vote("S0", "c1"), vote("S1", "c2"), lines[2]!], { table })).refused).toEqual([
    "3: c1 is not elected in R1: its voters are {S0}",
  ]);
  expect((await judge([vote("S0", "c1"), vote("S0", "c2")], { table })).refused).toEqual([
    "2: S0 has voted for c1 in R1, and has one vote",
  ]);
});

it("a gate opens with a decision", async () => {
  const table = loadTable("spec/tables/joint-consensus.yaml");
  const gated = table.ranges.findIndex(({ after }) => after !== undefined);
  const [second, first] = [table.ranges[gated]!.first, table.ranges[gated - 1]!.first];
  const { servers } = table;
  const freezes = servers.map((server) => freeze(server, second));
  expect((await judge([propose(0, "A"), ...freezes, propose(second, "A")], { table })).refused).toEqual([
    `${servers.length + 2}: R${second} waits for a decision in the register sets before it, and none is made there`,
  ]);
  const prepared = servers.map((server) => freeze(server, first));
  const writes = servers.map((server) => write(server, first, "A"));
  expect(
    (await judge([...prepared, propose(first, "A"), ...writes, ...freezes, propose(second, "A")], { table })).verdict,
  ).toBe("explained");
});

it("writes may freeze, and single registers be frozen, where that is said", async () => {
  const plain = { freezes: "row", writesFreezeBelow: true } as const;
  const both = [
    freeze("S0", 1),
    freeze("S1", 1),
    propose(1, "A"),
    write("S2", 1, "A"),
    propose(0, "B"),
    write("S2", 0, "B"),
  ];
  expect((await judge(both)).verdict).toBe("explained");
  expect((await judge(both, { variant: plain })).refused).toEqual([
    "6: R0 of S2 is nil: S2 has promised that it is never written",
  ]);
  const single = { freezes: "register", writesFreezeBelow: false } as const;
  const one = (node: string) => ({ node, event: "freeze register", registerSet: 0 });
  expect((await judge([one("S0"), one("S1"), propose(1, "A")], { variant: single })).verdict).toBe("explained");
  expect((await judge([freeze("S0", 1)], { variant: single })).refused).toEqual([
    "1: S0 freezes one register at a time, and some below R1 are unwritten",
  ]);
});

describe("where the order is not known", () => {
  it("two proposals of which neither is known to be first give both longest prefixes", async () => {
    const at = [0, 9];
    const { verdict, prefixes } = await validateLog(majority, [
      written([
        { ...propose(0, "A"), at },
        { ...propose(0, "B"), node: "d", at },
        { ...output("A"), at },
      ]),
    ]);
    expect(verdict).toBe("refused");
    expect(prefixes.map(({ explained, refused }) => [explained, refused.map(({ event }) => event.line)])).toEqual([
      [1, [2, 3]],
      [1, [1, 3]],
    ]);
  });

  it("the longer one is shown where a proposal was invented that nothing follows", async () => {
    const at = [0, 99];
    const lines = [{ ...propose(0, "B"), node: "d", at }, ...RELAY.map((line) => ({ ...line, at }))];
    const { prefixes } = await validateLog(majority, [written(lines)]);
    expect(prefixes.map(({ explained, refused }) => [explained, refused.map(({ event }) => event.line)])).toEqual([
      [9, [1]],
    ]);
  });

  it("what is over waits for nobody, though its node had something longer to do before", async () => {
    const second = [
      { ...propose(0, "B"), node: "d", at: 5 },
      { node: "c0", event: "start", at: [0, 9] },
      { ...propose(0, "A"), at: [1, 2] },
    ];
    expect((await judge(second)).refused.map((sentence) => sentence.split(":")[0])).toEqual(["1"]);
  });

  it("clocks may differ by what --skew says", async () => {
    const lines = [
      { ...write("S0", 0, "A"), at: 3 },
      { ...propose(0, "A"), at: 5 },
    ];
    expect((await judge(lines)).refused).toEqual(['1: nobody has proposed "A" in R0']);
    expect((await judge(lines, { skew: 1 })).verdict).toBe("explained");
  });

  it("files are in no order to each other, and in theirs within", async () => {
    const files = [written([write("S0", 0, "A"), freeze("S0", 1)], "a"), written([propose(0, "A")], "b")];
    expect((await validateLog(majority, files)).verdict).toBe("explained");
  });
});

it("hidden steps are named, and a search that looks at too much says so", async () => {
  const lines = RELAY.filter(({ event }) => event !== "freeze");
  const { verdict, hidden } = await validateLog(majority, [written(lines)], { hidden: new Set(["freeze"]) });
  expect([verdict, hidden]).toEqual([
    "explained",
    ["freeze below R1 at S2", "freeze below R1 at S1", "freeze below R1 at S0"].filter((step) => hidden.includes(step)),
  ]);
  const bounded = await validateLog(majority, [written(lines)], { hidden: new Set(["freeze"]), statesMax: 3 });
  expect([bounded.verdict, bounded.gaveUp]).toEqual([
    "inconclusive",
    "3 states were looked at, and --max-states allows no more",
  ]);
  expect(bounded.prefixes[0]!.explained).toBe(2);
});

it("a hidden step takes place before an event that would forbid it", async () => {
  const freezes = ["S0", "S1", "S2"].map((server) => freeze(server, 1));
  const lines = [propose(0, "A"), ...freezes, output("A", { registerSet: 0 })];
  const { verdict, hidden } = await validateLog(majority, [written(lines)], { hidden: new Set(["write"]) });
  expect([verdict, hidden]).toEqual([
    "explained",
    [expect.stringMatching(/^write A/), expect.stringMatching(/^write A/)],
  ]);
});

it("rival proposals are tried in both orders where steps are hidden, too", async () => {
  const at = [0, 99];
  const lines = [{ ...propose(0, "B"), node: "d", at }, ...RELAY.map((line) => ({ ...line, at }))];
  const { prefixes } = await validateLog(majority, [written(lines)], { hidden: new Set(["freeze"]) });
  expect(prefixes.map(({ explained, refused }) => [explained, refused.map(({ event }) => event.line)])).toEqual([
    [9, [1]],
  ]);
});

describe("what is no log ends in a sentence with its place", () => {
  it.each<[string, Lines, string]>([
    ["nothing", [], "1:1: the log is empty: it has no events, so nothing can be said of it."],
    [
      "no action",
      [{ node: "S0", event: "start" }],
      "1:1: the log binds to no action of the model, so nothing can be said of it. Hint: actions are freeze, freeze register, write, vote, propose.",
    ],
    [
      "no JSON",
      ["{oops"],
      "1:2: this line is no JSON. Hint: each line is one object, as in the example of docs/validate.md.",
    ],
    [
      "no JSON, and the engine does not say where",
      ['{"node":"S0","event":write}'],
      "1:22: this line is no JSON. Hint: each line is one object, as in the example of docs/validate.md.",
    ],
    [
      "a line that was cut off",
      ['{"node":"S0","ev'],
      "1:17: this line is no JSON. Hint: each line is one object, as in the example of docs/validate.md.",
    ],
    ["no object", ["[]"], "1:1: an event is a JSON object."],
    [
      "several events in one",
      [{ node: "S0", event: ["write"] }],
      '1:14: ["write"] is no event. Hint: events are freeze, freeze register, write, vote, refuse, start, told, learn, propose, output.',
    ],
    [
      "an unknown event",
      [{ node: "S0", event: "wriet" }],
      '1:14: there is no event "wriet". Hint: did you mean "write"?',
    ],
    [
      "no event",
      [{ node: "S0" }],
      '1:1: "event" is missing. Hint: it is one of freeze, freeze register, write, vote, refuse, start, told, learn, propose, output.',
    ],
    ["nobody", [{ event: "start" }], '1:1: "node" is missing. Hint: it names who says so.'],
    [
      "a server that is no name",
      [{ ...propose(1, "A"), heard: [{}] }],
      "1:60: table three-majority has no server {}. Hint: its servers are S0, S1, S2.",
    ],
    [
      "an unknown server",
      [write("S7", 0, "A")],
      '1:2: a "write" is of a server, and table three-majority has no server "S7". Hint: did you mean "S0"?',
    ],
    [
      "an unknown field",
      [{ ...write("S0", 0, "A"), vlaue: "B" }],
      '1:58: a "write" has no field "vlaue". Hint: did you mean "value"?',
    ],
    ["a field that is missing", [{ node: "S0", event: "write", value: "A" }], '1:14: a "write" needs "registerSet".'],
    [
      "no register set",
      [write("S0", -1, "A")],
      "1:30: -1 is no register set. Hint: register sets are whole numbers from 0 on.",
    ],
    ["no value", [{ ...write("S0", 0, "A"), value: 7 }], "1:46: 7 is no value. Hint: values are text."],
    [
      "times of some only",
      [{ ...propose(0, "A"), at: 1 }, write("S0", 0, "A")],
      '2:1: this event has no "at", which the events before it have. Hint: all of a file say when they happened, or none does.',
    ],
    ["a box upside down", [{ ...propose(0, "A"), at: [2, 1] }], "1:60: this event ends at 1, before it begins, at 2."],
  ])("%s", async (_, lines, sentence) => {
    await expect(judge(lines)).rejects.toThrow(`${path.join(directory, "log.ndjson")}:${sentence}`);
  });

  it("a node in two files, a file twice, and a file that is not there", async () => {
    const files = [written([propose(0, "A")], "a"), written([propose(0, "A")], "b")];
    await expect(validateLog(majority, files)).rejects.toThrow("b.ndjson:1:2: c0 is in another file as well.");
    await expect(validateLog(majority, [files[0]!, files[0]!])).rejects.toThrow(
      "a.ndjson:1:1: this file is named twice.",
    );
    await expect(validateLog(majority, ["/nowhere/log"])).rejects.toThrow(
      '/nowhere/log:1:1: cannot read "/nowhere/log": ',
    );
  });
});
