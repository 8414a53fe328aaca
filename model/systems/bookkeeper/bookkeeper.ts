/**
 * One ledger of BookKeeper: entries of a single writer on bookies that know nothing of each other, and metadata that is
 * written by compare-and-swap. Whoever finds the writer gone closes the ledger, and must learn what was confirmed.
 *
 * A bookie's answer is heard at once, or as if it were lost; requests arrive late, or never. Bookies keep what they
 * store.
 */
import { defineInWords, indexSet, numbers, powerSet } from "../../language/index.js";
import { defineSystem, number } from "../system.js";
import { closedStaysClosed, properties, type Scope, variablesOf } from "./ledger.js";
import { recovery } from "./recovery.js";
import { replacing, writing } from "./writer.js";

export const bookkeeper = defineSystem({
  name: "bookkeeper",
  about:
    "A ledger is a log that one writer appends to until it is closed. Entries go to an ensemble of bookies, a write quorum of copies each, and are confirmed when an ack quorum has them; no bookie talks to another. Consensus is needed for the metadata alone, which ensembles hold the entries and where a closed ledger ends, and comes from a service with compare-and-swap. If the writer is gone, or seems to be, another client recovers the ledger: it marks the metadata, fences bookies so that the writer cannot confirm anything more, reads on from what is known to be confirmed, copies what it finds, and closes. It must not close short of what the writer has confirmed, or will.",
  source:
    "Junqueira, Kelly & Reed, Durability with BookKeeper, 2013; Vanlightly, BookKeeper protocol in TLA+, 2021 (recovery reads have to fence)",
  parameters: {
    bookies: number("bookies", 3, 1, 5),
    "write-quorum": number("copies of an entry; the ensemble has as many bookies", 2, 1, 4),
    "ack-quorum": number("copies that confirm an entry", 2, 1, 4),
    entries: number("entries that the writer adds", 1, 1, 3),
    "ensemble-changes": number("bookies that the writer replaces", 1, 0, 2),
  },
  refuse: (values) => {
    const { bookies, "write-quorum": write, "ack-quorum": ack } = values;
    if (write > bookies) return `a write quorum of ${write} needs as many bookies, and there are ${bookies}`;
    return ack > write ? `an ack quorum of ${ack} cannot be had of ${write} copies` : null;
  },
  variants: [
    {
      name: "sound",
      inShort: "recovery fences whom it asks, and metadata is written at the version that was read",
      pins: [{ ask: "invariant", verdict: "holds", states: 1561, transitions: 3633, depth: 14 }],
    },
    {
      name: "no-fencing",
      inShort: "recovery reads and closes, and bookies go on taking entries",
      mend: "Fence enough bookies that none of the others are an ack quorum, before reading.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "nothing confirmed is lost",
          states: 775,
          transitions: 1767,
          depth: 12,
          length: 8,
        },
      ],
    },
    {
      name: "unfenced-reads",
      inShort: "recovery fences bookies when it asks what is confirmed, and not when it reads entries",
      story:
        "One fenced bookie of two is enough to keep the writer from confirming what it adds later. But an entry that the fenced bookie took before may still be on its way to the other, which says that it has no such entry, and takes it afterwards.",
      mend: "A bookie that is asked for an entry by recovery is fenced before it answers.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "nothing confirmed is lost",
          states: 2431,
          transitions: 5433,
          depth: 15,
          length: 10,
        },
      ],
    },
    {
      name: "unversioned-close",
      inShort: "who closes the ledger writes where it ends, whatever the metadata says by now",
      mend: "Close at the version that was read; who is refused reads again, and takes what the other closed.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "a closed ledger stays as it is",
          states: 2656,
          transitions: 6591,
          depth: 15,
          length: 11,
        },
      ],
    },
    {
      name: "unversioned-ensemble-change",
      inShort: "the writer replaces a bookie in the metadata, whatever that says by now",
      mend: "Replace at the version that was read; who is refused has lost the ledger to somebody who recovers it.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "a closed ledger stays as it is",
          states: 4873,
          transitions: 12285,
          depth: 15,
          length: 8,
        },
      ],
    },
  ],
  build: (values, variant) => {
    const bookie = indexSet("bookie", values.bookies, { symmetric: true });
    const scope: Scope = {
      bookie,
      ensemble: powerSet(bookie, values["write-quorum"], values["write-quorum"]),
      entry: numbers("entry", values.entries),
      ackQuorum: values["ack-quorum"],
      // Enough that the others are no ack quorum.
      coverage: values["write-quorum"] - values["ack-quorum"] + 1,
      changes: values["ensemble-changes"],
      variant,
    };
    const worded = defineInWords({
      name: `bookkeeper, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.entry },
      actions: (variables) => [
        ...writing(variables, scope),
        ...(scope.changes > 0 && values.bookies > values["write-quorum"] ? [replacing(variables, scope)] : []),
        ...recovery(variables, scope),
      ],
      properties: (variables) => properties(variables, scope),
      transitions: (variables) => [closedStaysClosed(variables)],
    });
    return { worded, questions: [{ ask: "invariant" }] };
  },
});
