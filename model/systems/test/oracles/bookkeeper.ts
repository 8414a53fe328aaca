/** A ledger once more, after the descriptions of the protocol. */
import { changed, pairs, range, searchDumbly, setsOf } from "./dumbly.js";

interface Ledger {
  /** Null before it is created. */
  meta: {
    state: "open" | "recovering" | "closed";
    upTo: number;
    parts: { from: number; on: number[] }[];
    stamp: number;
  } | null;
  writer: { stamp: number; sure: number; dead: boolean; swaps: number };
  /** By entry, once it is added: to whom, with which word of what is sure, and who said that it has it. */
  adds: { to: number[]; word: number; ok: number[] }[];
  disks: number[][];
  fences: number[];
  reader: {
    stamp: number;
    whom: number[];
    from: number;
    at: number;
    not: number[];
    copies: number[];
    does: string;
  } | null;
}

interface Sizes {
  readonly bookies: number;
  readonly "write-quorum": number;
  readonly "ack-quorum": number;
  readonly entries: number;
  readonly "ensemble-changes": number;
}

const sorted = (list: number[]): number[] => [...new Set(list)].sort();

export function bookkeeperDumbly(variant: string, sizes: Sizes) {
  const { bookies, entries, "write-quorum": w, "ack-quorum": a, "ensemble-changes": swaps } = sizes;
  const enough = w - a + 1;
  const all = range(bookies);
  return searchDumbly<Ledger>({
    initial: {
      meta: null,
      writer: { stamp: 0, sure: 0, dead: false, swaps: 0 },
      adds: [],
      disks: range(entries).map(() => []),
      fences: [],
      reader: null,
    },
    next: (state) => {
      const out: Ledger[] = [];
      const step = (change: (copy: Ledger) => void) => out.push(changed(state, change));
      const { meta, writer, adds, disks, fences, reader } = state;
      if (meta === null) {
        for (const on of setsOf(all, w).filter((set) => set.length === w)) {
          step((s) => {
            s.meta = { state: "open", upTo: 0, parts: [{ from: 0, on }], stamp: 1 };
            s.writer.stamp = 1;
          });
        }
        return out;
      }
      const part = meta.parts.at(-1)!;
      if (!writer.dead) {
        if (adds.length < entries) step((s) => s.adds.push({ to: [...part.on], word: writer.sure, ok: [] }));
        const next = adds[writer.sure];
        if (next !== undefined && next.ok.filter((b) => part.on.includes(b)).length >= a) step((s) => s.writer.sure++);
        if (
          adds.some(({ to, ok }) => to.some((b) => !ok.includes(b) && fences.includes(b))) &&
          variant !== "no-fencing"
        ) {
          step((s) => {
            s.writer.dead = true;
          });
        }
        if (variant === "unversioned-close" || meta.stamp === writer.stamp) {
          step((s) => {
            Object.assign(s.meta!, { state: "closed", upTo: writer.sure, stamp: meta.stamp + 1 });
            s.writer.dead = true;
          });
        }
        const maySwap = writer.swaps < swaps && adds.length > writer.sure;
        if (maySwap && (variant === "unversioned-ensemble-change" || meta.stamp === writer.stamp)) {
          for (const [bad, good] of pairs(
            part.on,
            all.filter((b) => !part.on.includes(b)),
          )) {
            step((s) => {
              const parts = s.meta!.parts.filter(({ from }) => from !== writer.sure);
              parts.push({ from: writer.sure, on: sorted([...part.on.filter((b) => b !== bad), good]) });
              s.meta = { state: "open", upTo: 0, parts, stamp: meta.stamp + 1 };
              s.writer.stamp = meta.stamp + 1;
              s.writer.swaps++;
              for (const add of s.adds.slice(writer.sure)) add.to = sorted([...add.to, good]);
            });
          }
        }
      }
      for (const [e, { to, ok }] of adds.entries()) {
        for (const b of to.filter((one) => !ok.includes(one) && !fences.includes(one))) {
          step((s) => {
            s.adds[e]!.ok = sorted([...ok, b]);
            s.disks[e] = sorted([...disks[e]!, b]);
          });
        }
      }
      if (reader === null) {
        if (meta.state !== "open") return out;
        step((s) => {
          Object.assign(s.meta!, { state: "recovering", stamp: meta.stamp + 1 });
          const does = variant === "no-fencing" ? "reads" : "fences";
          s.reader = {
            stamp: meta.stamp + 1,
            whom: part.on,
            from: part.from,
            at: part.from,
            not: [],
            copies: [],
            does,
          };
        });
        return out;
      }
      const { whom, at, not, does, copies } = reader;
      if (does === "fences") {
        const fenced = whom.filter((b) => fences.includes(b));
        for (const b of whom) if (!fences.includes(b)) step((s) => (s.fences = sorted([...fences, b])));
        if (fenced.length >= enough) {
          step((s) => {
            const words = adds.flatMap(({ word }, e) => (fenced.some((b) => disks[e]!.includes(b)) ? [word] : []));
            s.reader!.at = Math.max(reader.from, ...words);
            s.reader!.does = "reads";
          });
        }
      }
      if (does === "reads") {
        for (const b of whom.filter((one) => at < entries && !not.includes(one))) {
          step((s) => {
            if (disks[at]!.includes(b)) s.reader!.does = "copies";
            else s.reader!.not = sorted([...not, b]);
            if (!["no-fencing", "unfenced-reads"].includes(variant)) s.fences = sorted([...fences, b]);
          });
        }
        const mayClose = variant === "unversioned-close" || meta.stamp === reader.stamp;
        if (mayClose && (at === entries || not.length >= enough)) {
          step((s) => {
            Object.assign(s.meta!, { state: "closed", upTo: at, stamp: meta.stamp + 1 });
            s.reader!.does = "nothing";
          });
        }
      }
      if (does === "copies") {
        for (const b of whom.filter((one) => !copies.includes(one))) {
          step((s) => {
            s.disks[at] = sorted([...disks[at]!, b]);
            s.reader!.copies = sorted([...copies, b]);
            if (copies.length + 1 === a) Object.assign(s.reader!, { at: at + 1, does: "reads", not: [], copies: [] });
          });
        }
      }
      return out;
    },
    fails: {
      "nothing confirmed is lost": ({ meta, writer }) => meta?.state === "closed" && writer.sure > meta.upTo,
      "an ack quorum has every entry of a closed ledger": ({ meta, disks }) => {
        if (meta?.state !== "closed") return false;
        return range(meta.upTo).some((e) => {
          const own = meta.parts.filter(({ from }) => from <= e).at(-1)!;
          return disks[e]!.filter((b) => own.on.includes(b)).length < a;
        });
      },
    },
    failsBetween: {
      reopened: ({ meta: before }, { meta: after }) =>
        before?.state === "closed" && (after!.state !== "closed" || after!.upTo !== before.upTo),
    },
  });
}
