/** What is decided in the log, and which configuration follows from it for a slot: what each variant makes of that. */
import { type Accessors, flag, type IndexSet, memberOf, noneOr, over, record } from "../../language/index.js";

type VariantName = "sound" | "ignores-alpha" | "no-noops" | "two-at-once";

/** Members of the index sets of configurations and of commands. */
export const [OLD, NEW] = [0, 1];
export const [CHANGE, NO_OP] = [0, 1];

/** Two epochs: the leader of the second asks what was accepted in the first. */
export const LAST_EPOCH = 1;

export interface Scope {
  readonly slot: IndexSet;
  readonly epoch: IndexSet;
  readonly server: IndexSet;
  readonly configuration: IndexSet;
  readonly command: IndexSet;
  /** By configuration: its servers. */
  readonly inConfiguration: readonly (readonly number[])[];
  readonly alpha: number;
  readonly variant: VariantName;
}

export type Variables = Accessors<ReturnType<typeof variablesOf>>;

export const variablesOf = ({ slot, epoch, server, configuration, command }: Scope) => ({
  // What the epoch's leader proposed in the slot, and to which configuration.
  proposed: over([slot, epoch], noneOr(record({ command: memberOf(command), to: memberOf(configuration) }))),
  // Servers promise the last epoch, slot by slot; to accept in it is to promise it.
  promised: over([slot, server], flag()),
  accepted: over([slot, epoch, server], flag()),
});

/** Decided: accepted by a majority of the configuration to which it was proposed. */
export const isDecidedAs = ({ proposed, accepted }: Variables, scope: Scope, i: number, command: number): boolean =>
  scope.epoch.some((e) => {
    if (!proposed(i, e).command.is(command)) return false;
    return scope.configuration.some(
      (c) => proposed(i, e).to.is(c) && hasMajority(scope, c, (s) => accepted(i, e, s).is(true)),
    );
  });

export function hasMajority(
  { inConfiguration }: Scope,
  configuration: number,
  holds: (server: number) => boolean,
): boolean {
  const members = inConfiguration[configuration]!;
  return members.filter(holds).length * 2 > members.length;
}

export const isDecided = (variables: Variables, scope: Scope, i: number): boolean =>
  scope.command.some((command) => isDecidedAs(variables, scope, i, command));

/** Whether all slots before this one are decided. */
export const isPrefixDecided = (variables: Variables, scope: Scope, end: number): boolean =>
  scope.slot.every((i) => i >= end || isDecided(variables, scope, i));

/** The slot's configuration, by whoever knows this number of decisions, the first ones. */
function configurationBy(variables: Variables, scope: Scope, known: number, i: number): number {
  const { alpha, variant } = scope;
  let current = OLD;
  /** The slot in which the change that waits takes effect. */
  let waiting: number | null = null;
  for (let slot = 0; slot < known; slot++) {
    if (waiting !== null && waiting <= slot) current = NEW;
    if (!isDecidedAs(variables, scope, slot, CHANGE)) continue;
    if (waiting === null || variant === "two-at-once") waiting = slot + alpha;
  }
  return waiting !== null && waiting <= i ? NEW : current;
}

/** Whether a leader may take this for the slot's configuration. */
export function mayUse(variables: Variables, scope: Scope, i: number, configuration: number): boolean {
  const { alpha, slot, variant } = scope;
  if (variant === "ignores-alpha") {
    return configuration === OLD || slot.some((before) => before < i && isDecidedAs(variables, scope, before, CHANGE));
  }
  const least = Math.max(0, i - alpha + 1);
  if (!isPrefixDecided(variables, scope, least)) return false;
  // Later decisions may be known as well: that they change nothing is what is to be shown.
  for (let known = least; known <= i; known++) {
    if (known > least && !isDecided(variables, scope, known - 1)) return false;
    if (configurationBy(variables, scope, known, i) === configuration) return true;
  }
  return false;
}
