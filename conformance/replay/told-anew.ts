/**
 * A difference that was seen with nodes which had gone back to snapshots is looked for once more with nodes that are
 * told everything again: what is said of an implementation must not rest on what its adapter has restored.
 */
import { adapterReport } from "./foreign/adapter-report.js";
import type { Foreign } from "./foreign/foreign.js";
import type { ReplayOutcome } from "./replay.js";

/** Rejects with AdapterError where only snapshots show a difference. */
export async function toldAnew(
  foreign: Foreign | null,
  replay: (foreign: Foreign | null) => Promise<ReplayOutcome>,
): Promise<ReplayOutcome> {
  const outcome = await replay(foreign);
  const { divergence } = outcome;
  if (divergence === null || !foreign?.adapter.can("snapshot")) return outcome;
  const again = await replay({ ...foreign, usesSnapshots: false });
  if (again.divergence !== null) return again;
  if (again.report.stoppedBy !== null) {
    foreign.untried.add("Whether the difference shows without snapshots, too: the time was over.");
    return { ...outcome, report: { ...outcome.report, adapter: adapterReport(foreign) } };
  }
  throw foreign.adapter.fault(
    `restores another state than it was in: ${divergence.what}, which it never does when it is told everything again`,
  );
}
