/** For every protocol, by hand: runs with their views are listed one by one, and joined until nothing changes. */
import { range } from "./dumbly.js";

interface Run {
  readonly views: readonly string[];
  readonly valid: readonly number[];
}

export function joinDumbly(runs: readonly Run[]): { components: number; isSolvable: boolean } {
  const groups: { views: Set<string>; values: number[] }[] = [];
  for (const { views, valid } of runs) {
    const touched = groups.filter((group) => views.some((view) => group.views.has(view)));
    const rest = groups.filter((group) => !touched.includes(group));
    const joined = { views: new Set(views), values: [...valid] };
    for (const group of touched) {
      for (const view of group.views) joined.views.add(view);
      joined.values = joined.values.filter((value) => group.values.includes(value));
    }
    groups.splice(0, groups.length, ...rest, joined);
  }
  return { components: groups.length, isSolvable: groups.every(({ values }) => values.length > 0) };
}

const inputsOf = (count: number): number[][] =>
  range(2 ** count).map((bits) => range(count).map((p) => (bits >> p) % 2));

/** Every order of steps of processes that write, use the object and read. */
export function herlihyDumbly(object: string, processes: number, rounds: number) {
  const runs: Run[] = [];
  for (const inputs of inputsOf(processes)) {
    const play = (steps: number[], knows: unknown[][], written: unknown[], objects: (number | null)[]): void => {
      if (steps.every((step) => step === 3 * rounds)) {
        runs.push({ views: knows.map((view, p) => JSON.stringify([p, view])), valid: inputs });
        return;
      }
      for (const p of range(processes)) {
        const [step, round] = [steps[p]! % 3, Math.floor(steps[p]! / 3)];
        if (round === rounds) continue;
        const after = [structuredClone(knows), [...written], [...objects]] as [
          unknown[][],
          unknown[],
          (number | null)[],
        ];
        const [nowKnows, nowWritten, nowObjects] = after;
        if (step === 0) nowWritten[p] = structuredClone(knows[p]);
        if (step === 1 && object !== "registers") {
          nowObjects[round] ??= p;
          const who = nowObjects[round];
          nowKnows[p]!.push(object === "test-and-set" ? who === p : who);
        }
        if (step === 2) nowKnows[p]!.push(written.map((what, q) => (q === p ? null : what)));
        play(steps.with(p, steps[p]! + 1), ...after);
      }
    };
    play(
      range(processes).map(() => 0),
      inputs.map((input) => [input]),
      range(processes).map(() => null),
      range(rounds).map(() => null),
    );
  }
  return joinDumbly(runs);
}

/** Every way to crash, round by round. Counts states as they are after each sender's turn. */
export function synchronousDumbly(processes: number, crashes: number, rounds: number) {
  const runs: Run[] = [];
  const all = range(processes);
  let [states, worst] = [2 ** (processes + 1) - 1, 0];
  for (const inputs of inputsOf(processes)) {
    const play = (round: number, alive: number[], knows: unknown[]): void => {
      if (round === rounds) {
        runs.push({ views: alive.map((p) => JSON.stringify([p, knows[p]])), valid: inputs });
        const sets = alive.map((p) => [0, 1].filter((value) => JSON.stringify(knows[p]).includes(`v${value}`)).join());
        if (new Set(sets).size > 1) worst++;
        return;
      }
      const turn = (index: number, living: number[], heard: number[][]): void => {
        if (index === alive.length) {
          play(
            round + 1,
            living,
            all.map((p) => [knows[p], ...heard[p]!.map((q) => [q, knows[q]])]),
          );
          return;
        }
        const p = alive[index]!;
        const reach = (others: number[]) =>
          heard.map((list, q) => (others.includes(q) && q !== p ? [...list, p] : list));
        states++;
        turn(index + 1, living, reach(living));
        if (processes - living.length === crashes) return;
        const left = living.filter((q) => q !== p);
        for (const bits of range(2 ** left.length)) {
          states++;
          turn(index + 1, left, reach(left.filter((_, place) => (bits >> place) % 2 === 1)));
        }
      };
      turn(
        0,
        alive,
        all.map(() => []),
      );
    };
    play(
      0,
      all,
      inputs.map((input) => `v${input}`),
    );
  }
  return { ...joinDumbly(runs), states, isBroken: worst > 0 };
}
