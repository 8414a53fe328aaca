/**
 * Probes of servers that know their row, between the steps: what the model does not see, and what must change nothing.
 */
import type { PrepareRequest, Reply, VoteRequest, WriteRequest } from "../../../impl/core/protocol.js";
import { variantOf } from "../../../model/registers/variant.js";
import { hasOwner } from "../../../spec/quorum-table.js";
import { holding, NIL, type Register } from "../../../spec/register.js";
import { isArbiter } from "../../../spec/roles.js";
import { membersOf } from "../../../spec/server-set.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { checkCutShort } from "./cut-short.js";
import { probesOf } from "./phase-1-ways.js";
import { RowSteps } from "./row-steps.js";

type Changing = PrepareRequest | WriteRequest | VoteRequest;

export class RowRun extends RowSteps {
  /** Servers crash, also while they handle a request; writes arrive late, and twice; clients hear whom they may. */
  async probe(): Promise<void> {
    if (this.channel !== "adapter") await this.probeUnderWay();
    await this.#restartClients();
    for (let server = 0; server < this.scope.table.servers.length; server++) await this.system.crash(server);
    await this.compareRegisters(" after a restart");
    await this.ballots.askAgain();
    await this.#writeLate();
    await this.#writeToArbiters();
    await this.#prepareInEveryWay();
  }

  async probeUnderWay(): Promise<void> {
    await this.#crashInRequest();
    await this.#crashAfterCrowd();
  }

  async carryAwkwardValues(signal: AbortSignal): Promise<void> {
    await this.script.awkward.check(signal);
  }

  /**
   * A request that a crash cuts short has taken effect or has not, and nothing else. Servers and requests take turns.
   */
  async #crashInRequest(): Promise<void> {
    const { system, turn } = this;
    if (system.restorable === null || system.timedCrashes === null) return;
    const server = turn % this.scope.table.servers.length;
    const requests = this.#requestsTo(server);
    if (requests.length === 0) return;
    const request = requests[turn % requests.length]!;
    await checkCutShort(this, {
      server,
      request,
      asked: `"${request.kind}" for R${request.registerSet}`,
      effectOn: (registerSet, before) => this.#registerAfter(request, registerSet, before),
    });
  }

  /**
   * Requests come while a sync is under way, the first of them once more, and somebody looks: no reply may run ahead of
   * its sync.
   */
  async #crashAfterCrowd(): Promise<void> {
    const { system, turn } = this;
    if (system.restorable === null || system.timedCrashes === null) return;
    const server = (turn >>> 1) % this.scope.table.servers.length;
    const requests = this.#requestsTo(server);
    if (requests.length === 0) return;
    const servers = system.restorable.save();
    const [first, second] = [requests[turn % requests.length]!, requests[(turn + 1) % requests.length]!];
    await system.timedCrashes.afterAll(server, [first, second, { kind: "read" }, first]);
    system.restorable.restore(servers);
  }

  /** A client whose machine loses its power as it proposes has another value when it starts again: for another set. */
  async #restartClients(): Promise<void> {
    const { values } = this.judge;
    const { restarts } = this.script;
    if (restarts === null) return;
    for (const [row, registerSet] of this.scope.registerSets.entries()) {
      if (restarts.wereTried(registerSet)) continue;
      const [proposed] = this.proposedValues(row);
      if (proposed === undefined) continue;
      const other = values.find((value) => value !== proposed) ?? `${proposed}, again`;
      await restarts.check(registerSet, proposed, other);
    }
  }

  /** Requests that would change something, of clients that may make them. */
  #requestsTo(server: number): Changing[] {
    return this.scope.registerSets.flatMap((registerSet, row) => {
      const isUnwritten = this.expectedAt(server, row).state === "unwritten" && !isArbiter(this.scope.table, server);
      const below = this.scope.registerSets.slice(0, row);
      const prepares = below.some((_, lower) => this.expectedAt(server, lower).state === "unwritten");
      return [
        ...(prepares ? [{ kind: "prepare", registerSet } as const] : []),
        ...(this.judge.electionIn(row) !== "none" && this.ballots.votedFor(server, row) === null
          ? [this.ballots.requestFor(row, 0)]
          : []),
        ...(isUnwritten ? this.proposedValues(row) : []).map(
          (value) => ({ kind: "write", registerSet, value }) as const,
        ),
      ];
    });
  }

  #registerAfter(request: Changing, registerSet: number, before: Register): Register {
    if (before.state !== "unwritten") return before;
    if (request.kind === "write" && registerSet === request.registerSet) return holding(request.value);
    const freezes =
      request.kind === "prepare" ||
      (request.kind === "vote" ? request.promise : variantOf(this.scope).writesFreezeBelow);
    return freezes && registerSet < request.registerSet ? NIL : before;
  }

  /**
   * A write that arrives late, or again, meets a register that is nil or written: it must change nothing and say so.
   */
  async #writeLate(): Promise<void> {
    const { servers } = this.scope.table;
    for (const [row, registerSet] of this.scope.registerSets.entries()) {
      for (const value of this.proposedValues(row)) {
        for (let server = 0; server < servers.length; server++) {
          const register = this.expectedAt(server, row);
          if (register.state === "unwritten" || isArbiter(this.scope.table, server)) continue;
          const reply = await this.system.request(server, this.clientOf(row, value).requestTo(server, registerSet));
          const expected = register.state === "value" && register.value === value ? "written" : "refused";
          if (reply.kind !== expected) {
            throw new ImplementationFault(
              `${servers[server]} answered "${reply.kind}" to a late write of ${value} to R${registerSet}, which must be ${expected}`,
            );
          }
          this.setClient(row, value, this.clientOf(row, value).after(server, reply));
        }
      }
    }
    await this.compareRegisters(" after a late write");
  }

  /** Whoever does not know better may write to an arbiter. It rejects that. */
  async #writeToArbiters(): Promise<void> {
    const { servers, arbiters } = this.scope.table;
    if (arbiters === undefined || this.script.restarts === null) return;
    for (const [row, registerSet] of this.scope.registerSets.entries()) {
      for (const value of this.proposedValues(row)) {
        for (const server of membersOf(arbiters)) {
          const { kind } = await this.system.request(server, { kind: "write", registerSet, value });
          if (kind === "rejected") continue;
          throw new ImplementationFault(
            `${servers[server]}, an arbiter, answered "${kind}" to a write of ${value} to R${registerSet}`,
          );
        }
      }
    }
    await this.compareRegisters(" after a write to an arbiter");
  }

  /**
   * In every register set that is still to be proposed in, a client is tried with every set of servers that is
   * prepared.
   */
  async #prepareInEveryWay(): Promise<void> {
    const { table, registerSets } = this.scope;
    for (const [row, registerSet] of registerSets.entries()) {
      if (hasOwner(table, registerSet) && this.proposedValues(row).length > 0) continue;
      const prepared = membersOf(this.judge.preparedServers(row));
      const replies = new Map<number, Reply>();
      for (const server of prepared) replies.set(server, await this.prepare(server, registerSet));
      if (this.wasTried(this.judge.readsBelow(row))) continue;
      for (const way of probesOf(this.script.ways.waysTo(row))) {
        // The client itself is judged after every reply.
        const arriving = this.newcomer(row, way);
        let client = arriving instanceof Promise ? await arriving : arriving;
        for (const server of way.heard) client = client.after(server, replies.get(server)!);
      }
    }
    await this.compareRegisters(" after a prepare that had nothing left to freeze");
  }
}
