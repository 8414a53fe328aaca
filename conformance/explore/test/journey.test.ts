import { expect, it } from "vitest";
import { formatRegister } from "../../../spec/register.js";
import { stateAfter } from "../../../spec/run.js";
import { Journey } from "../journey.js";
import { kindsOf } from "../kinds.js";
import { BREAKS_AGREEMENT, system, table } from "./explorables.js";

const SENTENCES = [
  "propose A in R0",
  "write A to R0 at S2",
  "freeze R0 at S0",
  "freeze R0 at S1",
  "propose B in R1",
  "write B to R1 at S0",
];

/** Texts of the cells, without what is proposed. */
const registersIn = (journey: Journey) =>
  journey.here.picture.tables[0]!.rows.map(({ cells }) => cells.slice(0, -1).map(({ text }) => text));

it("shows the registers after each step as spec has them, what the step changed, and what is decided and broken", () => {
  const journey = new Journey(table("wrong-singleton"));
  expect(journey.follow(SENTENCES)).toBe(6);
  for (let stop = 0; stop <= 6; stop++) {
    journey.goTo(stop);
    const { rows } = stateAfter(["S0", "S1", "S2"], [0, 1], BREAKS_AGREEMENT.slice(0, stop));
    expect(registersIn(journey)).toEqual(rows.map((row) => row.map(formatRegister)));
  }
  expect(journey.stops.map(({ changed }) => [...changed])).toEqual([[], [3], [2], [0], [1], [7], [4]]);
  expect(journey.stops.map(({ cameAbout }) => cameAbout.join())).toEqual(["", "", "A", "A", "A", "A", "A,B"]);
  expect(journey.stops.map(({ broken }) => broken.length)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  expect(
    journey.here.picture.tables[0]!.rows.map(({ note, cells }) => [note, cells.map(({ decides }) => decides)]),
  ).toEqual([
    ["A decided by {S2}", [false, false, true, false]],
    ["B decided by {S0}", [true, false, false, false]],
  ]);
});

it("goes back and forward, keeps the way ahead until another step is taken, and stays within its ends", () => {
  const journey = new Journey(table("wrong-singleton"));
  journey.follow(SENTENCES);
  const [steps] = [journey.steps];
  journey.goTo(2);
  expect(journey.steps).toEqual(steps.slice(0, 2));
  journey.take(steps[2]!);
  expect([journey.at, journey.stops.length]).toEqual([3, 7]);
  journey.goTo(2);
  const other = journey.choices.find(({ sentence }) => sentence === "freeze R0 at S1")!;
  journey.take(other.step);
  expect(journey.stops.slice(1).map(({ sentence }) => sentence)).toEqual([...SENTENCES.slice(0, 2), "freeze R0 at S1"]);
  journey.goTo(99);
  expect(journey.at).toBe(3);
  journey.goTo(-1);
  expect([journey.at, journey.steps]).toEqual([0, []]);
});

it("offers what can happen in a state, and nothing else", () => {
  const journey = new Journey(table("wrong-singleton"));
  const sentences = () => journey.choices.map(({ sentence }) => sentence);
  expect(sentences()).toEqual([
    "propose A in R0",
    "propose B in R0",
    "freeze R0 at S0",
    "freeze R0 at S1",
    "freeze R0 at S2",
  ]);
  journey.follow(SENTENCES);
  expect(sentences()).toEqual(["write B to R1 at S1", "write B to R1 at S2"]);
});

it("takes the steps of a URL as far as they are possible, and says how many were", () => {
  const journey = new Journey(table("wrong-singleton"));
  journey.follow(SENTENCES);
  const { steps } = journey;
  const again = new Journey(table("wrong-singleton"));
  expect(again.restart(steps)).toBe(6);
  expect(again.here.sentence).toBe(SENTENCES[5]);
  for (const wrong of [steps[0]!, 999, -1, 1.5]) {
    expect(new Journey(table("wrong-singleton")).restart([steps[0]!, wrong])).toBe(1);
  }
  expect(new Journey(table("three-majority")).follow(["propose A in R0", "no such step"])).toBe(1);
});

it("a search says whether it has seen all: from the end no way leads on, and among many states it stops", () => {
  const journey = new Journey(table("wrong-singleton"));
  const [breaks] = kindsOf(journey.explorable);
  expect(journey.wayTo(breaks!).way).toHaveLength(6);
  const safe = new Journey(table("three-majority"));
  expect(safe.wayTo(kindsOf(safe.explorable)[0]!)).toEqual({ way: null, all: true });
  expect(safe.wayTo(kindsOf(safe.explorable)[0]!, 557)).toEqual({ way: null, all: false });
  expect(safe.wayTo(kindsOf(safe.explorable)[0]!, 558)).toEqual({ way: null, all: true });
  expect(safe.at).toBe(0);
  expect(safe.choices).toHaveLength(5);
});

it("walks through a system in its own sentences and tables", () => {
  const journey = new Journey(system("kafka-isr", "sound", { replicas: 4, changes: 2 }));
  expect(journey.choices.map(({ sentence }) => sentence)[0]).toBe(
    "the leader in the east reads that {R0,R1,R2,R3} are in sync",
  );
  journey.take(journey.choices[0]!.step);
  const { picture, changed } = journey.here;
  expect(picture.tables[0]!.rows.map(({ name }) => name)).toEqual(["east", "west"]);
  expect(picture.tables[0]!.head).toEqual(["read", "wrote", "hasDecided"]);
  expect([...changed]).toEqual([0]);
  expect(picture.lines.map(([name]) => name)).toEqual(["isr", "version"]);
});
