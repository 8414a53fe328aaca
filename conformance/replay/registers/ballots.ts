/**
 * The votes of a lockstep run: whose they are in the model, and whose the implementation's servers say that they are.
 */
import { isDeepStrictEqual } from "node:util";
import type { Reply, Request, VoteRequest } from "../../../impl/core/protocol.js";
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import type { Scope } from "../../../model/registers/scope.js";
import { hasServer } from "../../../spec/server-set.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { ClientUnderTest } from "../systems/client-under-test.js";
import type { SystemUnderTest } from "../systems/system-under-test.js";

interface Ballot {
  readonly row: number;
  readonly server: number;
}

export class Ballots {
  readonly #scope: Scope;
  readonly #judge: ClientJudge;
  readonly #system: SystemUnderTest<Request, Reply>;

  constructor(scope: Scope, judge: ClientJudge, system: SystemUnderTest<Request, Reply>) {
    this.#scope = scope;
    this.#judge = judge;
    this.#system = system;
  }

  /** Of the client of this number; clients have the numbers of the values that they are the candidates of. */
  requestFor(row: number, candidate: number): VoteRequest {
    const promise = this.#judge.electionIn(row) === "promise";
    return { kind: "vote", registerSet: this.#scope.registerSets[row]!, candidate, promise };
  }

  /** The number of the client, or null where the server has not voted in the model. */
  votedFor(server: number, row: number): number | null {
    const candidate = this.#judge.values.findIndex((_, value) => hasServer(this.#judge.voters(row, value), server));
    return candidate < 0 ? null : candidate;
  }

  /**
   * Throws ImplementationFault unless the server, which has voted in the model, says for whom, whoever asked. `when`
   * ends the sentence.
   */
  check(server: number, row: number, reply: Reply, when = ""): void {
    const registerSet = this.#scope.registerSets[row]!;
    const candidate = this.votedFor(server, row);
    if (isDeepStrictEqual(reply, { kind: "voted", registerSet, candidate })) return;
    const said =
      reply.kind === "voted"
        ? `says that its vote in R${reply.registerSet} is client ${reply.candidate}'s`
        : `answered "${reply.kind}" when it was asked for its vote`;
    throw new ImplementationFault(
      `${this.#scope.table.servers[server]} ${said} where in the model its vote in R${registerSet} is client ${candidate}'s${when}`,
    );
  }

  /** Other clients ask for votes that were given: nothing changes, and they are told whose these are. */
  async askAgain(): Promise<void> {
    for (const { row, server } of this.#given()) {
      const other = (this.votedFor(server, row)! + 1) % (this.#judge.values.length + 1);
      const reply = await this.#system.request(server, this.requestFor(row, other));
      this.check(server, row, reply, " after a restart");
    }
  }

  /**
   * The client of the row, of this number, after it was told of all votes that were given: those in other sets first,
   * which are none for it.
   */
  async toldTo(
    client: ClientUnderTest<Request, Reply>,
    row: number,
    candidate: number,
  ): Promise<ClientUnderTest<Request, Reply>> {
    if (this.#judge.electionIn(row) === "none") return client;
    const given = this.#given().sort((a, b) => Number(a.row === row) - Number(b.row === row));
    let after = client;
    for (const { row: voted, server } of given) {
      const reply = await this.#system.request(server, this.requestFor(voted, candidate));
      this.check(server, voted, reply);
      after = after.after(server, reply);
    }
    return after;
  }

  #given(): Ballot[] {
    const rows = [...this.#scope.registerSets.keys()].filter((row) => this.#judge.electionIn(row) !== "none");
    const servers = [...this.#scope.table.servers.keys()];
    return rows.flatMap((row) =>
      servers.flatMap((server) => (this.votedFor(server, row) === null ? [] : [{ row, server }])),
    );
  }
}
