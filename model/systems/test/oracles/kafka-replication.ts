/**
 * Kafka's replication once more, close to the text of the TLA+ specification: replicas as objects, requests in a list.
 */
import { changed, pairs, range, searchDumbly } from "./dumbly.js";

interface Replica {
  log: { id: number; epoch: number }[];
  hw: number;
  epoch: number;
  leader: number | null;
  isr: number[];
}

interface Request {
  epoch: number;
  leader: number | null;
  isr: number[];
}

interface State {
  replicas: Replica[];
  quorum: Request;
  requests: Request[];
  written: number;
}

interface Sizes {
  readonly replicas: number;
  readonly log: number;
  readonly records: number;
  readonly epochs: number;
}

const sorted = (members: number[]): number[] => [...members].sort((a, b) => a - b);

class Rules {
  readonly variant: string;
  readonly size: Sizes;

  constructor(variant: string, size: Sizes) {
    this.variant = variant;
    this.size = size;
  }

  presumes = (s: State, r: number) => s.replicas[r]!.leader === r;

  sameEpoch = (s: State, l: number, f: number) =>
    this.presumes(s, l) && s.replicas[f]!.leader === l && s.replicas[f]!.epoch === s.replicas[l]!.epoch;

  caughtUp(s: State, l: number, f: number, end: number): boolean {
    const [leader, follower] = [s.replicas[l]!, s.replicas[f]!];
    if (follower.leader !== l) return false;
    if (this.variant === "kip-320-first-try") {
      if (leader.leader !== l) return false;
      return (
        end === 0 || (leader.log[end - 1] !== undefined && leader.log[end - 1]!.epoch === follower.log[end - 1]?.epoch)
      );
    }
    return end === 0 || (leader.log.length >= end && follower.log.length >= end);
  }

  matching(s: State, l: number, f: number): number {
    const same = range(this.size.log).filter((o) => {
      const [a, b] = [s.replicas[l]!.log[o], s.replicas[f]!.log[o]];
      return a !== undefined && b !== undefined && a.id === b.id && a.epoch === b.epoch;
    });
    return same.length === 0 ? 0 : Math.max(...same) + 1;
  }

  truncation(s: State, l: number, f: number): number | null {
    const [leader, follower] = [s.replicas[l]!, s.replicas[f]!];
    if (this.variant === "kip-320-first-try") return null;
    if (this.variant === "high-watermark") return follower.hw;
    if (this.variant !== "kip-101") return this.matching(s, l, f);
    const last = follower.log.at(-1);
    if (last === undefined) return 0;
    if (leader.log.length === 0) return follower.hw;
    if (leader.log.at(-1)!.epoch === last.epoch) return leader.log.length;
    const larger = leader.log.flatMap((entry, offset) => (entry.epoch > last.epoch ? [offset] : []));
    return larger.length === 0 ? follower.hw : Math.min(...larger);
  }

  mayFetch(s: State, l: number, f: number): boolean {
    if (this.variant === "kip-320") return this.sameEpoch(s, l, f);
    if (this.variant === "kip-320-first-try") return this.caughtUp(s, l, f, s.replicas[f]!.log.length);
    return this.presumes(s, l) && s.replicas[f]!.leader === l;
  }

  mayRaise(s: State, l: number): boolean {
    const { hw, isr, log } = s.replicas[l]!;
    if (hw >= this.size.log) return false;
    const holds = (f: number) => s.replicas[f]!.log.length > hw;
    if (this.variant === "kip-320") return log.length > hw && isr.every((f) => this.sameEpoch(s, l, f) && holds(f));
    if (!this.presumes(s, l)) return false;
    if (this.variant === "kip-320-first-try")
      return log.length > hw && isr.every((f) => this.caughtUp(s, l, f, hw + 1));
    return isr.every((f) => s.replicas[f]!.leader === l && holds(f));
  }

  lags(s: State, l: number, f: number): boolean {
    const end = s.replicas[l]!.log.length;
    if (this.variant === "kip-320") return !this.sameEpoch(s, l, f) || s.replicas[f]!.log.length < end;
    return !this.caughtUp(s, l, f, end);
  }

  mayJoin(s: State, l: number, f: number): boolean {
    const { hw, log, epoch } = s.replicas[l]!;
    const ownEpoch = hw === log.length || log[hw]?.epoch === epoch;
    if (this.variant === "kip-320") return this.sameEpoch(s, l, f) && s.replicas[f]!.log.length >= hw && ownEpoch;
    if (this.variant === "kip-320-first-try") return this.caughtUp(s, l, f, hw) && ownEpoch;
    return this.caughtUp(s, l, f, hw);
  }
}

