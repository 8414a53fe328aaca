/** What processes broadcast, decide and deliver, and what must be so then. */
import type { WordedAction, WordedProperty } from "../../language/index.js";
import type { Scope, Variables } from "./state.js";

/** Appends and applies. */
function deliver({ delivered, state }: Variables, p: number, m: number): void {
  delivered(p).append(m);
  state(p).set(m);
}

export function broadcasting(variables: Variables, { process, message, instance, variant }: Scope): WordedAction[] {
  const { sender, received, decided, takenUp, at, delivered } = variables;
  const hasDelivered = (p: number, m: number): boolean =>
    instance.some((place) => delivered(p).has(place) && delivered(p).item(place).is(m));
  return [
    {
      name: "broadcast",
      parameters: { process, message },
      guard: (_, m) => sender(m).isNone(),
      effect: (p, m) => {
        sender(m).set(p);
        received(p).add(m);
        if (variant === "delivers-locally") deliver(variables, p, m);
      },
      says: (p, m) => `${p} broadcasts ${m}${variant === "sound" ? "" : ", and delivers it"}`,
    },
    {
      name: "receive",
      parameters: { process, message },
      guard: (p, m) => !sender(m).isNone() && !received(p).has(m),
      effect: (p, m) => received(p).add(m),
      says: (p, m) => `${p} receives ${m}`,
    },
    {
      name: "deliver",
      parameters: { process, instance },
      guard: (p, k) => at(p).is(k) && decided(k).is(true),
      effect: (p, k) => {
        const m = takenUp(k).get()!;
        if (!hasDelivered(p, m)) deliver(variables, p, m);
        at(p).set(k + 1);
      },
      says: (p, k) => `${p} learns that instance ${k} has decided ${takenUp(Number(k)).text()}, and delivers it`,
    },
  ];
}

export function deciding({ received, proposed, takenUp, decided, at }: Variables, scope: Scope): WordedAction[] {
  const { process, message, instance } = scope;
  const isOrderedBefore = (k: number, m: number): boolean => instance.some((i) => i < k && takenUp(i).is(m));
  return [
    {
      name: "propose",
      parameters: { process, instance, message },
      guard: [
        (p, k) => at(p).is(k) && proposed(p, k).isNone(),
        (p, k, m) => received(p).has(m) && !isOrderedBefore(k, m),
      ],
      effect: (p, k, m) => proposed(p, k).set(m),
      says: (p, k, m) => `${p} proposes ${m} to instance ${k}`,
    },
    {
      name: "take up",
      parameters: { instance, process },
      guard: (k, p) => takenUp(k).isNone() && !proposed(p, k).isNone(),
      effect: (k, p) => takenUp(k).set(proposed(p, k).get()!),
      says: (k, p) => `the leader of instance ${k} takes up what ${p} proposed`,
    },
    {
      name: "decide",
      parameters: { instance },
      guard: (k) => !takenUp(k).isNone() && decided(k).is(false),
      effect: (k) => decided(k).set(true),
      says: (k) => `instance ${k} decides ${takenUp(Number(k)).text()}`,
    },
  ];
}

export function properties({ delivered, state }: Variables, { process, instance }: Scope): WordedProperty[] {
  const isSomethingDelivered = (): boolean => process.some((p) => delivered(p).has(0));
  return [
    {
      name: "total order",
      premise: isSomethingDelivered,
      parameters: { process, other: process, place: instance },
      fails: [
        (p, other) => p < other,
        (p, other, place) =>
          delivered(p).has(place) &&
          delivered(other).has(place) &&
          !delivered(p).item(place).is(delivered(other).item(place).get()),
      ],
    },
    {
      name: "replicas that have applied as many commands are in one state",
      premise: isSomethingDelivered,
      parameters: { process, other: process },
      fails: [
        (p, other) => p < other && delivered(p).length() === delivered(other).length(),
        (p, other) => !state(p).is(state(other).get()),
      ],
    },
    {
      name: "no message is delivered twice",
      premise: isSomethingDelivered,
      parameters: { process, place: instance, later: instance },
      fails: [
        (_, place, later) => place < later,
        (p, place, later) => delivered(p).has(later) && delivered(p).item(place).is(delivered(p).item(later).get()),
      ],
    },
  ];
}
