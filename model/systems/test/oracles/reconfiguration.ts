/** A log that decides its configuration, once more: decisions are looked up in lists of votes. */
import { changed, pairs, range, searchDumbly, setsOf, stuckDumbly } from "./dumbly.js";

interface Proposal {
  what: "change" | "fill";
  whom: string[];
}

interface Log {
  /** By slot and epoch. */
  proposals: (Proposal | null)[][];
  /** By slot: `epoch server`, sorted. */
  votes: string[][];
  /** By slot: who promised epoch 1, sorted. */
  promises: string[][];
}

export function reconfigurationDumbly(variant: string, alpha: number, slots: number, from: string, to: string) {
  const [old, next] = [from.split(","), to.split(",")];
  const servers = [...new Set([...old, ...next])].sort();
  const isMajority = (some: string[], whole: string[]) =>
    some.filter((s) => whole.includes(s)).length > whole.length / 2;
  const decided = (log: Log, i: number): string[] =>
    [0, 1].flatMap((e) => {
      const proposal = log.proposals[i]![e];
      if (!proposal) return [];
      const voters = servers.filter((s) => log.votes[i]!.includes(`${e} ${s}`));
      return isMajority(voters, proposal.whom) ? [proposal.what] : [];
    });
  /** Where changes take effect, for a replica that has read this number of decisions. */
  const readBy = (log: Log, known: number): number[] => {
    const waiting: number[] = [];
    for (const i of range(known)) {
      if (!decided(log, i).includes("change")) continue;
      if (variant === "two-at-once" && waiting.length > 0 && waiting.at(-1)! > i) waiting.pop();
      waiting.push(i + alpha);
    }
    return waiting;
  };
  const usable = (log: Log, i: number): string[][] => {
    if (variant === "ignores-alpha") {
      return range(i).some((before) => decided(log, before).includes("change")) ? [old, next] : [old];
    }
    const whole = range(i + 1).findIndex((end) => end === i || decided(log, end).length === 0);
    const found = range(whole + 1)
      .filter((known) => known >= i - alpha + 1)
      .map((known) => (readBy(log, known).some((from) => from <= i) ? next : old));
    return found.filter((one, index) => found.indexOf(one) === index);
  };
  const found = searchDumbly<Log>({
    initial: {
      proposals: range(slots).map(() => [null, null]),
      votes: range(slots).map(() => []),
      promises: range(slots).map(() => []),
    },
    next: (log) => {
      const out: Log[] = [];
      const step = (change: (copy: Log) => void) => out.push(changed(log, change));
      for (const i of range(slots)) {
        const ways = usable(log, i);
        for (const s of servers) {
          if (log.promises[i]!.includes(s) || !ways.some((way) => way.includes(s))) continue;
          step((copy) => {
            copy.promises[i] = [...copy.promises[i]!, s].sort();
          });
        }
        for (const [whom, what] of pairs(ways, ["change", "fill"] as const)) {
          const others = log.proposals.filter((_, other) => other !== i).flat();
          if (variant === "no-noops" && (what === "fill" || others.some((one) => one !== null))) continue;
          if (log.proposals[i]![0] === null) step((copy) => (copy.proposals[i]![0] = { what, whom }));
          if (log.proposals[i]![1] !== null) continue;
          const quorums = setsOf(
            log.promises[i]!.filter((s) => whom.includes(s)),
            1,
          ).filter((set) => isMajority(set, whom));
          const may = quorums.some((quorum) => {
            const bound = quorum.some((s) => log.votes[i]!.includes(`0 ${s}`));
            return !bound || log.proposals[i]![0]!.what === what;
          });
          if (may) step((copy) => (copy.proposals[i]![1] = { what, whom }));
        }
        for (const [e, s] of pairs([0, 1], servers)) {
          if (!log.proposals[i]![e]?.whom.includes(s) || log.votes[i]!.includes(`${e} ${s}`)) continue;
          if (e === 0 && log.promises[i]!.includes(s)) continue;
          step((copy) => {
            copy.votes[i] = [...copy.votes[i]!, `${e} ${s}`].sort();
            if (e === 1) copy.promises[i] = [...new Set([...copy.promises[i]!, s])].sort();
          });
        }
      }
      return out;
    },
    fails: { "log agreement": (log) => range(slots).some((i) => new Set(decided(log, i)).size > 1) },
  });
  const isInEffect = (log: Log): boolean => {
    const at = range(slots).find((i) => decided(log, i).includes("change"));
    return at === undefined || range(Math.min(at + alpha, slots)).every((i) => decided(log, i).length > 0);
  };
  return { ...found, stuck: stuckDumbly(found, isInEffect) };
}
