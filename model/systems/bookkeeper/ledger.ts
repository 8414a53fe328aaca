/** What the writer, the bookies, recovery and the service keep of a ledger, and what must be so whatever they do. */
import {
  type Accessors,
  counter,
  flag,
  type IndexSet,
  oneOf,
  over,
  type PowerSet,
  record,
  sequenceOf,
  single,
  subsetOf,
  type TransitionProperty,
  type WordedProperty,
} from "../../language/index.js";

export type VariantName =
  | "sound"
  | "no-fencing"
  | "unfenced-reads"
  | "unversioned-close"
  | "unversioned-ensemble-change";

export interface Scope {
  readonly bookie: IndexSet;
  readonly ensemble: PowerSet;
  readonly entry: IndexSet;
  readonly ackQuorum: number;
  readonly coverage: number;
  readonly changes: number;
  readonly variant: VariantName;
}

export type Variables = Accessors<ReturnType<typeof variablesOf>>;

export function variablesOf({ bookie, entry, changes }: Scope) {
  const versionMost = changes + 4;
  return {
    // Metadata: what the service keeps.
    status: single(oneOf("none", "open", "in recovery", "closed")),
    end: single(counter(entry.size)),
    fragments: single(sequenceOf(record({ first: counter(entry.size), ensemble: subsetOf(bookie) }), changes + 1)),
    version: single(counter(versionMost)),
    // The writer: the version that it read, what it has confirmed; and by entry, which it has added once it has sent it
    // to somebody, and with how many were confirmed by then.
    writerVersion: single(counter(versionMost)),
    confirmed: single(counter(entry.size)),
    hasStopped: single(flag()),
    changed: single(counter(changes)),
    sentTo: over([entry], subsetOf(bookie)),
    sentWith: over([entry], counter(entry.size)),
    acknowledgedBy: over([entry], subsetOf(bookie)),
    // Bookies.
    has: over([entry], subsetOf(bookie)),
    isFenced: single(subsetOf(bookie)),
    // Recovery: whom it asks, about which entry, who does not have it, and who has its copy.
    recovery: single(oneOf("not begun", "fencing", "reading", "copying", "over")),
    recoveryVersion: single(counter(versionMost)),
    asks: single(subsetOf(bookie)),
    first: single(counter(entry.size)),
    next: single(counter(entry.size)),
    without: single(subsetOf(bookie)),
    copiedTo: single(subsetOf(bookie)),
  };
}

export const lastFragment = ({ fragments }: Variables) => fragments().item(fragments().length() - 1);

export const isInEnsemble = (variables: Variables, b: number): boolean => lastFragment(variables).ensemble.has(b);

export function properties({ status, end, confirmed, fragments, has }: Variables, scope: Scope): WordedProperty[] {
  const { bookie, entry, ackQuorum } = scope;
  const isClosed = (): boolean => status().is("closed");
  const isHeld = (e: number): boolean => {
    const own = [...entry.members]
      .reverse()
      .find((place) => fragments().has(place) && fragments().item(place).first.get()! <= e);
    return bookie.atLeast(ackQuorum, (b) => has(e).has(b) && fragments().item(own!).ensemble.has(b));
  };
  return [
    {
      name: "nothing confirmed is lost",
      premise: () => isClosed() && !confirmed().is(0),
      holds: () => !isClosed() || confirmed().get() <= end().get(),
    },
    {
      name: "an ack quorum has every entry of a closed ledger",
      premise: () => isClosed() && !end().is(0),
      holds: () => !isClosed() || entry.every((e) => e >= end().get() || isHeld(e)),
    },
  ];
}

export const closedStaysClosed = ({ status, end }: Variables): TransitionProperty => ({
  name: "a closed ledger stays as it is",
  note: () => (status().is("closed") ? end().get() : -1),
  premise: (before) => before !== -1,
  holds: (before) => before === -1 || (status().is("closed") && end().is(before as number)),
});

export const entriesIn = (count: number): string => `${count} ${count === 1 ? "entry" : "entries"}`;