export function kafkaDumbly(variant: string, size: Sizes, depthMax?: number) {
  const rules = new Rules(variant, size);
  const all = range(size.replicas);
  const found = searchDumbly<State>({
    ...(depthMax !== undefined && { depthMax }),
    initial: {
      replicas: all.map(() => ({ log: [], hw: 0, epoch: -1, leader: null, isr: [] })),
      quorum: { epoch: -1, leader: null, isr: all },
      requests: [],
      written: 0,
    },
    next: (state) => successors(state, rules, all),
    fails: {
      "weak-isr": (state) => all.some((l) => loses(state, l, state.replicas[l]!.isr)),
      "strong-isr": (state) => all.some((l) => loses(state, l, state.quorum.isr)),
    },
  });
  return found;
}

function loses(state: State, l: number, isr: readonly number[]): boolean {
  const leader = state.replicas[l]!;
  if (leader.leader !== l) return false;
  return isr.some((f) =>
    range(leader.hw).some((o) => {
      const [a, b] = [leader.log[o], state.replicas[f]!.log[o]];
      return a === undefined || b === undefined || a.id !== b.id || a.epoch !== b.epoch;
    }),
  );
}

function successors(state: State, rules: Rules, all: number[]): State[] {
  const { size, variant } = rules;
  const out: State[] = [];
  const step = (change: (s: State) => void) => out.push(changed(state, change));
  const ask = (leader: number | null, isr: number[]) =>
    step((s) => {
      s.quorum = { epoch: s.quorum.epoch + 1, leader, isr };
      s.requests.push(s.quorum);
    });
  const { quorum } = state;
  if (quorum.epoch < size.epochs) {
    for (const r of all) {
      const rest = quorum.isr.filter((member) => member !== r);
      if (quorum.isr.includes(r) && quorum.leader !== r) ask(r, quorum.isr);
      if (quorum.leader === r) ask(null, quorum.isr.length === 1 && rest.length === 0 ? quorum.isr : rest);
      else if (quorum.isr.includes(r)) ask(quorum.leader, rest);
    }
  }
  for (const request of state.requests) {
    const { leader, epoch, isr } = request;
    if (leader === null) continue;
    for (const r of all.filter((one) => epoch > state.replicas[one]!.epoch)) {
      if (r === leader) step((s) => Object.assign(s.replicas[r]!, { epoch, leader, isr }));
      else if (variant !== "kip-320" || (rules.presumes(state, leader) && state.replicas[leader]!.epoch === epoch)) {
        const cut = rules.truncation(state, leader, r);
        if (cut !== null && cut > state.replicas[r]!.log.length) continue;
        step((s) => {
          const one = s.replicas[r]!;
          Object.assign(one, { epoch, leader, isr });
          if (cut === null) return;
          one.log = one.log.slice(0, cut);
          one.hw = Math.min(one.hw, cut);
        });
      }
    }
  }
  for (const r of all) {
    const { log, epoch } = state.replicas[r]!;
    if (rules.presumes(state, r) && state.written < size.records && log.length < size.log) {
      step((s) => {
        s.replicas[r]!.log.push({ id: s.written, epoch });
        s.written++;
      });
    }
    if (rules.mayRaise(state, r)) step((s) => s.replicas[r]!.hw++);
  }
  for (const [l, f] of pairs(all, all)) betweenTwo(state, rules, l, f, step);
  return out;
}

function betweenTwo(
  state: State,
  rules: Rules,
  l: number,
  f: number,
  step: (change: (s: State) => void) => void,
): void {
  const [leader, follower] = [state.replicas[l]!, state.replicas[f]!];
  const entry = leader.log[follower.log.length];
  if (entry !== undefined && rules.mayFetch(state, l, f)) {
    step((s) => {
      const one = s.replicas[f]!;
      one.log.push(entry);
      one.hw = Math.min(leader.hw, one.log.length);
    });
  }
  const { quorum } = state;
  if (quorum.leader === l && rules.presumes(state, l) && leader.epoch === quorum.epoch) {
    const write = (isr: number[]) =>
      step((s) => {
        s.quorum.isr = isr;
        s.replicas[l]!.isr = isr;
      });
    if (f !== l && leader.isr.includes(f) && rules.lags(state, l, f)) write(leader.isr.filter((one) => one !== f));
    if (!leader.isr.includes(f) && rules.mayJoin(state, l, f)) write(sorted([...leader.isr, f]));
  }
  if (rules.variant === "kip-320-first-try" && rules.presumes(state, l) && follower.leader === l) {
    const last = follower.log.length - 1;
    const other = leader.log[last];
    const differs =
      last >= leader.log.length || (last >= 0 && other !== undefined && other.epoch !== follower.log[last]!.epoch);
    if (!differs) return;
    const cut = rules.matching(state, l, f);
    step((s) => {
      const one = s.replicas[f]!;
      one.log = one.log.slice(0, cut);
      one.hw = Math.min(one.hw, cut);
    });
  }
}
