/**
 * What a proposer's client goes through besides answers to what it asks: attempts that it has left, and crashes. Each
 * begins with a fresh one.
 */
import type { Reply } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import type { Body } from "../../adapter/messages.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { Answer, ClientNode, Reaction } from "./client-node.js";
import { afterHearing, NEWCOMER } from "./client-state.js";
import type { Part, ProposerJudge } from "./proposer-judge.js";

interface Options {
  readonly node: ClientNode;
  readonly judge: ProposerJudge;
  readonly proposeOf: (part: Part) => Body;
}

/** How an attempt ends before another: it is left, or lost with the client's power. */
export type Break = "left" | "lost";

/**
 * The client leaves an attempt for one in a higher set, and hears what servers answer to the first: promises that tell
 * of nothing, which are none for the second. Throws ImplementationFault, as all of these do.
 */
export async function hearsLeftAttempt({ node, judge, proposeOf }: Options, left: Part, next: Part): Promise<void> {
  const before = await node.begin(proposeOf(left));
  judge.after(NEWCOMER, before, left);
  const part = following(next, left, "left");
  let state = judge.after(NEWCOMER, await node.goOn(proposeOf(next)), part);
  for (const { server, reply, to } of promisesFor(before, left)) {
    const reaction = await node.hear([{ server, reply, to }]);
    state = judge.after(afterHearing(state, server, reply, next.registerSet), reaction, part);
  }
}

/** The client has all promises in one attempt, and begins another in a higher set: there it has none. */
export async function beginsAnew(
  { node, judge, proposeOf }: Options,
  [left, next]: readonly [Part, Part],
  how: Break,
): Promise<void> {
  // What it does here is judged where it goes on.
  await node.hear(promisesFor(await node.begin(proposeOf(left)), left));
  const told = proposeOf(next);
  const reaction = how === "left" ? await node.goOn(told) : await node.crash(told);
  judge.after(NEWCOMER, reaction, following(next, left, how));
}

const following = (next: Part, { registerSet }: Part, how: Break): Part => ({
  ...next,
  past: how === "left" ? `has left an attempt in R${registerSet}` : `has lost its power in R${registerSet}`,
});

/** Answers to what it has asked, of servers that hold nothing. */
const promisesFor = ({ requests }: Reaction, { registerSet }: Part): Answer[] =>
  requests
    .filter(({ kind }) => kind === "prepare")
    .map(({ server, number }) => ({ server, reply: { kind: "prepared", registerSet, written: [] }, to: number }));

/** What has become of a client that is crashed now. */
export interface Crashed {
  readonly part: Part;
  readonly proposed: Value;
  /** The promises that servers gave it, and will give again. */
  readonly promises: readonly { readonly server: number; readonly reply: Reply }[];
}

/**
 * It starts again with another input, in the set where it has proposed: there it may go on, or refuse, and propose
 * nothing else.
 */
export async function startsAgain(
  { node, proposeOf }: Options,
  { part, proposed, promises }: Crashed,
  input: Value,
): Promise<void> {
  const numbers = new Map<number, number>();
  const check = ({ requests }: Reaction): void => {
    for (const { kind, server, registerSet, value, number } of requests) {
      if (kind === "prepare") numbers.set(server, number);
      else if (registerSet === part.registerSet && value !== proposed) {
        throw new ImplementationFault(
          `the client of R${registerSet} has proposed ${proposed} there, lost its power, and proposes ${value} there after it has started again`,
        );
      }
    }
  };
  check(await node.crash(proposeOf({ ...part, input })));
  for (const { server, reply } of promises) {
    const to = numbers.get(server);
    if (to !== undefined) check(await node.hear([{ server, reply, to }]));
  }
}
