/** What leaders and servers do, slot by slot. */
import type { WordedAction } from "../../language/index.js";
import { CHANGE, hasMajority, LAST_EPOCH, mayUse, type Scope, type Variables } from "./configurations.js";

/** Whether a majority of the configuration has promised, and told what lets the leader of the last epoch propose it. */
function phase1Allows(variables: Variables, scope: Scope, i: number, c: number, command: number): boolean {
  const { promised, accepted, proposed } = variables;
  const isFree = hasMajority(scope, c, (s) => promised(i, s).is(true) && accepted(i, 0, s).is(false));
  if (isFree) return true;
  const someTold = scope.inConfiguration[c]!.some((s) => promised(i, s).is(true) && accepted(i, 0, s).is(true));
  return someTold && proposed(i, 0).command.is(command) && hasMajority(scope, c, (s) => promised(i, s).is(true));
}

/** Without no-ops there is the one change that a client asks for. */
const isAskedFor = ({ proposed }: Variables, { slot, epoch, variant }: Scope, i: number, command: number): boolean =>
  variant !== "no-noops" ||
  (command === CHANGE && slot.every((other) => other === i || epoch.every((e) => proposed(other, e).isNone())));

export function actions(variables: Variables, scope: Scope): WordedAction[] {
  const { slot, epoch, server, configuration, command, inConfiguration } = scope;
  const { proposed, promised, accepted } = variables;
  const isIn = (s: number, c: number): boolean => inConfiguration[c]!.includes(s);
  const namesOf = (c: string): string =>
    inConfiguration[configuration.names.indexOf(c)]!.map((s) => server.nameOf(s)).join(",");
  return [
    {
      name: "promise",
      parameters: { slot, server },
      guard: [
        (i, s) => promised(i, s).is(false),
        (i, s) => configuration.some((c) => isIn(s, c) && mayUse(variables, scope, i, c)),
      ],
      effect: (i, s) => promised(i, s).set(true),
      says: (i, s) => `${s} promises epoch ${LAST_EPOCH} in slot ${i}, and tells its leader what it has accepted there`,
    },
    {
      name: "propose",
      parameters: { slot, epoch, configuration, command },
      guard: [
        (i, e) => proposed(i, e).isNone(),
        (i, _, c) => mayUse(variables, scope, i, c),
        (i, _, __, v) => isAskedFor(variables, scope, i, v),
        (i, e, c, v) => e === 0 || phase1Allows(variables, scope, i, c, v),
      ],
      effect: (i, e, c, v) => proposed(i, e).set({ command: v, to: c }),
      says: (i, e, c, v) =>
        `the leader of epoch ${e} proposes ${v === "change" ? "the change" : "a no-op"} in slot ${i}, to the ${c} configuration {${namesOf(c)}}`,
    },
    {
      name: "accept",
      parameters: { slot, epoch, server },
      guard: [
        (i, e, s) => accepted(i, e, s).is(false) && (e === LAST_EPOCH || promised(i, s).is(false)),
        (i, e, s) => configuration.some((c) => proposed(i, e).to.is(c) && isIn(s, c)),
      ],
      effect: (i, e, s) => {
        accepted(i, e, s).set(true);
        if (e === LAST_EPOCH) promised(i, s).set(true);
      },
      says: (i, e, s) => `${s} accepts the proposal of epoch ${e} in slot ${i}`,
    },
  ];
}
