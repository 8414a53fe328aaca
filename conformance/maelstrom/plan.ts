/**
 * A plan says in what a run differs from the calm one, in which every message arrives in order and all clocks go alike.
 * A run has an interval for each request of its script; deviations hold for intervals.
 */
import { tellsStale } from "./network/services.js";

export type Deviation =
  /**
   * These nodes are cut off from the others, from one interval to another, both included: messages between are lost.
   */
  | { readonly kind: "cut"; readonly nodes: readonly string[]; readonly from: number; readonly to: number }
  /** The first message of the interval on this link comes when interval `to` begins. */
  | { readonly kind: "late"; readonly src: string; readonly dest: string; readonly from: number; readonly to: number }
  /** It never comes. */
  | { readonly kind: "lost"; readonly src: string; readonly dest: string; readonly from: number }
  /** It comes, and comes once more when interval `to` begins. */
  | { readonly kind: "again"; readonly src: string; readonly dest: string; readonly from: number; readonly to: number }
  /**
   * What the node reads from a store is the oldest that it may be told, where the store makes no promise against that.
   */
  | { readonly kind: "stale"; readonly node: string; readonly from: number }
  /** The clock of the node runs by itself, when the interval begins, until the node says something. */
  | { readonly kind: "hurry"; readonly node: string; readonly from: number }
  /** The request goes to this node. */
  | { readonly kind: "at"; readonly node: string; readonly from: number }
  /** The next request does not wait for what comes of this one. */
  | { readonly kind: "overlap"; readonly from: number }
  /** The node is killed and started again when the interval begins. */
  | { readonly kind: "crash"; readonly node: string; readonly from: number };

export interface Plan {
  readonly deviations: readonly Deviation[];
}

export interface Surroundings {
  readonly nodes: readonly string[];
  /** Of the script: the intervals of the run. */
  readonly length: number;
  readonly crashes: boolean;
  /** Whether messages may come twice. */
  readonly duplicates: boolean;
}

/** Over which links messages went in each interval: `traffic[i].has("n0 n1")`. */
export type Traffic = readonly ReadonlySet<string>[];

/**
 * Every plan with one deviation more that could have an effect on the run whose traffic this is. The same plan comes
 * from several others: planKey() tells.
 */
export const withOneMore = (plan: Plan, traffic: Traffic, surroundings: Surroundings): Plan[] =>
  [
    ...cuts(surroundings).filter((cut) => !plan.deviations.some((other) => overlap(cut, other))),
    ...atNodes(surroundings),
    ...lateMessages(traffic, surroundings),
    ...staleReads(traffic),
  ].map((deviation) => ({ deviations: [...plan.deviations, deviation] }));

type Cut = Extract<Deviation, { kind: "cut" }>;

function cuts({ nodes, length }: Surroundings): Cut[] {
  return minorities(nodes).flatMap((group) =>
    ranges(length).map(([from, to]): Cut => ({ kind: "cut", nodes: group, from, to })),
  );
}

/**
 * One group is cut off at a time: more than one is most of the nodes, and nothing works at all. Twice in a row is once,
 * for longer.
 */
function overlap(cut: Cut, other: Deviation): boolean {
  if (other.kind !== "cut") return false;
  const gap = cut.nodes.join() === other.nodes.join() ? 1 : 0;
  return cut.from <= other.to + gap && other.from <= cut.to + gap;
}

function atNodes({ nodes, length, crashes }: Surroundings): Deviation[] {
  const intervals = Array.from({ length }, (_, i) => i);
  return intervals.flatMap((from) => [
    ...nodes.flatMap((node): Deviation[] => [
      { kind: "hurry", node, from },
      { kind: "at", node, from },
      ...(crashes ? [{ kind: "crash" as const, node, from }] : []),
    ]),
    ...(from + 1 < length ? [{ kind: "overlap" as const, from }] : []),
  ]);
}

/** Also in the end, when every node is asked. */
const staleReads = (traffic: Traffic): Deviation[] =>
  traffic.flatMap((links, from) =>
    [...links].flatMap((link): Deviation[] => {
      const [node, service] = link.split(" ") as [string, string];
      return tellsStale(service) ? [{ kind: "stale", node, from }] : [];
    }),
  );

function lateMessages(traffic: Traffic, { length, duplicates }: Surroundings): Deviation[] {
  return traffic.slice(0, length).flatMap((links, from) =>
    [...links].flatMap((link): Deviation[] => {
      const [src, dest] = link.split(" ") as [string, string];
      const later = Array.from({ length: length - from - 1 }, (_, i) => from + 1 + i);
      return [
        { kind: "lost", src, dest, from },
        ...later.map((to) => ({ kind: "late" as const, src, dest, from, to })),
        ...(duplicates ? later.map((to) => ({ kind: "again" as const, src, dest, from, to })) : []),
      ];
    }),
  );
}

/** Groups of fewer than half of the nodes. */
function minorities(nodes: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const node of nodes) groups.push(...groups.map((group) => [...group, node]));
  return groups.filter(({ length }) => length > 0 && 2 * length < nodes.length);
}

const ranges = (length: number): [from: number, to: number][] =>
  Array.from({ length }, (_, from) =>
    Array.from({ length: length - from }, (_, more): [number, number] => [from, from + more]),
  ).flat();

/** The same for plans that mean the same: what is cut off in each interval, and whatever else is different. */
export function planKey({ deviations }: Plan): string {
  const parts = deviations.flatMap((deviation) => {
    if (deviation.kind !== "cut") return [JSON.stringify(deviation)];
    const { nodes, from, to } = deviation;
    return Array.from({ length: to - from + 1 }, (_, i) => `${nodes} ${from + i}`);
  });
  return parts.sort().join(" ");
}

/** Which kinds of deviations there are, as a word. */
export const kindsOf = ({ deviations }: Plan): string =>
  deviations
    .map(({ kind }) => kind)
    .sort()
    .join("+");
