/** What each domain's contents are asked and told, and what is refused, sentence by sentence. */
import { describe, expect, it } from "vitest";
import { explore, violatingRun, Walk } from "../../kernel/index.js";
import {
  auxiliary,
  counter,
  defineInWords,
  flag,
  indexSet,
  memberOf,
  noneOr,
  numbers,
  oneOf,
  over,
  record,
  sequenceOf,
  single,
  subsetOf,
} from "../index.js";

const server = indexSet("server", 2);
const slot = numbers("slot", 3);

/** In its initial state, to be read and written at will. */
const scratch = () => {
  const worded = defineInWords({
    name: "scratch",
    variables: {
      room: over([server], oneOf("outside", "inside")),
      leader: single(noneOr(memberOf(server))),
      count: single(counter(2)),
      vote: over([server, slot], noneOr(record({ at: memberOf(slot), isFinal: flag(), by: memberOf(server) }))),
      heard: over([server], noneOr(subsetOf(server), "deaf")),
      log: over([server], sequenceOf(record({ id: memberOf(slot), isFinal: flag() }), 2)),
    },
    picture: { rows: server },
    actions: () => [],
  });
  worded.model.workspace.load(worded.model.initial, 0);
  return { worded, ...worded.variables };
};

describe("contents", () => {
  it("are named, counted, members or none", () => {
    const { room, leader, count } = scratch();
    expect([room(0).get(), leader().get(), leader().isNone(), count().get()]).toEqual(["outside", null, true, 0]);
    room(1).set("inside");
    leader().set(1);
    count().set(2);
    expect([room(0).get(), room(1).get(), leader().get(), leader().isNone(), count().is(2)]).toEqual([
      "outside",
      "inside",
      1,
      false,
      true,
    ]);
    leader().set(null);
    expect([leader().is(null), leader().is(1), leader().text()]).toEqual([true, false, "-"]);
  });

  it("of records are there as a whole or not at all", () => {
    const { vote } = scratch();
    expect([vote(0, 2).get(), vote(0, 2).at.get(), vote(0, 2).isFinal.is(false)]).toEqual([null, null, false]);
    vote(0, 2).set({ at: 1, isFinal: true, by: 0 });
    expect(vote(0, 2).get()).toEqual({ at: 1, isFinal: true, by: 0 });
    expect([vote(0, 2).is({ at: 1, isFinal: false, by: 0 }), vote(0, 1).isNone()]).toEqual([false, true]);
    vote(0, 2).isFinal.set(false);
    expect([vote(0, 2).isFinal.get(), vote(0, 2).by.is(0), vote(0, 2).text()]).toEqual([false, true, "1  S0"]);
    vote(0, 2).set(null);
    expect([vote(0, 2).by.get(), vote(0, 2).by.is(0)]).toEqual([null, false]);
  });

  it("that are none twice over tell which", () => {
    const inner = defineInWords({
      name: "told",
      variables: { told: single(noneOr(record({ accepted: noneOr(memberOf(slot), "nothing") }))) },
      picture: {},
      actions: () => [],
    });
    inner.model.workspace.load(inner.model.initial, 0);
    const { told } = inner.variables;
    expect([told().isNone(), told().text()]).toEqual([true, "-"]);
    told().set({ accepted: null });
    expect([told().isNone(), told().accepted.isNone(), told().text()]).toEqual([false, true, "nothing"]);
    told().set({ accepted: 2 });
    expect(told().get()).toEqual({ accepted: 2 });
  });

  it("of subsets are added and removed", () => {
    const { heard } = scratch();
    expect([heard(0).text(), heard(0).has(1)]).toEqual(["deaf", false]);
    heard(0).set([]);
    expect([heard(0).isEmpty(), heard(0).get()]).toEqual([true, []]);
    heard(0).add(1);
    expect([heard(0).get(), heard(0).is([1]), heard(0).every((s) => s === 0), heard(0).text()]).toEqual([
      [1],
      true,
      false,
      "{S1}",
    ]);
    heard(0).remove(1);
    expect(heard(0).isEmpty()).toBe(true);
  });

  it("of sequences are appended, truncated and looked at", () => {
    const { log } = scratch();
    expect([log(1).length(), log(1).has(0), log(1).item(0).get()]).toEqual([0, false, null]);
    log(1).append({ id: 2, isFinal: true });
    log(1).append({ id: 0, isFinal: false });
    expect([log(1).isFull(), log(1).item(0).id.is(2), log(1).get().length]).toEqual([true, true, 2]);
    log(1).truncate(1);
    expect(log(1).get()).toEqual([{ id: 2, isFinal: true }]);
    expect([log(0).length(), log(1).length(), log(1).is([{ id: 2, isFinal: true }])]).toEqual([0, 1, true]);
  });
});

