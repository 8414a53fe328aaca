/**
 * Consensus over write-once registers, level 2: clients and servers that send each other messages.
 *
 * Whatever was sent stays in flight, and its receiver may get it at any time, any number of times, or never: a set of
 * messages that only grows is loss, duplication, delay and reordering at once. A client that crashes or gives up
 * stops for good; its messages do not. It may begin again in another register set: which ones it used is all that it
 * remembers. A server's registers are on disk: a crash can cost it the reply that was about to leave, and nothing
 * else.
 *
 * It refines the register model (refinement.ts), which says the same with nothing but registers and proposals.
 * Source: Howard & Mortier 2019, sections 3 and 4; what registers, quorums and clients are: spec/README.md.
 *
 * Merged without losing a run:
 * - A promise tells what the server's registers below r hold. It is not stored: none of them is unwritten by then, so
 *   none ever changes, and to read them later is to read the message. Property `promises are kept` checks the
 *   premise.
 * - A promise goes to all clients of r, an answer to all that proposed the same: whoever asks is told the same.
 * - What a client has heard is forgotten when it moves on, since it makes no use of it any more.
 * - A request takes effect on disk at once. What a server has handled but not made durable is undone by a crash, and
 *   until then no reply has told of it: it may as well not have been delivered.
 * - Inputs are free, as at level 1: whose input is what shows only in what is proposed.
 */
import { type ActionDeclaration, defineModel, type Model, type PropertyDeclaration } from "../kernel/index.js";
import { FIRST_VALUE, freezeBelow, UNWRITTEN } from "../registers/facts.js";
import { refuseElectionsAndGates, type Scope } from "../registers/scope.js";
import { refuseVariant } from "../registers/variant.js";
import { type Attempt, attemptsOf } from "./attempts.js";
import { MessageFacts } from "./facts.js";
import { EVERYTHING, type MessagesOptions } from "./options.js";
import { ACCEPTED, ACTIVE, IDLE, type Names, NOTHING, OUTPUT, REFUSED, STOPPED, variableShapes } from "./state.js";

export interface MessagesModel extends Model<Names> {
  /** Attempt a of the model's variables and step parameters. */
  readonly attempts: readonly Attempt[];
}

/** What a worker thread needs to make the model again. */
export interface MessagesConfig {
  readonly scope: Scope;
  readonly options: MessagesOptions;
}

/** Throws RangeError for a scope with a variant other than the plain one, or with elected or gated sets. */
export function messagesModel(scope: Scope, options: MessagesOptions = EVERYTHING): MessagesModel {
  refuseVariant(scope, "the message model");
  refuseElectionsAndGates(scope, "the message model");
  const attempts = attemptsOf(scope);
  const model = defineModel({
    name: "messages",
    descriptor: { model: "messages", config: { scope, options } satisfies MessagesConfig },
    variables: variableShapes(scope, attempts),
    actions: (variables) => {
      const facts = new MessageFacts(scope, options, attempts, variables);
      const certain = [...clientActions(facts), ...serverActions(facts)];
      return options.crashes ? [...certain, ...crashActions(facts)] : certain;
    },
    properties: (variables) => propertiesOf(new MessageFacts(scope, options, attempts, variables)),
  });
  return { ...model, attempts };
}

function clientActions(facts: MessageFacts): ActionDeclaration[] {
  const { servers, values, attempts, needsPhase1, options } = facts;
  const { phase, proposal, promised, heard, answer } = facts.variables;
  const [attempt, server, value] = [attempts.length, servers, values];
  return [
    {
      name: "send prepare",
      parameters: { attempt },
      // An attempt never begins twice: this is where a restarted client remembers which register sets it used.
      guard: (a) => needsPhase1[facts.setOf(a)]! && phase.is(IDLE, a),
      effect: (a) => phase.set(ACTIVE, a),
    },
    {
      name: "deliver promise",
      parameters: { attempt, server },
      guard: [
        (a) => facts.isThere(a),
        (a, s) => promised.is(1, s, facts.setOf(a)),
        (a, s) => options.stutters || (heard.is(NOTHING, a, s) && facts.isListening(a)),
      ],
      effect: (a, s) => {
        if (facts.isListening(a)) heard.set(ACCEPTED, a, s);
      },
    },
    {
      name: "send propose",
      parameters: { attempt, value },
      guard: [
        (a) => (needsPhase1[facts.setOf(a)]! ? facts.isPreparing(a) : phase.is(IDLE, a)),
        (a, v) => facts.mayPropose(a, v),
      ],
      effect: (a, v) => {
        phase.set(ACTIVE, a);
        proposal.set(1 + v, a);
        facts.forgetReplies(a);
      },
    },
    ...[
      { name: "deliver accepted", content: ACCEPTED },
      { name: "deliver refused", content: REFUSED },
    ].map(({ name, content }) => ({
      name,
      parameters: { attempt, server },
      guard: [
        (a: number) => facts.isThere(a),
        (a: number, s: number) => answer.is(content, s, a),
        (a: number, s: number) => options.stutters || (phase.is(ACTIVE, a) && heard.is(NOTHING, a, s)),
      ],
      effect: (a: number, s: number) => {
        if (phase.is(ACTIVE, a)) heard.set(content, a, s);
      },
    })),
    {
      name: "output",
      parameters: { attempt, value },
      guard: [(a) => phase.is(ACTIVE, a), (a, v) => facts.proposes(a, v), (a) => facts.mayOutput(a)],
      effect: (a) => {
        phase.set(OUTPUT, a);
        facts.forgetReplies(a);
      },
    },
  ];
}

