/** Recovery of a ledger whose writer seems to be gone: fence, read on from what is confirmed, copy, close. */
import type { WordedAction } from "../../language/index.js";
import { entriesIn, lastFragment, type Scope, type Variables } from "./ledger.js";

export const recovery = (variables: Variables, scope: Scope): WordedAction[] => [
  begin(variables, scope),
  ...(scope.variant === "no-fencing" ? [] : fencing(variables, scope)),
  ...reading(variables, scope),
];

function begin(variables: Variables, { variant }: Scope): WordedAction {
  const { status, version, recovery: phase, recoveryVersion, asks, first, next } = variables;
  return {
    name: "begin to recover",
    parameters: {},
    guard: () => status().is("open") && phase().is("not begun"),
    effect: () => {
      const last = lastFragment(variables);
      status().set("in recovery");
      version().set(version().get() + 1);
      recoveryVersion().set(version().get());
      asks().set(last.ensemble.get()!);
      first().set(last.first.get()!);
      next().set(last.first.get()!);
      phase().set(variant === "no-fencing" ? "reading" : "fencing");
    },
    says: () => "somebody takes the writer for failed, and marks the ledger as in recovery",
  };
}

function fencing(variables: Variables, { bookie, entry, coverage }: Scope): WordedAction[] {
  const { sentWith, has, isFenced, recovery: phase, asks, first, next } = variables;
  /** As many as bookies say that they were told to be confirmed; and all before the last fragment. */
  const knownConfirmed = (): number =>
    entry.members.reduce(
      (most, e) =>
        bookie.some((b) => asks().has(b) && isFenced().has(b) && has(e).has(b))
          ? Math.max(most, sentWith(e).get())
          : most,
      first().get(),
    );
  return [
    {
      name: "fence",
      parameters: { bookie },
      guard: [() => phase().is("fencing"), (b) => asks().has(b) && !isFenced().has(b)],
      effect: (b) => isFenced().add(b),
      says: (b) => `${b} is fenced, and tells what it knows to be confirmed`,
    },
    {
      name: "begin to read",
      parameters: {},
      guard: [() => phase().is("fencing"), () => bookie.atLeast(coverage, (b) => isFenced().has(b) && asks().has(b))],
      effect: () => {
        next().set(knownConfirmed());
        phase().set("reading");
      },
      says: () => `enough bookies are fenced: recovery reads on from entry ${knownConfirmed()}`,
    },
  ];
}

function reading(variables: Variables, { bookie, entry, ackQuorum, coverage, variant }: Scope): WordedAction[] {
  const { status, end, version, has, isFenced } = variables;
  const { recovery: phase, recoveryVersion, asks, next, without, copiedTo } = variables;
  const isAtEnd = (): boolean => next().is(entry.size) || bookie.atLeast(coverage, (b) => without().has(b));
  return [
    {
      name: "read",
      parameters: { entry, bookie },
      guard: [(e) => phase().is("reading") && next().is(e), (_, b) => asks().has(b) && !without().has(b)],
      effect: (e, b) => {
        if (has(e).has(b)) phase().set("copying");
        else without().add(b);
        if (variant !== "no-fencing" && variant !== "unfenced-reads") isFenced().add(b);
      },
      says: (e, b) =>
        has(Number(e)).has(bookie.names.indexOf(b))
          ? `recovery reads entry ${e} from ${b}`
          : `${b} tells recovery that it has no entry ${e}`,
    },
    {
      name: "copy",
      parameters: { entry, bookie },
      guard: [(e) => phase().is("copying") && next().is(e), (_, b) => asks().has(b) && !copiedTo().has(b)],
      effect: (e, b) => {
        has(e).add(b);
        copiedTo().add(b);
        if (!bookie.atLeast(ackQuorum, (other) => copiedTo().has(other))) return;
        next().set(e + 1);
        phase().set("reading");
        without().set([]);
        copiedTo().set([]);
      },
      says: (e, b) => `recovery writes entry ${e} to ${b}`,
    },
    {
      name: "close after recovery",
      parameters: {},
      guard: [
        () => phase().is("reading") && isAtEnd(),
        () => variant === "unversioned-close" || version().is(recoveryVersion().get()),
      ],
      effect: () => {
        status().set("closed");
        end().set(next().get());
        version().set(version().get() + 1);
        phase().set("over");
      },
      says: () => `recovery closes the ledger after ${entriesIn(next().get())}`,
    },
  ];
}
