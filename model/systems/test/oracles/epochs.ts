/** Histories, corrupt disks and masters by number, once more. */
import { changed, evadesDumbly, type Named, pairs, range, searchDumbly, setsOf } from "./dumbly.js";

interface Zab {
  promised: (number | null)[];
  current: (number | null)[];
  /** By epoch: who leads, and the history; what each server has acknowledged of it. */
  epochs: { leader: number | null; history: number[]; acked: number[] }[];
}

export function zabDumbly(variant: string, servers: number, epochs: number, each: number) {
  const majority = Math.floor(servers / 2) + 1;
  const held = (s: Zab, one: number): number[] => {
    const e = s.current[one];
    return e === null || e === undefined ? [] : s.epochs[e]!.history.slice(0, s.epochs[e]!.acked[one]);
  };
  const rank = (s: Zab, one: number): number => {
    const recent = (s.current[one] ?? -1) + 1;
    return variant === "longest-history" ? held(s, one).length : recent * 1000 + held(s, one).length;
  };
  const committed = ({ epochs: all }: Zab): number[][] =>
    all.map(({ history, acked }) => history.filter((_, place) => acked.filter((n) => n > place).length >= majority));
  return searchDumbly<Zab>({
    initial: {
      promised: range(servers).map(() => null),
      current: range(servers).map(() => null),
      epochs: range(epochs).map(() => ({ leader: null, history: [], acked: range(servers).map(() => 0) })),
    },
    next: (state) => {
      const out: Zab[] = [];
      const step = (change: (s: Zab) => void) => out.push(changed(state, change));
      for (const e of range(epochs)) {
        const { leader, history, acked } = state.epochs[e]!;
        const ready = range(servers).filter((one) => state.promised[one] === e);
        if (leader === null) {
          for (const quorum of setsOf(ready, majority).filter((set) => set.length === majority)) {
            const best = Math.max(...quorum.map((one) => rank(state, one)));
            for (const [l, from] of pairs(quorum, quorum)) {
              const isOwn = variant === "keeps-own-history" || variant === "elects-most-recent";
              if (isOwn && l !== from) continue;
              if (variant !== "keeps-own-history" && rank(state, from) < best) continue;
              step((s) => Object.assign(s.epochs[e]!, { leader: l, history: held(state, from) }));
            }
          }
        }
        const own = history.filter((t) => Math.floor(t / each) === e).length;
        const following = state.current.filter((at) => at !== null && at >= e).length;
        if (leader !== null && following >= majority && own < each) {
          step((s) => void s.epochs[e]!.history.push(e * each + own));
        }
        for (const one of range(servers)) {
          const promised = state.promised[one];
          if (promised === null || promised === undefined || promised < e)
            step((s) => Object.assign(s.promised, { [one]: e }));
          const at = state.current[one] ?? -1;
          if (leader !== null && promised === e && at < e) {
            step((s) => {
              s.current[one] = e;
              s.epochs[e]!.acked[one] = history.length;
            });
          }
          if (at === e && (variant === "no-promise" || promised === e) && acked[one]! < history.length) {
            step((s) => void s.epochs[e]!.acked[one]!++);
          }
        }
      }
      return out;
    },
    fails: {
      contradiction: (state) => {
        const all = committed(state);
        return pairs(all, all).some(([a, b]) => a.some((t, place) => b[place] !== undefined && b[place] !== t));
      },
    },
  });
}

interface Corrupt {
  proposed: Record<string, number>;
  votes: string[];
  promised: boolean[];
  memory: number[][];
  told: (number[] | null)[];
  again: number[] | null;
  lost: number | null;
  begun: number[];
  from: number | null;
}

