/** `quorate read TABLE`: what the servers of a table show to be decided, without writing anything. */
import { RulesBrokenError, shortened } from "../../../impl/core/exclusive-reads.js";
import type { Decision } from "../../../impl/core/learner.js";
import type { ClientPins } from "../../../impl/encoding/pins.js";
import { identityOfTable } from "../../../impl/encoding/table-identity.js";
import { MismatchError } from "../../../impl/network/connection.js";
import { Membership } from "../../../impl/network/membership.js";
import { type Learned, learn } from "../../../impl/proposer/learn.js";
import { MemoryPins } from "../../../impl/storage/pin-store.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { formatServers, NO_SERVERS, namesOf } from "../../../spec/server-set.js";
import { tableFor, whereaboutsOf } from "../../options/cluster-options.js";
import { securityOf } from "../../options/secrets.js";
import { CommandError } from "../../shell/command-error.js";
import { EXIT, type ExitCode } from "../../shell/exit-codes.js";
import { checkStores, connectionsTo, openPlaces, type StoreOptions } from "./connections.js";

/** As commander hands the options over. */
export interface ReadOptions extends StoreOptions {
  readonly at?: string;
  readonly timeout: number;
  readonly format: "text" | "json";
}

/** Prints the decided value, or in one sentence what is known instead. Throws CommandError. */
export async function read(
  file: string | undefined,
  options: ReadOptions,
  out: (text: string) => void,
): Promise<ExitCode> {
  const table = tableFor(file);
  const places = whereaboutsOf(table, options.at);
  checkStores(table, places, options);
  // Who only reads has no number, and has nothing to remember.
  const membership = new Membership(new MemoryPins<ClientPins>(new Map()), table.servers, { known: "by-those-asked" });
  const party = { table: identityOfTable(table), client: null, membership, ...(await securityOf(options)) };
  const connections = await connectionsTo(table, await openPlaces(places), party);
  let learned: Learned;
  try {
    learned = await learn({ table, connections, timeout_ms: options.timeout * 1000 });
  } catch (error) {
    if (error instanceof RulesBrokenError) throw new CommandError(EXIT.unsafe, error.message, { cause: error });
    if (error instanceof MismatchError) throw new CommandError(EXIT.unreadable, error.message, { cause: error });
    throw error;
  } finally {
    for (const connection of connections) connection.close();
  }
  const { decision, heard } = learned.learner;
  const code = decision !== null ? EXIT.safe : heard === NO_SERVERS ? EXIT.unavailable : EXIT.inconclusive;
  if (options.format === "json") out(`${JSON.stringify(jsonOf(learned, table))}\n`);
  else if (decision === null) throw new CommandError(code, whatIsKnown(learned, table, options.timeout));
  else out(`${decision.value}\n`);
  return code;
}

function whatIsKnown({ learner, unanswered }: Learned, { servers }: QuorumTable, timeout_s: number): string {
  const reasons = unanswered.map(({ reason }) => reason);
  if (learner.heard === NO_SERVERS) {
    return [`no server has told what it holds within ${timeout_s} s`, reasons.join("; ")].join(": ");
  }
  const heard = formatServers(learner.heard, servers);
  const held = learner.greatest.map((one) => `${shortened(one.value)} at ${formatServers(one.servers, servers)}`);
  const shown =
    held.length === 0
      ? `${heard} hold no value`
      : `of what ${heard} hold, the greatest register set is R${learner.greatest[0]!.registerSet}, with ${held.join(" and ")}, and nowhere is there a phase-2 quorum`;
  return ["nothing is known to be decided", [shown, ...reasons].join("; ")].join(": ");
}

function jsonOf({ learner, unanswered }: Learned, { name, servers }: QuorumTable) {
  return {
    table: name,
    decided: learner.decision?.value ?? null,
    evidence: learner.decision === null ? null : evidenceOf(learner.decision, servers),
    heard: namesOf(learner.heard, servers),
    greatest: learner.greatest.map((one) => ({ ...one, servers: namesOf(one.servers, servers) })),
    unanswered,
  };
}

const evidenceOf = (decision: Decision, servers: readonly string[]) =>
  "toldTo" in decision
    ? { toldTo: servers[decision.toldTo] }
    : { registerSet: decision.registerSet, servers: namesOf(decision.servers, servers) };
