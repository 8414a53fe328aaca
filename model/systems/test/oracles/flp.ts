/**
 * Paxos without an end to ballots, once more: ballots are fractions, and brought down to their order after each step.
 */

import { changed, evadesDumbly, type Named, pairs, range, searchDumbly } from "./dumbly.js";
import { joinDumbly } from "./similarity.js";

interface Duel {
  clients: { does: string; n: number; from: number[]; best: [number, number] | null; wants: number | null }[];
  servers: { n: number; vote: [number, number] | null }[];
}

function ordered(state: Duel): Duel {
  const votes = [...state.clients.map(({ best }) => best), ...state.servers.map(({ vote }) => vote)];
  const all = [...state.clients, ...state.servers]
    .map(({ n }) => n)
    .concat(votes.flatMap((vote) => vote?.slice(0, 1) ?? []));
  const order = [...new Set(all.filter((n) => n > 0))].sort((a, b) => a - b);
  const place = (n: number) => order.indexOf(n) + 1;
  return changed(state, (copy) => {
    for (const one of [...copy.clients, ...copy.servers]) one.n = place(one.n);
    for (const one of copy.clients) if (one.best) one.best[0] = place(one.best[0]);
    for (const one of copy.servers) if (one.vote) one.vote[0] = place(one.vote[0]);
  });
}

export function duelDumbly(servers: number, clients: number) {
  const isMajority = (some: number[]) => some.length * 2 > servers;
  const steps = (state: Duel): Named<Duel>[] => {
    const out: Named<Duel>[] = [];
    const step = (name: string, change: (copy: Duel) => void) => out.push([name, ordered(changed(state, change))]);
    for (const [c, { does, n, from, best, wants }] of state.clients.entries()) {
      const beaten = state.servers.some((server) => server.n > n);
      if (does === "nothing" || (does !== "done" && beaten)) {
        const top = Math.max(...state.servers.map((server) => server.n), ...state.clients.map((client) => client.n));
        step(
          `begin ${c}`,
          (copy) => (copy.clients[c] = { does: "one", n: top + 0.5, from: [], best: null, wants: null }),
        );
      }
      for (const s of range(servers).filter((one) => !from.includes(one))) {
        const server = state.servers[s]!;
        if (does === "one" && server.n < n) {
          step(`promise ${s} ${c}`, (copy) => {
            copy.servers[s]!.n = n;
            const own = copy.clients[c]!;
            own.from = [...from, s].sort();
            if (server.vote && (!best || best[0] < server.vote[0])) own.best = [server.vote[0], server.vote[1]];
          });
        }
        if (does === "two" && server.n <= n) {
          step(`accept ${s} ${c}`, (copy) => {
            copy.servers[s] = { n, vote: [n, wants!] };
            copy.clients[c]!.from = [...from, s].sort();
          });
        }
      }
      if (!isMajority(from)) continue;
      if (does === "one") {
        step(
          `propose ${c}`,
          (copy) => (copy.clients[c] = { does: "two", n, from: [], best: null, wants: best === null ? c : best[1] }),
        );
      }
      if (does === "two")
        step(`decide ${c}`, (copy) => (copy.clients[c] = { does: "done", n: 0, from: [], best: null, wants }));
    }
    return out;
  };
  const found = searchDumbly<Duel>({
    initial: {
      clients: range(clients).map(() => ({ does: "nothing", n: 0, from: [], best: null, wants: null })),
      servers: range(servers).map(() => ({ n: 0, vote: null })),
    },
    next: (state) => steps(state).map(([, after]) => after),
    fails: {
      agreement: (state) =>
        new Set(state.clients.flatMap(({ does, wants }) => (does === "done" ? [wants] : []))).size > 1,
    },
  });
  const isDone = (state: Duel) => state.clients.some(({ does }) => does === "done");
  return { ...found, evades: () => evadesDumbly(found, steps, isDone, () => "weak") };
}

/** By outcomes that are still possible, as text: how many states. */
export function valencesDumbly({ graph }: ReturnType<typeof duelDumbly>): Record<string, number> {
  const can = new Map<string, Set<number>>();
  for (const [key, { state }] of graph) {
    can.set(key, new Set(state.clients.flatMap(({ does, wants }) => (does === "done" ? [wants!] : []))));
  }
  for (let isMore = true; isMore; ) {
    isMore = false;
    for (const [key, { next }] of graph) {
      const own = can.get(key)!;
      for (const value of next.flatMap((other) => [...can.get(other)!])) {
        if (own.has(value)) continue;
        own.add(value);
        isMore = true;
      }
    }
  }
  const counts: Record<string, number> = {};
  for (const own of can.values()) {
    const name = [...own].sort().join();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * Every order of steps of two processes that tell each other what they know, and every number of messages that arrive.
 */
export function twoDumbly(rounds: number) {
  const runs: { views: string[]; valid: number[] }[] = [];
  for (const inputs of pairs([0, 1], [0, 1])) {
    const play = (steps: number[], knows: unknown[][], mail: unknown[][], got: number[]): void => {
      if (steps.every((step) => step === 2 * rounds)) {
        runs.push({ views: knows.map((view, p) => JSON.stringify([p, view])), valid: inputs });
        return;
      }
      for (const p of [0, 1]) {
        const step = steps[p]!;
        if (step === 2 * rounds) continue;
        const after = steps.with(p, step + 1);
        if (step % 2 === 0) {
          play(after, knows, mail.with(p, [...mail[p]!, knows[p]]), got);
          continue;
        }
        for (const count of range(mail[1 - p]!.length + 1).filter((many) => many >= got[p]!)) {
          const heard = mail[1 - p]!.slice(0, count);
          play(after, knows.with(p, [...knows[p]!, heard]), mail, got.with(p, count));
        }
      }
    };
    play(
      [0, 0],
      inputs.map((input) => [input]),
      [[], []],
      [0, 0],
    );
  }
  return joinDumbly(runs);
}
