/**
 * The writer and its bookies: it adds entries, confirms what an ack quorum has, and replaces bookies that do not
 * answer.
 */
import type { WordedAction } from "../../language/index.js";
import { entriesIn, isInEnsemble, lastFragment, type Scope, type Variables } from "./ledger.js";

/** The writer is at work: it holds the ledger, as far as it knows. */
const isWriting = ({ status, hasStopped }: Variables): boolean => !status().is("none") && hasStopped().is(false);

export function writing(variables: Variables, scope: Scope): WordedAction[] {
  const { bookie, ensemble, entry, ackQuorum, variant } = scope;
  const { status, end, fragments, version, writerVersion, confirmed, hasStopped } = variables;
  const { sentTo, sentWith, acknowledgedBy, has, isFenced } = variables;
  const refuse: WordedAction = {
    name: "refuse",
    parameters: { entry, bookie },
    guard: [() => isWriting(variables), (e, b) => sentTo(e).has(b) && !acknowledgedBy(e).has(b) && isFenced().has(b)],
    effect: () => hasStopped().set(true),
    says: (e, b) => `${b}, which is fenced, refuses entry ${e}: the writer stops`,
  };
  const isAdded = (e: number): boolean => !sentTo(e).isEmpty();
  return [
    {
      name: "create",
      parameters: { ensemble },
      guard: () => status().is("none"),
      effect: (set) => {
        status().set("open");
        fragments().append({ first: 0, ensemble: ensemble.contents[set]! });
        version().set(1);
        writerVersion().set(1);
      },
      says: (set) => `the writer creates the ledger, on ${set}`,
    },
    {
      name: "add",
      parameters: { entry },
      guard: [() => isWriting(variables), (e) => !isAdded(e) && (e === 0 || isAdded(e - 1))],
      effect: (e) => {
        sentTo(e).set(lastFragment(variables).ensemble.get()!);
        sentWith(e).set(confirmed().get());
      },
      says: (e) => `the writer sends entry ${e} to its ensemble`,
    },
    {
      name: "store",
      parameters: { entry, bookie },
      guard: [(e, b) => sentTo(e).has(b) && !acknowledgedBy(e).has(b), (_, b) => !isFenced().has(b)],
      effect: (e, b) => {
        has(e).add(b);
        acknowledgedBy(e).add(b);
      },
      says: (e, b) => `${b} stores entry ${e}, and acknowledges it`,
    },
    ...(variant === "no-fencing" ? [] : [refuse]),
    {
      name: "confirm",
      parameters: { entry },
      guard: [
        () => isWriting(variables),
        (e) => confirmed().is(e),
        (e) => bookie.atLeast(ackQuorum, (b) => acknowledgedBy(e).has(b) && isInEnsemble(variables, b)),
      ],
      effect: (e) => confirmed().set(e + 1),
      says: (e) => `the writer has heard an ack quorum, and confirms entry ${e}`,
    },
    {
      name: "close",
      parameters: {},
      guard: [() => isWriting(variables), () => variant === "unversioned-close" || version().is(writerVersion().get())],
      effect: () => {
        status().set("closed");
        end().set(confirmed().get());
        version().set(version().get() + 1);
        hasStopped().set(true);
      },
      says: () => `the writer closes the ledger after ${entriesIn(confirmed().get())}`,
    },
  ];
}

export function replacing(variables: Variables, scope: Scope): WordedAction {
  const { bookie, entry, changes, variant } = scope;
  const { status, end, fragments, version, writerVersion, confirmed, changed, sentTo } = variables;
  const isUnconfirmed = (e: number): boolean => confirmed().get() <= e && !sentTo(e).isEmpty();
  return {
    name: "replace a bookie",
    parameters: { out: bookie, into: bookie },
    guard: [
      () => isWriting(variables) && !changed().is(changes) && entry.some(isUnconfirmed),
      () => variant === "unversioned-ensemble-change" || version().is(writerVersion().get()),
      (out, into) => isInEnsemble(variables, out) && !isInEnsemble(variables, into),
    ],
    effect: (out, into) => {
      const last = lastFragment(variables);
      const ensemble = [...last.ensemble.get()!.filter((b) => b !== out), into];
      const first = confirmed().get();
      // What is not confirmed goes to the new ensemble, as if it had been sent there first.
      if (last.first.is(first)) fragments().truncate(fragments().length() - 1);
      fragments().append({ first, ensemble });
      for (const e of entry.members) if (isUnconfirmed(e)) sentTo(e).add(into);
      status().set("open");
      end().set(0);
      version().set(version().get() + 1);
      writerVersion().set(version().get());
      changed().set(changed().get() + 1);
    },
    says: (out, into) =>
      `the writer takes ${out} for failed, puts ${into} into its place, and sends it what is not confirmed`,
  };
}
