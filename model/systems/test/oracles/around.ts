/** Systems around consensus once more, each in its own few lines. */
import { changed, pairs, range, searchDumbly, setsOf, stuckDumbly } from "./dumbly.js";

interface Znode {
  value: number | null;
  version: number;
  clients: { read: { value: number | null; version: number } | null; hasSet: boolean; output: number | null }[];
}

export function zookeeperDumbly(variant: string, clients: number) {
  return searchDumbly<Znode>({
    initial: {
      value: null,
      version: 0,
      clients: range(clients).map(() => ({ read: null, hasSet: false, output: null })),
    },
    next: (state) =>
      range(clients).flatMap((c) => {
        const { read, hasSet, output } = state.clients[c]!;
        if (output !== null) return [];
        const out: Znode[] = [];
        const step = (change: (own: Znode["clients"][number], copy: Znode) => void) =>
          out.push(changed(state, (copy) => change(copy.clients[c]!, copy)));
        const write = (own: Znode["clients"][number], copy: Znode) => {
          copy.value = c;
          copy.version++;
          own.hasSet = true;
        };
        if (variant === "create") {
          step((own, copy) => {
            if (copy.value === null) write(own, copy);
            own.output = copy.value;
          });
          return out;
        }
        if (variant !== "get-and-set" && read === null && !hasSet) {
          step((own) => {
            own.read = { value: state.value, version: state.version };
            own.output = state.value;
          });
        }
        const isCurrent = read?.version === state.version;
        if (!hasSet && (variant === "get-and-set" || (read !== null && (variant !== "versioned-set" || isCurrent)))) {
          step((own, copy) => {
            write(own, copy);
            if (variant === "versioned-set" || variant === "plain-set") own.output = c;
          });
        }
        const fetches = variant === "versioned-set" ? read !== null && !isCurrent : hasSet;
        if (fetches) step((own) => Object.assign(own, { output: state.value }));
        return out;
      }),
    fails: {
      agreement: (state) => new Set(state.clients.flatMap(({ output }) => (output === null ? [] : [output]))).size > 1,
    },
  });
}

interface Halves {
  isr: string;
  version: number;
  halves: { read: { isr: string; version: number } | null; wrote: boolean; decided: boolean }[];
}

/** Only three sets ever come about: all, and either half. */
export function isrDumbly(variant: string, changes: number) {
  return searchDumbly<Halves>({
    initial: { isr: "both", version: 0, halves: range(2).map(() => ({ read: null, wrote: false, decided: false })) },
    next: (state) =>
      range(2).flatMap((h) => {
        const { read, wrote, decided } = state.halves[h]!;
        const own = `half ${h}`;
        const out: Halves[] = [];
        out.push(changed(state, (s) => Object.assign(s.halves[h]!, { read: { isr: s.isr, version: s.version } })));
        const overlaps = read?.isr === "both" || read?.isr === own || variant === "no-intersection";
        const isLast = read?.version === state.version || variant === "no-versions";
        if (read !== null && state.version < changes && overlaps && isLast && state.isr !== own) {
          out.push(
            changed(state, (s) => {
              s.isr = own;
              s.version++;
              s.halves[h]!.wrote = true;
            }),
          );
        }
        if (wrote && !decided) out.push(changed(state, (s) => Object.assign(s.halves[h]!, { decided: true })));
        return out;
      }),
    fails: { "only one half decides by itself": ({ halves }) => halves.every(({ decided }) => decided) },
  });
}

interface Operations {
  log: { client: number; does: string }[];
  replicas: { applied: number; holder: number | null }[];
  told: (boolean | null)[];
}

export function multiOpDumbly(variant: string, replicas: number, clients: number) {
  return searchDumbly<Operations>({
    initial: {
      log: [],
      replicas: range(replicas).map(() => ({ applied: 0, holder: null })),
      told: range(clients).map(() => null),
    },
    next: (state) => {
      const open = range(clients).filter((c) => !state.log.some(({ client }) => client === c));
      const branches = (c: number) =>
        variant === "sound"
          ? [`${c} if free`]
          : state.replicas.map(({ holder }) => (holder === null ? "take" : "leave"));
      const submitted = open.flatMap((client) =>
        branches(client).map((does) => changed(state, (s) => void s.log.push({ client, does }))),
      );
      const applied = range(replicas).flatMap((r) => {
        const entry = state.log[state.replicas[r]!.applied];
        if (entry === undefined) return [];
        return changed(state, (s) => {
          const own = s.replicas[r]!;
          const takes = entry.does === "take" || (entry.does.endsWith("if free") && own.holder === null);
          if (takes) own.holder = entry.client;
          s.told[entry.client] ??= takes;
          own.applied++;
        });
      });
      return [...submitted, ...applied];
    },
    fails: { "one client gets the lock": ({ told }) => told.filter(Boolean).length > 1 },
  });
}

interface Disk {
  decided: number;
  replicas: {
    from: number;
    learned: number;
    has: number[];
    at: number;
    begun: { at: number; has: number[] } | null;
    disk: { at: number; has: number[] };
  }[];
}

