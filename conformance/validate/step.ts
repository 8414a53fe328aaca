/**
 * One event of a log as a step of the register model, or as something that a client or server was told, which must be
 * so. What changes nothing (a promise that was given before, a write that is there) is a step that stutters.
 */
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import type { Variant } from "../../model/registers/variant.js";
import { quote } from "../../spec/quote.js";
import { formatServers } from "../../spec/server-set.js";
import type {
  FreezeEvent,
  FreezeRegisterEvent,
  LearnEvent,
  LogEvent,
  OutputEvent,
  ProposeEvent,
  RefuseEvent,
  ToldEvent,
  VoteEvent,
  WriteEvent,
} from "./event.js";
import type { LogState } from "./log-state.js";
import { restart } from "./restart.js";
import { compareTold, quotedValue } from "./told-values.js";

/** Why the event is no step, in one sentence without its full stop; asked only where it is shown. */
export type Refusal = () => string;

/** Takes the step; or changes nothing, and says why not. */
export function takeStep(state: LogState, event: LogEvent, variant: Variant): Refusal | null {
  const { misplaced } = event;
  if (misplaced !== null) return () => misplaced;
  switch (event.event) {
    case "freeze":
      return freeze(state, event, variant);
    case "freeze register":
      return freezeRegister(state, event, variant);
    case "write":
      return write(state, event);
    case "vote":
      return vote(state, event);
    case "refuse":
      return refuse(state, event);
    case "start":
      return restart(state, event);
    case "told":
      return output(state, event);
    case "learn":
      return learn(state, event);
    case "propose":
      return propose(state, event);
    case "output":
      return output(state, event);
  }
}

function freeze(state: LogState, event: FreezeEvent, { freezes }: Variant): Refusal | null {
  const { server, node, registerSet, values } = event;
  const { scope } = state;
  const r = scope.setOf(registerSet);
  if (!state.isPreparedAt(server, r)) {
    if (scope.promising[r]) {
      return () =>
        `votes in R${registerSet} are promises, and ${node} has not voted in it, so nothing is frozen for it`;
    }
    if (freezes === "register")
      return () => `${node} freezes one register at a time, and some below R${registerSet} are unwritten`;
  }
  const mismatch = values === null ? null : compareTold(state, { server, name: node, r, told: values });
  if (mismatch !== null) return mismatch;
  if (freezes === "row") state.freezeBelow(server, r);
  return null;
}

function freezeRegister(
  state: LogState,
  { server, node, registerSet }: FreezeRegisterEvent,
  { freezes }: Variant,
): Refusal | null {
  const r = state.scope.setOf(registerSet);
  const content = state.contentAt(server, r);
  if (content === NIL) return null;
  if (content !== UNWRITTEN) return () => `R${registerSet} of ${node} holds ${quotedValue(state, content)}`;
  if (freezes === "row") return () => `${node} freezes whole rows; for single registers there is --freeze register`;
  state.freezeOne(server, r);
  return null;
}

function write(state: LogState, { server, node, registerSet, value }: WriteEvent): Refusal | null {
  const r = state.scope.setOf(registerSet);
  const v = state.scope.numberOf(value);
  const content = state.contentAt(server, r);
  if (content === FIRST_VALUE + v) return null;
  if (!state.proposals.has(r, v))
    return () => `nobody has proposed ${quote(value)} in R${registerSet}${otherProposals(state, r)}`;
  if (content === NIL) return () => `R${registerSet} of ${node} is nil: ${node} has promised that it is never written`;
  if (content !== UNWRITTEN) return () => `R${registerSet} of ${node} holds ${quotedValue(state, content)}`;
  state.write(server, r, v);
  return null;
}

function otherProposals(state: LogState, r: number): string {
  const others = state.proposals.in(r).map((v) => quote(state.scope.values[v]!));
  return others.length === 0 ? "" : `, where the proposals are ${others.join(", ")}`;
}

function vote(state: LogState, { server, node, registerSet, candidate }: VoteEvent): Refusal | null {
  const r = state.scope.setOf(registerSet);
  if (state.scope.elections[r] === null) return () => `nobody is elected in R${registerSet}`;
  const given = state.voteOf(server, r);
  if (given === candidate) return null;
  if (given !== null) return () => `${node} has voted for ${given} in R${registerSet}, and has one vote`;
  state.castVote(server, r, candidate);
  return null;
}

function refuse(state: LogState, { server, node, registerSet, holds }: RefuseEvent): Refusal | null {
  const content = state.contentAt(server, state.scope.setOf(registerSet));
  if (content === UNWRITTEN) return () => `R${registerSet} of ${node} is unwritten, so it takes every write`;
  if (holds === null) return null;
  const isSame =
    holds.state === "nil"
      ? content === NIL
      : holds.state === "value" && content === FIRST_VALUE + state.scope.numberOf(holds.value);
  if (isSame) return null;
  const told = holds.state === "value" ? quote(holds.value) : "nil";
  return () => `${node} tells that R${registerSet} holds ${told}, where it holds ${quotedValue(state, content)}`;
}

