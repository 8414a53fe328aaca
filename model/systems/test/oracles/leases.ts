/** Leases once more, with absolute clocks brought down to the slowest after each step. */
import { changed, range, searchDumbly } from "./dumbly.js";

interface Sizes {
  readonly replicas: number;
  readonly master: number;
  readonly replica: number;
  readonly drift: number;
}

interface Masters {
  /** Clocks: two masters, then replicas. */
  clocks: number[];
  promise: number[];
  belief: { left: number; leads: boolean; heard: boolean[]; missed: boolean }[];
}

/** Each clock with what it counts, one at a time; all at once where they never differ. */
function ticked<State extends { clocks: number[] }>(
  state: State,
  drift: number,
  counts: readonly ((copy: State) => void)[],
): State[] {
  if (drift === 0) {
    const all = (copy: State) => {
      for (const count of counts) count(copy);
    };
    return [changed(state, all)];
  }
  return counts.flatMap((count, p) => {
    if (state.clocks[p]! - Math.min(...state.clocks) >= drift) return [];
    return [
      changed(state, (copy) => {
        count(copy);
        copy.clocks[p]!++;
        const least = Math.min(...copy.clocks);
        copy.clocks = copy.clocks.map((clock) => clock - least);
      }),
    ];
  });
}

export function mastersDumbly(startsAtQuorum: boolean, { replicas, master, replica, drift }: Sizes) {
  const all = range(replicas);
  return searchDumbly<Masters>({
    initial: {
      clocks: range(2 + replicas).map(() => 0),
      promise: all.map(() => 0),
      belief: range(2).map(() => ({ left: 0, leads: false, heard: all.map(() => false), missed: false })),
    },
    next: (state) => {
      const out: Masters[] = [];
      const counts: ((copy: Masters) => void)[] = [];
      for (const m of [0, 1]) {
        const { left, leads, heard } = state.belief[m]!;
        const count = (copy: Masters) => {
          const own = copy.belief[m]!;
          if (own.left === 0 || (startsAtQuorum && !own.leads)) return;
          own.left--;
          if (own.left === 0) copy.belief[m] = { left: 0, leads: false, heard: all.map(() => false), missed: false };
        };
        counts.push(count);
        if (left === 0)
          out.push(
            changed(state, (copy) => {
              copy.belief[m]!.left = master;
            }),
          );
        if (leads && state.belief[1 - m]!.leads)
          out.push(
            changed(state, (copy) => {
              copy.belief[1 - m]!.missed = true;
            }),
          );
        if (left === 0 || leads) continue;
        for (const r of all) {
          if (state.promise[r] !== 0 || heard[r]) continue;
          out.push(
            changed(state, (copy) => {
              copy.promise[r] = replica;
              copy.belief[m]!.heard[r] = true;
            }),
          );
        }
        if (heard.filter(Boolean).length * 2 <= replicas) continue;
        out.push(
          changed(state, (copy) => {
            copy.belief[m]!.leads = true;
            if (startsAtQuorum) copy.belief[m]!.left = master;
          }),
        );
      }
      for (const r of all) {
        const count = (copy: Masters) => {
          if (copy.promise[r]! > 0) copy.promise[r]!--;
        };
        counts.push(count);
      }
      out.push(...ticked(state, drift, counts));
      return out;
    },
    fails: {
      "one master at a time": ({ belief }) => belief.every(({ leads }) => leads),
      "a local read never misses an acknowledged write": ({ belief }) =>
        belief.some(({ leads, missed }) => leads && missed),
    },
  });
}

interface Readers {
  clocks: number[];
  wait: number[];
  reader: { left: number; reads: boolean; has: boolean }[];
  write: number;
}

export function readersDumbly(waits: boolean, { replicas, master, replica, drift }: Sizes) {
  const all = range(replicas);
  return searchDumbly<Readers>({
    initial: {
      clocks: range(1 + replicas).map(() => 0),
      wait: all.map(() => 0),
      reader: all.map(() => ({ left: 0, reads: false, has: false })),
      write: 0,
    },
    next: (state) => {
      const { write, reader, wait } = state;
      if (write === 2) return [];
      const out: Readers[] = [];
      const counts = [
        (copy: Readers) => {
          copy.wait = copy.wait.map((left) => Math.max(0, left - 1));
        },
      ];
      for (const r of all) {
        const own = reader[r]!;
        const count = (copy: Readers) => {
          const one = copy.reader[r]!;
          one.left = Math.max(0, one.left - 1);
          one.reads &&= one.left > 0;
        };
        counts.push(count);
        if (write === 0 && own.left === 0)
          out.push(
            changed(state, (copy) => {
              copy.reader[r]!.left = master;
            }),
          );
        if (write === 0 && own.left > 0 && !own.reads) {
          out.push(
            changed(state, (copy) => {
              copy.reader[r]!.reads = true;
              copy.wait[r] = replica;
            }),
          );
        }
        if (write === 1)
          out.push(
            changed(state, (copy) => {
              copy.reader[r]!.has = true;
            }),
          );
      }
      if (write === 0)
        out.push(
          changed(state, (copy) => {
            copy.write = 1;
          }),
        );
      const copies = reader.filter(({ has }) => has).length + 1;
      const isDone = all.every((r) => reader[r]!.has || wait[r] === 0);
      if (write === 1 && copies * 2 > replicas + 1 && (!waits || isDone)) {
        out.push(
          changed(state, (copy) => {
            copy.write = 2;
          }),
        );
      }
      out.push(...ticked(state, drift, counts));
      return out;
    },
    fails: {
      "a local read never misses an acknowledged write": ({ write, reader }) =>
        write === 2 && reader.some(({ reads, has }) => reads && !has),
    },
  });
}
