/** An adapter for as long as a table is verified with it. */
import type { Variant } from "../../model/registers/variant.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { Adapter } from "../adapter/adapter.js";
import { AdapterMisfit } from "../adapter/adapter-error.js";
import type { Foreign } from "../replay/foreign/foreign.js";
import { Freedoms } from "../replay/foreign/freedoms.js";
import type { VerifyOptions } from "../report/report.js";

/** Starts the adapter, and ends it whatever comes of the work. Its role says which variant of the model it is compared with. */
export async function withForeign<Result>(
  { adapter: options, variant }: Pick<VerifyOptions, "adapter" | "variant">,
  { name, servers }: QuorumTable,
  work: (foreign: Foreign, variant: Variant) => Promise<Result>,
): Promise<Result> {
  const adapter = await Adapter.start(options!, { table: name, nodes: servers });
  try {
    return await work({ adapter, freedoms: new Freedoms(), untried: new Set() }, variantFor(adapter, variant));
  } finally {
    await adapter.close();
  }
}

/** Throws AdapterMisfit. */
function variantFor({ role }: Adapter, variant: Variant): Variant {
  if (role === "store" && variant.writesFreezeBelow) {
    throw new AdapterMisfit(
      "the adapter is a store, whose registers know nothing of each other",
      "leave --writes-freeze out",
    );
  }
  if (role === "acceptor" && variant.freezes === "register") {
    throw new AdapterMisfit("the adapter is an acceptor, which freezes whole rows", "leave --freeze register out");
  }
  return role === "store" ? { ...variant, freezes: "register" } : variant;
}
