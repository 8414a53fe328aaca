/**
 * Broadcast by a row of consensus instances, once more: each instance is its proposals, the one taken up, and whether
 * that stands.
 */
import { changed, pairs, range, searchDumbly, stuckDumbly } from "./dumbly.js";

interface Network {
  /** By message: who sent it, or -1. */
  from: number[];
  inbox: number[][];
  instances: { offers: (number | null)[]; pick: number | null; stands: boolean }[];
  /** By process: instances read, and what was delivered, in order. */
  read: number[];
  out: number[][];
}

export function broadcastDumbly(variant: string, processes: number, messages: number) {
  const [all, things] = [range(processes), range(messages)];
  const found = searchDumbly<Network>({
    initial: {
      from: things.map(() => -1),
      inbox: all.map(() => []),
      instances: things.map(() => ({ offers: all.map(() => null), pick: null, stands: false })),
      read: all.map(() => 0),
      out: all.map(() => []),
    },
    next: (state) => {
      const next: Network[] = [];
      const step = (change: (copy: Network) => void) => next.push(changed(state, change));
      for (const [p, m] of pairs(all, things)) {
        const knows = (copy: Network) => (copy.inbox[p] = [...copy.inbox[p]!, m].sort());
        if (state.from[m] === -1) {
          step((copy) => {
            copy.from[m] = p;
            knows(copy);
            if (variant === "delivers-locally") copy.out[p]!.push(m);
          });
        } else if (!state.inbox[p]!.includes(m)) step(knows);
        const k = state.read[p]!;
        const here = state.instances[k];
        const earlier = state.instances.slice(0, k).map(({ pick }) => pick);
        if (here && here.offers[p] === null && state.inbox[p]!.includes(m) && !earlier.includes(m)) {
          step((copy) => (copy.instances[k]!.offers[p] = m));
        }
      }
      for (const [k, { offers, pick, stands }] of state.instances.entries()) {
        if (pick === null)
          for (const offer of offers) if (offer !== null) step((copy) => (copy.instances[k]!.pick = offer));
        if (pick !== null && !stands) step((copy) => (copy.instances[k]!.stands = true));
        if (!stands) continue;
        for (const p of all.filter((one) => state.read[one] === k)) {
          step((copy) => {
            copy.read[p]!++;
            if (!copy.out[p]!.includes(pick!)) copy.out[p]!.push(pick!);
          });
        }
      }
      return next;
    },
    fails: {
      "total order": ({ out }) =>
        pairs(out, out).some(([a, b]) => a.some((m, place) => place < b.length && b[place] !== m)),
      "replicas that have applied as many commands are in one state": ({ out }) =>
        pairs(out, out).some(([a, b]) => a.length === b.length && a.at(-1) !== b.at(-1)),
      "no message is delivered twice": ({ out }) => out.some((list) => new Set(list).size < list.length),
    },
  });
  const isDone = ({ from, out }: Network) => out.every((list) => list.length === from.filter((p) => p >= 0).length);
  return { ...found, stuck: stuckDumbly(found, isDone) };
}
