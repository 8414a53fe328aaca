/** Each of the two is the other, as it is specified; and the consensus is one over write-once registers. */
import {
  counter,
  defineInWords,
  flag,
  memberOf,
  noneOr,
  over,
  sequenceOf,
  single,
  subsetOf,
} from "../../language/index.js";
import type { Question } from "../../questions/index.js";
import { majorityRegisters, writeRegisters } from "../single-decree.js";
import type { Scope, Variables } from "./state.js";

/** Atomic broadcast as it is specified: one order, of which everybody delivers a beginning. */
export function refinesBroadcast(variables: Variables, { process, message, instance }: Scope): Question {
  const specification = defineInWords({
    name: "atomic broadcast",
    variables: {
      broadcast: single(subsetOf(message)),
      order: single(sequenceOf(memberOf(message), message.size)),
      delivered: over([process], counter(message.size)),
    },
    picture: { rows: process },
    actions: ({ broadcast, order, delivered }) => [
      {
        name: "broadcast",
        parameters: { message },
        guard: (m) => !broadcast().has(m),
        effect: (m) => broadcast().add(m),
        says: (m) => `${m} is broadcast`,
      },
      {
        name: "order",
        parameters: { message },
        guard: (m) => broadcast().has(m) && instance.every((i) => !order().has(i) || !order().item(i).is(m)),
        effect: (m) => order().append(m),
        says: (m) => `${m} comes next`,
      },
      {
        name: "deliver",
        parameters: { process },
        guard: (p) => delivered(p).get() < order().length(),
        effect: (p) => delivered(p).set(delivered(p).get() + 1),
        says: (p) => `${p} delivers the next message`,
      },
    ],
  });
  const { broadcast, order, delivered } = specification.variables;
  const map = (): void => {
    for (const m of message.members) if (!variables.sender(m).isNone()) broadcast().add(m);
    for (const k of instance.members) if (variables.decided(k).is(true)) order().append(variables.takenUp(k).get()!);
    for (const p of process.members) delivered(p).set(variables.delivered(p).length());
  };
  return { ask: "refines", abstraction: { name: "atomic broadcast", model: specification.model, map } };
}

/**
 * Consensus as it is specified, of which the broadcast messages are the proposals, and the first delivered the
 * decision.
 */
export function refinesConsensus(variables: Variables, { process, message }: Scope): Question {
  const specification = defineInWords({
    name: "consensus",
    variables: {
      proposed: single(subsetOf(message)),
      chosen: single(noneOr(memberOf(message))),
      hasDecided: over([process], flag()),
    },
    picture: { rows: process },
    actions: ({ proposed, chosen, hasDecided }) => [
      {
        name: "propose",
        parameters: { message },
        guard: (m) => !proposed().has(m),
        effect: (m) => proposed().add(m),
        says: (m) => `${m} is proposed`,
      },
      {
        name: "choose",
        parameters: { message },
        guard: (m) => chosen().isNone() && proposed().has(m),
        effect: (m) => chosen().set(m),
        says: (m) => `${m} is chosen`,
      },
      {
        name: "decide",
        parameters: { process },
        guard: (p) => !chosen().isNone() && hasDecided(p).is(false),
        effect: (p) => hasDecided(p).set(true),
        says: (p) => `${p} decides`,
      },
    ],
  });
  const { proposed, chosen, hasDecided } = specification.variables;
  const map = (): void => {
    for (const m of message.members) if (!variables.sender(m).isNone()) proposed().add(m);
    if (variables.decided(0).is(true)) chosen().set(variables.takenUp(0).get());
    for (const p of process.members) hasDecided(p).set(variables.delivered(p).has(0));
  };
  return { ask: "refines", abstraction: { name: "consensus", model: specification.model, map } };
}

/** An instance as one register that a leader writes: the last instance, to which those before have led. */
export function refinesRegisters({ takenUp, decided }: Variables, { message, instance }: Scope): Question {
  const registers = majorityRegisters(1, 1, message.size);
  const last = instance.size - 1;
  const map = (): void =>
    writeRegisters(
      registers,
      [1, 1],
      () => (decided(last).is(true) ? takenUp(last).get()! : "unwritten"),
      () => takenUp(last).get(),
    );
  return { ask: "refines", abstraction: { name: "the register model, in the last instance", model: registers, map } };
}
