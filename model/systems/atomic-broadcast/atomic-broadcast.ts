/**
 * Atomic broadcast and consensus, each made of the other: the k-th message to deliver is what the k-th consensus
 * decides, and a consensus decides what is delivered first. On top, a replicated state machine.
 */
import { defineInWords, indexSet, numbers } from "../../language/index.js";
import type { Question } from "../../questions/index.js";
import { defineSystem, number } from "../system.js";
import { refinesBroadcast, refinesConsensus, refinesRegisters } from "./refinements.js";
import { type Scope, type Variables, variablesOf } from "./state.js";
import { broadcasting, deciding, properties } from "./steps.js";

export const atomicBroadcast = defineSystem({
  name: "atomic-broadcast",
  about:
    "Atomic broadcast delivers the same messages in the same order everywhere: it is what a replicated state machine needs, since replicas that apply the same commands in the same order are in the same state. It is as hard as consensus, and no harder. Given a row of consensus instances, everybody proposes to the next one a message that it has not delivered, and delivers what is decided. Given atomic broadcast, everybody broadcasts its proposal and decides what is delivered first. So whoever has the one has the other, and what cannot be done for the one (FLP) cannot be done for the other. It does not do to deliver one's own message at once, however reliably it is sent: the others have their own at that place.",
  source:
    "Chandra & Toueg, Unreliable failure detectors for reliable distributed systems, 1996, section 6; Schneider, The state machine approach, 1990",
  parameters: {
    processes: number("processes", 2, 1, 3),
    messages: number("messages that are broadcast; each is a command of the state machine", 2, 1, 3),
  },
  variants: [
    {
      name: "sound",
      inShort: "a process delivers what the next instance has decided",
      pins: [
        { ask: "invariant", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "stuck", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "refines", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "refines", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
        { ask: "refines", verdict: "holds", states: 2599, transitions: 6104, depth: 16 },
      ],
    },
    {
      name: "delivers-locally",
      inShort: "a process delivers its own message when it broadcasts it",
      mend: "Deliver nothing before an instance has decided it, one's own messages included.",
      pins: [
        {
          ask: "invariant",
          verdict: "broken",
          property: "total order",
          states: 4487,
          transitions: 10264,
          depth: 16,
          length: 2,
        },
      ],
    },
  ],
  build: ({ processes, messages }, variant) => {
    const scope: Scope = {
      process: indexSet("process", processes, { symmetric: true }),
      message: indexSet("message", messages, { symmetric: true }),
      instance: numbers("instance", messages),
      variant,
    };
    const worded = defineInWords({
      name: `atomic-broadcast, ${variant}`,
      variables: variablesOf(scope),
      picture: { rows: scope.process, columns: scope.instance },
      actions: (variables) => [...broadcasting(variables, scope), ...deciding(variables, scope)],
      properties: (variables) => properties(variables, scope),
    });
    return { worded, questions: questionsOf(worded.variables, scope) };
  },
});

function questionsOf(variables: Variables, scope: Scope): Question[] {
  const { process, message, variant } = scope;
  const { sender, delivered } = variables;
  if (variant !== "sound") return [{ ask: "invariant" }];
  const isAllDelivered = (): boolean => {
    const sent = message.filter((m) => !sender(m).isNone()).length;
    return process.every((p) => delivered(p).length() === sent);
  };
  return [
    { ask: "invariant" },
    { ask: "stuck", goal: { name: "all deliver every message that was broadcast", holds: isAllDelivered } },
    refinesBroadcast(variables, scope),
    refinesConsensus(variables, scope),
    refinesRegisters(variables, scope),
  ];
}
