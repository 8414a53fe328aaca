/** An adapter for as long as a table is verified with it. */
import type { Variant } from "../../model/registers/variant.js";
import { isElected, isGated, type QuorumTable } from "../../spec/quorum-table.js";
import { Adapter } from "../adapter/adapter.js";
import { AdapterMisfit } from "../adapter/adapter-error.js";
import { QUORATE } from "../adapter/messages.js";
import { serviceNamed } from "../maelstrom/network/services.js";
import { ClientHabits } from "../replay/foreign/client-habits.js";
import type { Foreign } from "../replay/foreign/foreign.js";
import { Freedoms } from "../replay/foreign/freedoms.js";
import type { VerifyOptions } from "./report.js";

/**
 * Starts the adapter, and ends it whatever comes of the work. Its role says which variant of the model it is compared
 * with.
 */
export async function withForeign<Result>(
  { adapter: options, variant }: Pick<VerifyOptions, "adapter" | "variant">,
  table: QuorumTable,
  work: (foreign: Foreign, variant: Variant) => Promise<Result>,
): Promise<Result> {
  const adapter = await Adapter.start(options!, { table: table.name, servers: table.servers });
  try {
    return await work(
      { adapter, freedoms: new Freedoms(), habits: new ClientHabits(), usesSnapshots: true, untried: new Set() },
      variantFor(adapter, variant, table),
    );
  } finally {
    await adapter.close();
  }
}

/** Throws AdapterMisfit. */
function variantFor({ role }: Adapter, variant: Variant, table: QuorumTable): Variant {
  if (role === "store" && variant.writesFreezeBelow) {
    throw new AdapterMisfit(
      "the adapter is a store, whose registers know nothing of each other",
      "leave --writes-freeze out",
    );
  }
  if (role === "acceptor" && variant.freezes === "register") {
    throw new AdapterMisfit("the adapter is an acceptor, which freezes whole rows", "leave --freeze register out");
  }
  if (role === "proposer") refuseProposer(variant, table);
  if (role === "replica") refuseReplica(variant, table);
  return role === "store" ? { ...variant, freezes: "register" } : variant;
}

/** What is heard is kept apart for every set of servers that may have been heard: there are 2^n. */
const PROPOSERS_SERVERS_MAX = 16;

/** Throws AdapterMisfit for what proposers are not replayed with. */
function refuseProposer({ freezes }: Variant, table: QuorumTable): void {
  const refuse = (what: string, hint: string) => {
    throw new AdapterMisfit(`the adapter is a proposer, ${what}`, hint);
  };
  if (freezes === "register") refuse("which asks servers to freeze whole rows", "leave --freeze register out");
  const elected = table.ranges.find(({ first }) => isElected(table, first));
  if (elected !== undefined) {
    refuse(`and does not stand for election: register set ${elected.first} is elected`, "leave --adapter out");
  }
  const gated = table.ranges.find(({ first }) => isGated(table, first));
  if (gated !== undefined) {
    refuse(`and is not told of gates: register set ${gated.first} waits for a decision`, "leave --adapter out");
  }
  if (table.servers.length > PROPOSERS_SERVERS_MAX) {
    refuse(
      `which is judged over ${PROPOSERS_SERVERS_MAX} servers at most, of ${table.servers.length}`,
      "leave --adapter out",
    );
  }
}

/** Of which groups are cut off from the others: there are 2^n. */
const REPLICAS_MAX = 9;
/** As in maelstrom/player.ts. */
const CLIENT = /^c\d+$/;

/** Throws AdapterMisfit for tables whose servers replicas cannot be. */
function refuseReplica({ freezes }: Variant, { servers }: QuorumTable): void {
  const refuse = (what: string, hint: string) => {
    throw new AdapterMisfit(`the adapter is a replica, ${what}`, hint);
  };
  if (freezes === "register") refuse("whose storage nobody looks at", "leave --freeze register out");
  if (servers.length > REPLICAS_MAX) {
    refuse(
      `of which there are ${REPLICAS_MAX} at most, and the table has ${servers.length} servers`,
      "take another table",
    );
  }
  const taken = servers.find((name) => CLIENT.test(name) || name === QUORATE || serviceNamed(name) !== null);
  if (taken !== undefined) {
    refuse(`and the name ${taken} of a server is taken, for a client or a service`, "rename the server");
  }
}
