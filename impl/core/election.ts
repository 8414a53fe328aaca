/**
 * The votes of a client that stands for election in a register set, as they come.
 *
 * A vote is for ever, so an answer counts whenever it comes, once. Only votes in this very set, for this very client,
 * elect it.
 */
import type { Family } from "../../spec/families/family.js";
import { type QuorumTable, votesPromise } from "../../spec/quorum-table.js";
import { hasServer, NO_SERVERS, type ServerSet, singleton } from "../../spec/server-set.js";
import { checkCandidate, type VotedReply, type VoteRequest } from "./protocol.js";
import { quorumsOf } from "./quorums.js";

export class Election {
  /** What every server is asked for its vote. */
  readonly request: VoteRequest;
  readonly #quorums: Family;
  #votes: ServerSet = NO_SERVERS;
  /** Servers that have voted for others. */
  #lost: ServerSet = NO_SERVERS;

  /** In an elected register set. Throws RangeError for what cannot be a client's number. */
  constructor(table: QuorumTable, registerSet: number, candidate: number) {
    checkCandidate(candidate);
    this.#quorums = quorumsOf(table, registerSet).election!;
    this.request = { kind: "vote", registerSet, candidate, promise: votesPromise(table, registerSet) };
  }

  /** Whether votes are promises, so that the client may hear of registers from its voters only. */
  get isPromised(): boolean {
    return this.request.promise;
  }

  get isWon(): boolean {
    return this.#quorums.isQuorum(this.#votes);
  }

  /** Whether too many servers have voted for others. */
  get isLost(): boolean {
    return this.#quorums.meetsEvery(this.#lost);
  }

  hasVoteOf(server: number): boolean {
    return hasServer(this.#votes, server);
  }

  hasAnswerOf(server: number): boolean {
    return hasServer(this.#votes | this.#lost, server);
  }

  /** Whether it could be won if no server but these answered from now on. */
  couldBeWonBy(answering: ServerSet): boolean {
    return this.#quorums.isQuorum((answering & ~this.#lost) | this.#votes);
  }

  /** An answer about another register set changes nothing. */
  hear(server: number, { registerSet, candidate }: VotedReply): void {
    if (registerSet !== this.request.registerSet) return;
    if (candidate === this.request.candidate) this.#votes |= singleton(server);
    else this.#lost |= singleton(server);
  }
}