describe("what cannot be meant so is refused", () => {
  const { room, leader, count, vote, heard, log } = scratch();

  it.each<[what: string, () => unknown, sentence: string]>([
    ["a member that there is not", () => room(2), "there is no server 2; the members are 0 to 1: S0, S1"],
    ["too few members", () => vote(0), "vote takes a server, a slot, and is given 0"],
    ["members of what has none", () => leader(0), "leader takes no members, and is given 0"],
    [
      "another name",
      () => room(0).set("lobby" as never),
      'room[S0] is one of outside, inside and cannot be set to "lobby"',
    ],
    ["a member that nobody is", () => leader().set(3), "leader is a server, S0 to S1 and cannot be set to 3"],
    ["asking for one", () => leader().is(3), "leader is a server, S0 to S1 and is never 3"],
    ["counting too far", () => count().set(3), "count is a number from 0 to 2 and cannot be set to 3"],
    [
      "a field of none",
      () => vote(0, 0).isFinal.set(true),
      "vote[S0, 0].isFinal is part of something that is none: set the whole of it",
    ],
    [
      "a field of the wrong kind",
      () => vote(0, 0).set({ at: 3, isFinal: true, by: 0 }),
      "vote[S0, 0].at is a slot, 0 to 2 and cannot be set to 3",
    ],
    ["a subset's stranger", () => heard(0).has(2), "there is no server 2; the members are 0 to 1: S0, S1"],
    [
      "a sequence too long",
      () => log(0).set([1, 2, 3].map((id) => ({ id: id - 1, isFinal: false }))),
      "a sequence has 2 items at most, not 3",
    ],
    ["an item beyond", () => log(0).item(2), "a sequence has items 0 to 1, and no item 2"],
  ])("%s", (_, misuse, sentence) => {
    expect(misuse).toThrow(sentence);
  });

  it("in a closure, with the action and its parameters", async () => {
    const { model } = defineInWords({
      name: "counting",
      variables: { count: single(counter(1)) },
      picture: {},
      actions: ({ count }) => [
        {
          name: "tick",
          parameters: { server },
          guard: () => true,
          effect: () => count().set(count().get() + 1),
          says: () => "tick",
        },
      ],
    });
    await expect(explore(model)).rejects.toThrow(
      'model "counting", effect of action "tick" (server 0): count is a number from 0 to 1 and cannot be set to 2',
    );
  });

  it("a guard that asks for an auxiliary variable", async () => {
    const { model } = defineInWords({
      name: "peeking",
      variables: { open: single(flag()), history: auxiliary(single(flag())) },
      picture: {},
      actions: ({ open, history }) => [
        {
          name: "open",
          parameters: {},
          guard: () => history().is(false),
          effect: () => {
            open().set(true);
            history().set(true);
          },
          says: () => "opens",
        },
      ],
    });
    await expect(explore(model)).rejects.toThrow(
      'model "peeking", guard of action "open": it asks for history, which is auxiliary: only effects and properties may',
    );
  });

  it("index sets and fields that cannot be told apart", () => {
    expect(() => indexSet("server", 0)).toThrow("it has a whole number of members, 1 at least, not 0");
    expect(() => indexSet("server", 2, { names: ["a", "a"] })).toThrow("two of its members are called alike: a, a");
    expect(() => indexSet("server", 2, { names: ["a"] })).toThrow("it has 2 members and 1 names");
    expect(() => oneOf("a", "a")).toThrow('names are different from each other, not "a", "a"');
    expect(() => record({ get: flag() })).toThrow('a field cannot be called "get"');
  });
});

describe("a model in words", () => {
  const lock = defineInWords({
    name: "lock",
    variables: {
      holder: single(noneOr(memberOf(server))),
      waits: over([server], flag()),
      seen: over([server, slot], flag()),
    },
    picture: { rows: server, columns: slot },
    actions: ({ holder, waits }) => [
      {
        name: "ask",
        parameters: { server },
        guard: (s) => waits(s).is(false) && !holder().is(s),
        effect: (s) => waits(s).set(true),
        says: (s) => `${s} asks, while ${holder().text()} is inside`,
      },
      {
        name: "enter",
        parameters: { server },
        guard: (s) => waits(s).is(true),
        effect: (s) => {
          holder().set(s);
          waits(s).set(false);
        },
        says: (s) => `${s} enters`,
      },
    ],
    properties: ({ holder, waits }) => [
      {
        name: "nobody waits for somebody",
        parameters: { server },
        fails: [(s) => waits(s).is(true) && !holder().isNone()],
      },
    ],
  });

  it("tells its steps, draws its state, and says where each content is", async () => {
    const exploration = await explore(lock.model);
    const run = violatingRun(exploration, "nobody waits for somebody");
    const walk = new Walk(lock.model);
    const told = run.map((step) => {
      const sentence = lock.sentenceOf(step);
      walk.take(step);
      return sentence;
    });
    expect(told).toEqual(["S0 asks, while - is inside", "S1 asks, while - is inside", "S0 enters"]);
    expect(lock.draw()).toEqual({
      tables: [
        {
          title: "",
          head: ["", "waits", "seen 0", "seen 1", "seen 2"],
          rows: [
            ["S0", "", "", "", ""],
            ["S1", "✓", "", "", ""],
          ],
        },
      ],
      lines: [["holder", "S0"]],
    });
    expect(lock.contents().slice(0, 3)).toEqual([
      { place: "holder", text: "S0" },
      { place: "waits[S0]", text: "" },
      { place: "waits[S1]", text: "✓" },
    ]);
  });
});
