import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Value } from "../../../spec/register.js";
import { nonTrivialityHolds } from "../../../spec/state-table.js";
import { RegisterByRegisterClient } from "../register-by-register.js";
import type { PutIfAbsentReply, WrittenRegister } from "../register-storage.js";
import { schedule, simulate } from "./storage-simulation.js";
import {
  allOpen,
  careless,
  changing,
  family,
  fastPaxos,
  grid,
  openFirst,
  TWO_OF_FOUR,
  tableOf,
  threeMajority,
} from "./tables.js";

const nil: WrittenRegister = { state: "nil" };
const value = (text: Value): WrittenRegister => ({ state: "value", value: text });
const holds = (registerSet: number, holds: WrittenRegister): PutIfAbsentReply => ({
  kind: "holds",
  registerSet,
  holds,
});

const tables = {
  threeMajority,
  grid,
  changing,
  openFirst,
  "Fast Paxos, eager": fastPaxos("eager"),
  "Fast Paxos, strict, F2 broken": fastPaxos("strict", TWO_OF_FOUR),
  "all sets open, decision table": allOpen("decision-table"),
};

describe("clients over dumb storage, with crashes", () => {
  it.each(Object.entries(tables))("agree on an input, and each comes to it when left alone (%s)", (_, table) => {
    let decidedBefore = 0;
    fc.assert(
      fc.property(schedule, (actions) => {
        const simulation = simulate(table, actions);
        expect(simulation.decided.length).toBeLessThanOrEqual(1);
        expect(simulation.decided).toEqual(expect.arrayContaining([...simulation.outputs]));
        expect(nonTrivialityHolds(simulation.decided, new Set(["v0", "v1", "v2"]))).toBe(true);
        decidedBefore += simulation.decided.length;
        const output = simulation.runAlone(0);
        expect(simulation.runAlone(1)).toBe(output);
        expect(simulation.runAlone(2)).toBe(output);
        expect([...simulation.outputs]).toEqual([output]);
      }),
      { numRuns: 200 },
    );
    expect(decidedBefore).toBeGreaterThan(20);
  });

  it("disagree where the table is unsafe: the schedules are wild enough to tell", () => {
    const safe = fc.property(schedule, (actions) => simulate(careless, actions).decided.length <= 1);
    expect(fc.check(safe, { numRuns: 5000, endOnFailure: true }).failed).toBe(true);
  });
});

describe("a client over dumb storage", () => {
  const start = (registerSet: number, table = threeMajority) =>
    new RegisterByRegisterClient({ table, registerSet, input: "mine" });
  const asked = (client: RegisterByRegisterClient) =>
    [...client.pending()].map(({ server, request: { registerSet, put } }) => [
      server,
      registerSet,
      put.state === "value" ? put.value : null,
    ]);

  it("writes at once in set 0", () => {
    expect(asked(start(0))).toEqual([
      [0, 0, "mine"],
      [1, 0, "mine"],
      [2, 0, "mine"],
    ]);
  });

  it("puts nil into every lower register of every server, each until it is answered", () => {
    const client = start(2);
    const all = [0, 1, 2].flatMap((server) => [0, 1].map((registerSet) => [server, registerSet, null]));
    expect(asked(client)).toEqual(all);
    client.receive(1, holds(1, nil));
    expect(asked(client)).toEqual(all.filter(([server, registerSet]) => server !== 1 || registerSet !== 1));
  });

  it("counts a server as prepared when all of its lower registers are known, in whatever order", () => {
    const client = start(2);
    client.receive(0, holds(1, nil));
    client.receive(0, holds(1, nil));
    client.receive(2, holds(0, value("theirs")));
    client.receive(2, holds(1, nil));
    expect(client.core.chosen).toBeNull();
    client.receive(0, holds(0, nil));
    expect([client.core.chosen, client.core.phase]).toEqual(["theirs", "write"]);
    expect(asked(client).map(([server]) => server)).toEqual([0, 1, 2]);
  });

  it("takes the value of the greatest set, also when that was known first", () => {
    const client = start(3);
    for (const registerSet of [0, 1, 2]) client.receive(0, holds(registerSet, nil));
    client.receive(1, holds(2, value("high")));
    client.receive(1, holds(1, nil));
    client.receive(1, holds(0, value("low")));
    expect(client.core.chosen).toBe("high");
  });

  it("outputs when a quorum holds its value, and is blocked when none can", () => {
    const writing = () => {
      const client = start(1);
      for (const server of [0, 1]) client.receive(server, holds(0, nil));
      return client;
    };
    const lucky = writing();
    lucky.receive(0, holds(1, value("mine")));
    lucky.receive(0, holds(1, value("mine")));
    expect(lucky.core.output).toBeNull();
    expect(asked(lucky).map(([server]) => server)).toEqual([1, 2]);
    lucky.receive(2, holds(1, value("mine")));
    expect([lucky.core.output, asked(lucky)]).toEqual(["mine", []]);
    const unlucky = start(0, allOpen("strict"));
    unlucky.receive(0, holds(0, nil));
    unlucky.receive(1, holds(0, value("theirs")));
    expect([unlucky.core.output, unlucky.core.blocked, asked(unlucky)]).toEqual([null, true, []]);
  });

  it("takes no notice of replies that do not fit", () => {
    const client = start(2);
    const before = asked(client);
    const senseless = [
      holds(2, value("mine")),
      holds(3, nil),
      holds(-1, nil),
      holds(0.5, nil),
      { kind: "rejected", reason: "no" } as const,
    ];
    for (const reply of senseless) for (const server of [0, 1, 2]) client.receive(server, reply);
    expect([client.core.phase, asked(client)]).toEqual(["prepare", before]);
    expect(() => client.receive(3, holds(0, nil))).toThrow(/no server has index 3/);
  });

  it("takes no answer about a higher set for one about its own", () => {
    const client = start(1);
    for (const server of [0, 1]) client.receive(server, holds(0, nil));
    const before = asked(client);
    for (const server of [0, 1, 2]) {
      for (const registerSet of [2, 2 ** 32 + 1]) client.receive(server, holds(registerSet, value("mine")));
    }
    expect([client.core.phase, client.core.output, asked(client)]).toEqual(["write", null, before]);
    for (const server of [0, 1, 2]) client.receive(server, holds(2, nil));
    expect([client.core.blocked, asked(client)]).toEqual([false, before]);
  });

  it("sends no request any more once nothing may ever be chosen", () => {
    const broken = tableOf(2, [{ first: 0, decide: family(0b01, 0b10), allocation: { kind: "open" } }], "strict");
    const client = start(1, broken);
    client.receive(0, holds(0, value("A")));
    client.receive(1, holds(0, value("B")));
    expect([client.core.blocked, client.core.phase, asked(client)]).toEqual([true, "prepare", []]);
  });

  it("makes its requests one by one, however many there are", () => {
    const [first] = start(2 ** 40).pending();
    expect(first).toEqual({ server: 0, request: { registerSet: 0, put: nil } });
  });
});
