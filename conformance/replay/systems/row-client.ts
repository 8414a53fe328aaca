/**
 * A client of servers that know their row: hands replies to the implementation's core and judges what the core makes of
 * them.
 */
import { ClientCore } from "../../../impl/core/client.js";
import type { Reply, Request, VotedReply } from "../../../impl/core/protocol.js";
import type { Value } from "../../../spec/register.js";
import { hasServer, NO_SERVERS, type ServerSet, singleton } from "../../../spec/server-set.js";
import { blamed } from "../lockstep/implementation-fault.js";
import type { ClientUnderTest } from "./client-under-test.js";
import { ClientWatch, type WatchedClientOptions } from "./client-watch.js";

export class RowClient implements ClientUnderTest<Request, Reply> {
  readonly #core: ClientCore;
  readonly #watch: ClientWatch;
  readonly #standing: { readonly registerSet: number; readonly candidate: number; readonly hearsVotersOnly: boolean };
  /** What the client sends to every server now: its prepare, later its write. */
  #broadcast: Request;
  /** Servers whose rows it was told at its gate. */
  #told: ServerSet = NO_SERVERS;
  /** Servers that have voted for it. */
  #voters: ServerSet = NO_SERVERS;
  #prepared: ServerSet = NO_SERVERS;
  #acknowledged: ServerSet = NO_SERVERS;

  constructor(options: WatchedClientOptions) {
    const { table, registerSet, input, awaited, candidate, judge, row } = options;
    const failing = `the client of R${registerSet} with input ${input} failed`;
    this.#core = blamed(failing, () => new ClientCore({ table, registerSet, input, awaited, candidate }));
    this.#standing = { registerSet, candidate, hearsVotersOnly: judge.electionIn(row) === "promise" };
    this.#watch = new ClientWatch(options, this.#core);
    this.#broadcast = this.#core.start();
    this.#watch.checkGate(this.#told);
    this.#watch.checkStands(this.#broadcast);
    this.#watch.checkChosen(null, this.#prepared, this.#voters);
  }

  get chosen(): Value | null {
    return this.#core.chosen;
  }

  get output(): Value | null {
    return this.#core.output;
  }

  requestTo(): Request {
    return this.#broadcast;
  }

  /** Delivers the reply twice, since networks duplicate: a client must not count a server twice. */
  after(server: number, reply: Reply): this {
    if (reply.kind === "row") this.#told |= singleton(server);
    if (reply.kind === "voted") this.#takeVote(server, reply);
    if (reply.kind === "prepared" && this.#hearsOf(server)) {
      this.#prepared |= singleton(server);
      this.#watch.hears(reply.written.map(([, value]) => value));
    }
    if (reply.kind === "written") this.#acknowledged |= singleton(server);
    for (let copy = 0; copy < 2; copy++) {
      const before = this.#core.chosen;
      this.#broadcast = this.#core.receive(server, reply) ?? this.#broadcast;
      this.#watch.checkGate(this.#told);
      this.#watch.checkStands(this.#broadcast);
      this.#watch.checkChosen(before, this.#prepared, this.#voters);
      this.#watch.checkOutput(this.#acknowledged);
      this.#watch.checkSparesArbiters(this.#core);
    }
    return this;
  }

  /** A vote in another register set, or for another client, is no vote for it. */
  #takeVote(server: number, { registerSet, candidate }: VotedReply): void {
    const own = this.#standing;
    if (registerSet !== own.registerSet || candidate !== own.candidate) return;
    this.#voters |= singleton(server);
    // There is nothing below set 0 to hear of.
    if (registerSet === 0) this.#prepared |= singleton(server);
  }

  /**
   * At its gate it hears of no promises, and asks for them once it is past; where votes are promises, it hears its
   * voters only.
   */
  #hearsOf(server: number): boolean {
    if (this.#core.phase === "gate") return false;
    return !this.#standing.hearsVotersOnly || hasServer(this.#voters, server);
  }
}