export function snapshotsDumbly(variant: string, replicas: number, commands: number) {
  const found = searchDumbly<Disk>({
    initial: {
      decided: 0,
      replicas: range(replicas).map(() => ({
        from: 0,
        learned: 0,
        has: [],
        at: 0,
        begun: null,
        disk: { at: 0, has: [] },
      })),
    },
    next: (state) =>
      range(replicas).flatMap((r) => {
        const own = state.replicas[r]!;
        const out: Disk[] = [];
        const step = (change: (one: Disk["replicas"][number], s: Disk) => void) =>
          out.push(changed(state, (s) => change(s.replicas[r]!, s)));
        if (own.learned === state.decided && state.decided < commands) {
          step((one, s) => {
            s.decided++;
            one.learned++;
          });
        }
        for (const other of state.replicas.filter((_, index) => index !== r)) {
          if (other.from <= own.learned && own.learned < other.learned) step((one) => void one.learned++);
          if (variant !== "no-catch-up" && other.disk.at > own.learned) {
            const { at, has } = other.disk;
            step((one) => Object.assign(one, { from: at, learned: at, at, has, begun: null, disk: other.disk }));
          }
        }
        if (own.from <= own.at && own.at < own.learned) {
          step((one) => {
            one.has = [...new Set([...one.has, one.at])].sort();
            one.at++;
          });
        }
        if (own.at !== own.disk.at || own.begun !== null) {
          step((one) => Object.assign(one, { at: one.disk.at, has: one.disk.has, begun: null }));
        }
        if (own.begun === null && own.at > own.disk.at) {
          step((one) => {
            one.begun = { at: one.at, has: one.has };
            if (variant === "truncates-first") one.from = one.at;
          });
        }
        if (own.begun !== null) {
          step((one) => {
            one.disk = { at: variant === "handle-ahead" ? one.at : one.begun!.at, has: one.begun!.has };
            one.begun = null;
          });
        }
        if (own.from < own.disk.at) {
          step((one) => {
            one.from = one.disk.at;
            one.learned = Math.max(one.learned, one.from);
          });
        }
        return out;
      }),
    fails: {
      "what is cut off the log is in a snapshot on disk": ({ replicas: all }) =>
        all.some(({ from, disk }) => from > disk.at),
      "a state has every command below its position": ({ replicas: all }) =>
        all.some(({ at, has }) => range(at).some((c) => !has.includes(c))),
    },
  });
  return { ...found, stuck: stuckDumbly(found, ({ replicas: all }) => all.every(({ at }) => at === commands)) };
}

interface Log {
  promised: number[];
  proposed: Record<string, number>;
  accepted: string[];
  applied: number[];
}

export function multiPaxosDumbly(variant: string, [slots, epochs, servers, values, batch]: readonly number[]) {
  /** A slot is listed once for each of its commands that is applied. */
  const isThrough = (applied: number[], i: number) => applied.filter((one) => one === i).length === batch;
  const majority = Math.floor(servers! / 2) + 1;
  const enough = variant === "small-quorum" ? Math.max(1, majority - 1) : majority;
  const decided = (s: Log, i: number): number[] =>
    range(epochs!)
      .filter((e) => s.accepted.filter((text) => text.startsWith(`${i} ${e} `)).length >= enough)
      .flatMap((e) => s.proposed[`${i} ${e}`] ?? []);
  const free = (s: Log, i: number, e: number, v: number): boolean => {
    if (e === 0 || variant === "no-phase-1") return true;
    const ready = range(servers!).filter((one) => s.promised[one]! >= e);
    const isBlind = variant === "own-value" || (variant === "phase-1-of-first-slot-only" && i > 0);
    return setsOf(ready, majority).some((set) => {
      if (isBlind) return true;
      const seen = range(e).filter((below) => set.some((one) => s.accepted.includes(`${i} ${below} ${one}`)));
      return seen.length === 0 || s.proposed[`${i} ${Math.max(...seen)}`] === v;
    });
  };
  return searchDumbly<Log>({
    initial: { promised: range(servers!).map(() => 0), proposed: {}, accepted: [], applied: [] },
    next: (state) => {
      const out: Log[] = [];
      const step = (change: (s: Log) => void) => out.push(changed(state, change));
      for (const [one, e] of pairs(range(servers!), range(epochs!))) {
        if (variant !== "no-phase-1" && state.promised[one]! < e) step((s) => Object.assign(s.promised, { [one]: e }));
      }
      for (const [i, e] of pairs(range(slots!), range(epochs!))) {
        const key = `${i} ${e}`;
        if (state.proposed[key] === undefined) {
          for (const v of range(values!)) {
            if (!free(state, i, e, v)) continue;
            step((s) => {
              s.proposed = Object.fromEntries(Object.entries({ ...s.proposed, [key]: v }).sort());
            });
          }
          continue;
        }
        for (const one of range(servers!)) {
          const vote = `${key} ${one}`;
          if (state.accepted.includes(vote) || (state.promised[one]! > e && variant !== "no-phase-1")) continue;
          step((s) => {
            s.accepted = [...s.accepted, vote].sort();
            s.promised[one] = Math.max(s.promised[one]!, e);
          });
        }
      }
      for (const i of range(slots!)) {
        const inOrder = range(i).every((before) => isThrough(state.applied, before));
        if (isThrough(state.applied, i) || decided(state, i).length === 0) continue;
        if (inOrder || variant === "applies-out-of-order")
          step((s) => Object.assign(s, { applied: [...s.applied, i].sort() }));
      }
      return out;
    },
    fails: {
      "log agreement": (state) => range(slots!).some((i) => new Set(decided(state, i)).size > 1),
      "what is applied is a prefix": ({ applied }) =>
        applied.some((i) => range(i).some((before) => !isThrough(applied, before))),
    },
  });
}