function learn(state: LogState, { server, registerSet, values }: LearnEvent): Refusal | null {
  const r = state.scope.setOf(registerSet);
  const name = state.scope.table.servers[server]!;
  if (state.isPreparedAt(server, r)) return compareTold(state, { server, name, r, told: values });
  return () => `${name} has not promised anything to a client of R${registerSet}: registers below are unwritten there`;
}

/**
 * What was proposed before and forbids this, where one client owns the set: another value, or the same by another
 * client.
 */
export function rivalIn(state: LogState, { registerSet, value, node }: ProposeEvent): Refusal | null {
  const { scope } = state;
  const r = scope.setOf(registerSet);
  if (!scope.owned[r]) return null;
  const proposed = state.proposals.firstIn(r);
  if (proposed >= 0 && proposed !== scope.numberOf(value)) {
    return () =>
      `${quote(scope.values[proposed]!)} is proposed in R${registerSet}, which is one client's own, and a client proposes one value in a set`;
  }
  const proposer = state.proposals.proposerIn(r);
  if (proposer === null || proposer === node) return null;
  return () => `${proposer} has proposed in R${registerSet}, which is one client's own, and ${node} is another`;
}

/** The client of a name is that node, or `client` before it, as our own write it. */
function notOwner({ scope }: LogState, { registerSet, node }: ProposeEvent): Refusal | null {
  const owner = scope.owners[scope.setOf(registerSet)]!;
  if (owner === null || node === owner || node === `client ${owner}`) return null;
  return () => `R${registerSet} is for ${owner} alone to propose in, and ${node} is another client`;
}

function propose(state: LogState, event: ProposeEvent): Refusal | null {
  const { registerSet, value, heard, candidate, node } = event;
  const { scope } = state;
  const r = scope.setOf(registerSet);
  const v = scope.numberOf(value);
  const stranger = notOwner(state, event) ?? rivalIn(state, event);
  if (stranger !== null) return stranger;
  if (state.proposals.has(r, v)) {
    state.propose(r, v, node);
    return null;
  }
  if (!state.isGateOpen(r))
    return () => `R${registerSet} waits for a decision in the register sets before it, and none is made there`;
  if (!state.isElected(r, candidate))
    return () => `${candidate} is not elected in R${registerSet}: ${votersOf(state, r, candidate)}`;
  if (!state.hasPhase1(r, heard, candidate)) return () => withoutPhase1(state, event);
  if (!state.allows(r, v, heard, candidate)) return () => notAllowed(state, event);
  state.propose(r, v, node);
  return null;
}

const votersOf = (state: LogState, r: number, candidate: string): string => {
  const voters = state.voters(r, candidate);
  return voters === 0
    ? "nobody has voted for it"
    : `its voters are ${formatServers(voters, state.scope.table.servers)}`;
};

function withoutPhase1(state: LogState, { registerSet, heard, candidate }: ProposeEvent): string {
  const { servers } = state.scope.table;
  const r = state.scope.setOf(registerSet);
  const prepared = state.preparedServers(r);
  const promised = prepared === 0 ? "nobody has" : `${formatServers(prepared, servers)} have`;
  const voted = state.scope.promising[r] ? `, and ${votersOf(state, r, candidate)}` : "";
  if (heard === null) return `no phase-1 quorum of R${registerSet} has promised it anything: ${promised}${voted}`;
  const early = heard & ~prepared;
  if (early !== 0)
    return `it has heard ${formatServers(heard, servers)}, and ${formatServers(early, servers)} had not promised by then`;
  return `it has heard ${formatServers(heard, servers)}, which is no phase-1 quorum of R${registerSet}${voted}`;
}

const ALLOWED_SHOWN_MAX = 5;

function notAllowed(state: LogState, { registerSet, value, heard, candidate }: ProposeEvent): string {
  const { scope } = state;
  const r = scope.setOf(registerSet);
  // What is not written anywhere is allowed or not like any other such value.
  const allowed = state.valuesBelow(r).filter((v) => state.allows(r, v, heard, candidate));
  const shown = allowed.slice(0, ALLOWED_SHOWN_MAX).map((v) => quote(scope.values[v]!));
  const instead = allowed.length === 0 ? "it has to wait" : `it allows ${shown.join(", ")}`;
  const after =
    heard === null
      ? "whoever of those that promised it heard"
      : `having heard ${formatServers(heard, scope.table.servers)}`;
  return `selection "${scope.table.selection}" does not allow ${quote(value)} in R${registerSet}, ${after}: ${instead}`;
}

function output(state: LogState, event: OutputEvent | ToldEvent): Refusal | null {
  const v = state.scope.numberOf(event.value);
  const registerSet = event.event === "output" ? event.registerSet : null;
  if (registerSet === null) {
    return state.isDecided(v)
      ? null
      : () => `${quote(event.value)} is not decided: no phase-2 quorum holds it in any register set`;
  }
  const r = state.scope.setOf(registerSet);
  if (state.isDecidedIn(r, v)) return null;
  return () => {
    const holders = formatServers(state.holders(r, FIRST_VALUE + v), state.scope.table.servers);
    return `${quote(event.value)} is not decided in R${registerSet}: ${holders} hold it, which is no phase-2 quorum`;
  };
}