export function corruptDumbly(variant: string, servers: number, slots: number, isPipelined: boolean) {
  const majority = Math.floor(servers / 2) + 1;
  const decided = (s: Corrupt, i: number): number[] =>
    [0, 1]
      .filter((e) => s.votes.filter((vote) => vote.startsWith(`${i} ${e} `)).length >= majority)
      .map((e) => s.proposed[`${i} ${e}`]!);
  const takesPart = (s: Corrupt, one: number, i: number): boolean => s.lost !== one || (s.from !== null && i >= s.from);
  const isNew = (s: Corrupt, one: number): boolean => variant === "new-incarnation" && s.lost === one;
  const hasBegun = (s: Corrupt, i: number): boolean => [0, 1].some((e) => s.proposed[`${i} ${e}`] !== undefined);
  const allowed = (s: Corrupt, i: number, v: number): boolean => {
    const heard = range(servers).flatMap((one) => {
      const told = isNew(s, one) && takesPart(s, one, i) ? s.again : s.told[one]!;
      return told === null ? [] : [told];
    });
    if (heard.length < majority) return false;
    return !heard.some((told) => told.includes(i)) || s.proposed[`${i} 0`] === v;
  };
  return searchDumbly<Corrupt>({
    initial: {
      proposed: {},
      votes: [],
      promised: range(servers).map(() => false),
      memory: range(servers).map(() => []),
      told: range(servers).map(() => null),
      again: null,
      lost: null,
      begun: [],
      from: null,
    },
    next: (state) => {
      const out: Corrupt[] = [];
      const step = (change: (s: Corrupt) => void) => out.push(changed(state, change));
      for (const one of range(servers)) {
        const told = isNew(state, one) ? state.again : state.told[one]!;
        if (!state.promised[one] && told === null && range(slots).some((i) => takesPart(state, one, i))) {
          step((s) => {
            s.promised[one] = true;
            if (isNew(s, one)) s.again = s.memory[one]!;
            else s.told[one] = s.memory[one]!;
          });
        }
        if (state.lost === null && (state.promised[one] || state.memory[one]!.length > 0)) {
          step((s) => {
            s.lost = one;
            s.promised[one] = false;
            s.memory[one] = [];
            s.begun = range(slots).filter((i) => hasBegun(state, i));
            if (variant === "rejoins-at-once") s.from = 0;
          });
        }
      }
      for (const [i, e] of pairs(range(slots), [0, 1])) {
        const key = `${i} ${e}`;
        const mayBegin = isPipelined || i === 0 || decided(state, i - 1).length > 0;
        for (const v of [0, 1]) {
          if (state.proposed[key] !== undefined || !mayBegin || (e === 1 && !allowed(state, i, v))) continue;
          step((s) => {
            s.proposed = Object.fromEntries(Object.entries({ ...s.proposed, [key]: v }).sort());
          });
        }
        for (const one of range(servers)) {
          const vote = `${key} ${one}`;
          if (state.proposed[key] === undefined || state.votes.includes(vote)) continue;
          if ((e === 0 && state.promised[one]) || !takesPart(state, one, i)) continue;
          step((s) => {
            s.votes = [...s.votes, vote].sort();
            if (e === 0) s.memory[one] = [...s.memory[one]!, i].sort();
            else s.promised[one] = true;
          });
        }
      }
      if (variant === "never-rejoins" || state.lost === null || state.from !== null) return out;
      for (const i of range(slots)) {
        if (state.begun.includes(i) || decided(state, i).length === 0) continue;
        if (variant === "rejoins-after-one-instance") step((s) => Object.assign(s, { from: 0 }));
        if (variant === "new-incarnation" && i + 1 < slots && !hasBegun(state, i + 1)) {
          step((s) => Object.assign(s, { from: i + 1 }));
        }
      }
      return out;
    },
    fails: { agreement: (state) => range(slots).some((i) => new Set(decided(state, i)).size > 1) },
  });
}

interface Masters {
  master: number | null;
  cut: boolean[];
  ahead: boolean[];
  operation: string;
  stale: boolean;
  failed: number;
}

export function mastersByNumberDumbly(variant: string, replicas: number, failures: number) {
  const all = range(replicas);
  const steps = (state: Masters): Named<Masters>[] => {
    const out: Named<Masters>[] = [];
    const step = (name: string, change: (s: Masters) => void) => out.push([name, changed(state, change)]);
    const { master, operation, stale, cut, ahead } = state;
    const lose = (s: Masters) => Object.assign(s, { master: null, stale: s.operation === "begun" || s.stale });
    if (master !== null && operation === "none") step("begin", (s) => Object.assign(s, { operation: "begun" }));
    if (master !== null && operation === "begun" && (!stale || variant === "no-epoch-check")) {
      step("do", (s) => Object.assign(s, { operation: "done" }));
    }
    if (operation === "begun" && stale) step("refuse", (s) => Object.assign(s, { operation: "none", stale: false }));
    if (master !== null && state.failed < failures)
      step("fail", (s) => Object.assign(lose(s), { failed: s.failed + 1 }));
    for (const r of all) {
      if (master === null && !cut[r]) {
        step(`elect ${r}`, (s) =>
          Object.assign(s, { master: r, ahead: s.ahead.map((is, other) => is && other !== r && s.cut[other]!) }),
        );
      }
      const others = all.some((other) => other !== r && !cut[other]);
      if (!cut[r] && master !== r && others) step(`cut ${r}`, (s) => Object.assign(s.cut, { [r]: true }));
      if (cut[r] && !ahead[r]) step(`ask ${r}`, (s) => Object.assign(s.ahead, { [r]: true }));
      if (cut[r]) step(`back ${r}`, (s) => Object.assign(s.cut, { [r]: false }));
      if (master === null || !ahead[r] || cut[r]) continue;
      if (variant === "no-boost") step(`depose ${r}`, lose);
      else step(`boost ${r}`, (s) => Object.assign(s.ahead, { [r]: false }));
    }
    return out;
  };
  const found = searchDumbly<Masters>({
    initial: {
      master: null,
      cut: all.map(() => false),
      ahead: all.map(() => false),
      operation: "none",
      stale: false,
      failed: 0,
    },
    next: (state) => steps(state).map(([, after]) => after),
    failsBetween: {
      stale: (before, after) => before.operation === "begun" && before.stale && after.operation === "done",
    },
  });
  const owed = (name: string) => {
    if (name.startsWith("elect")) return "strong";
    return ["begin", "do", "refuse"].includes(name) || name.startsWith("boost") ? "weak" : null;
  };
  return { ...found, evades: evadesDumbly(found, steps, ({ operation }) => operation === "done", owed) };
}