function serverActions(facts: MessageFacts): ActionDeclaration[] {
  const { servers, sets, values, attempts, options } = facts;
  const { register, promised, answer } = facts.variables;
  return [
    {
      name: "deliver prepare",
      parameters: { registerSet: sets, server: servers },
      guard: [(r) => facts.isPrepareSent(r), (r, s) => options.stutters || !promised.is(1, s, r)],
      effect: (r, s) => {
        freezeBelow(facts.register, s, r);
        promised.set(1, s, r);
      },
    },
    {
      name: "deliver propose",
      parameters: { attempt: attempts.length, value: values, server: servers },
      guard: [
        (a, v) => facts.proposes(a, v),
        (_a, _v, s) => facts.holds(s),
        (a, v, s) => options.stutters || (answer.is(NOTHING, s, a) && (options.refusals || facts.mayHold(s, a, v))),
      ],
      effect: (a, v, s) => {
        const accepts = facts.mayHold(s, a, v);
        if (accepts) register.set(FIRST_VALUE + v, s, facts.setOf(a));
        if (accepts || options.refusals) answer.set(accepts ? ACCEPTED : REFUSED, s, a);
      },
    },
  ];
}

function crashActions(facts: MessageFacts): ActionDeclaration[] {
  const { servers, sets, values, attempts, options } = facts;
  const { register, phase } = facts.variables;
  return [
    {
      // A client crashes or gives up: for this attempt the same.
      name: "stop",
      parameters: { attempt: attempts.length },
      guard: (a) => phase.is(ACTIVE, a),
      effect: (a) => {
        phase.set(STOPPED, a);
        facts.forgetReplies(a);
      },
    },
    {
      // The server handles prepare, its registers are durable, it crashes before the promise leaves, and recovers.
      name: "crash before promise",
      parameters: { registerSet: sets, server: servers },
      guard: [(r) => facts.isPrepareSent(r), (r, s) => !facts.isPreparedAt(s, r)],
      effect: (r, s) => freezeBelow(facts.register, s, r),
    },
    {
      name: "crash before answer",
      parameters: { attempt: attempts.length, value: values, server: servers },
      guard: [
        (a, v) => facts.proposes(a, v),
        (_a, _v, s) => facts.holds(s),
        (a, _, s) => register.is(UNWRITTEN, s, facts.setOf(a)),
      ],
      effect: (a, v, s) => register.set(FIRST_VALUE + v, s, facts.setOf(a)),
    },
    // At any other time a crash costs a server what it has not made durable and not told anybody: nothing, here.
    { name: "crash", parameters: { server: servers }, guard: () => options.stutters, effect: () => {} },
  ];
}

function propertiesOf(facts: MessageFacts): PropertyDeclaration[] {
  const { servers, sets, values, attempts } = facts;
  const [attempt, value] = [attempts.length, values];
  const premise = (): boolean => facts.hasAnyOutput();
  return [
    {
      name: "agreement",
      premise,
      parameters: { attempt, value, otherAttempt: attempt, otherValue: value },
      fails: [
        (a, v) => facts.hasOutput(a, v),
        (_, v, other, otherValue) => otherValue !== v && facts.hasOutput(other, otherValue),
      ],
    },
    {
      name: "non-triviality",
      premise,
      parameters: { attempt, value },
      fails: [(a, v) => facts.hasOutput(a, v), (_, v) => !facts.isInputProposed(v)],
    },
    {
      name: "outputs are decided",
      premise,
      parameters: { attempt, value },
      fails: [(a, v) => facts.hasOutput(a, v), (a, v) => !facts.isDecidedIn(facts.setOf(a), v)],
    },
    {
      name: "promises are kept",
      premise: () => facts.hasAnyPromise(),
      parameters: { registerSet: sets, server: servers },
      fails: [(r, s) => facts.variables.promised.is(1, s, r), (r, s) => !facts.isPreparedAt(s, r)],
    },
  ];
}
