import {
  type Accessors,
  counter,
  flag,
  type IndexSet,
  memberOf,
  noneOr,
  over,
  sequenceOf,
  subsetOf,
} from "../../language/index.js";

/** Whether a process waits for a decision before it delivers. */
export type VariantName = "sound" | "delivers-locally";

export interface Scope {
  readonly process: IndexSet;
  readonly message: IndexSet;
  readonly instance: IndexSet;
  readonly variant: VariantName;
}

export type Variables = Accessors<ReturnType<typeof variablesOf>>;

export const variablesOf = ({ process, message, instance }: Scope) => ({
  sender: over([message], noneOr(memberOf(process))),
  received: over([process], subsetOf(message)),
  // A consensus instance: what each has proposed, which of them its leader took up, and whether that is decided.
  proposed: over([process, instance], noneOr(memberOf(message))),
  takenUp: over([instance], noneOr(memberOf(message))),
  decided: over([instance], flag()),
  // Instances that a process has gone through, and what it has delivered.
  at: over([process], counter(instance.size)),
  delivered: over([process], sequenceOf(memberOf(message), message.size)),
  // The state machine: a register that each command writes itself to.
  state: over([process], noneOr(memberOf(message))),
});
