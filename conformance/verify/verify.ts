/**
 * Verifies one quorum table: judges the rules, which answer at once; then explores the interleavings of the scope and
 * replays the implementation, which is the evidence.
 */

import { isDeepStrictEqual } from "node:util";
import { formatMessageStep } from "../../model/messages/message-steps.js";
import { contiguous } from "../../model/registers/contiguous.js";
import type { Scope } from "../../model/registers/scope.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import type { Foreign } from "../replay/foreign/foreign.js";
import type { ReplayOptions } from "../replay/replay.js";
import type { MessageReplayReport } from "../replay/replay-report.js";
import { concluded, type Evidence, gatherEvidence, judgeTable, type Replayers } from "./evidence.js";
import type { ScopeRequest, Verification, VerifyOptions } from "./report.js";

/**
 * Throws RangeError where the options ask for a scope that the table does not have, or for what does not go together:
 * replay of freezes of single registers with freezing writes, of either of them with messages; a reduction of freezes
 * of single registers. Throws AdapterError where an adapter does not keep to its protocol, AdapterMisfit where it is
 * not what the options ask for. Throws Error where the rules and the explorer contradict each other.
 */
export async function verifyTable(file: string, table: QuorumTable, options: VerifyOptions): Promise<Verification> {
  if (options.adapter === null) return verifyWith(null, file, table, options);
  const { withForeign } = await import("./with-foreign.js");
  return withForeign(options, table, (foreign, variant) => verifyWith(foreign, file, table, { ...options, variant }));
}

async function verifyWith(
  foreign: Foreign | null,
  file: string,
  table: QuorumTable,
  options: VerifyOptions,
): Promise<Verification> {
  const judged = judgeTable(file, table, options);
  const { answer } = judged;
  if (answer !== null) options.onAnswer(answer);
  return concluded(judged, await gatherEvidence(judged, options, replayersFor({ ...options, foreign })), options);
}

/**
 * The same, with evidence that was gathered before of a table that means the same; the rules are judged anew. Null for
 * evidence that does not go with what they answer.
 */
export function verificationFrom(
  file: string,
  table: QuorumTable,
  options: ScopeRequest & Pick<VerifyOptions, "messages">,
  evidence: Evidence,
): Verification | null {
  const judged = judgeTable(file, table, options);
  const { answer } = judged;
  if (answer !== null && (answer.counterexample === null) !== (evidence.counterexample === null)) return null;
  const counterexample = answer?.counterexample;
  // A report tells the run of the answer from one that was explored by its identity.
  const same = counterexample != null && isDeepStrictEqual(counterexample, evidence.counterexample);
  const revived = same ? { ...evidence, counterexample } : evidence;
  return concluded(judged, revived, { ...options, signal: new AbortController().signal });
}

export const evidenceOf = ({
  exploration,
  counterexample,
  decisionReachability,
  stillPossible,
  stall,
  decisionTables,
  replay,
  divergence,
  messageReplay,
  replicas,
}: Verification): Evidence => ({
  exploration,
  counterexample,
  decisionReachability,
  stillPossible,
  stall,
  decisionTables,
  replay,
  divergence,
  messageReplay,
  replicas,
});

/** Loaded when it is asked for, as the implementation is, and whatever drives it. */
function replayersFor(options: VerifyOptions & Pick<ReplayOptions, "foreign">): Replayers | null {
  if (!options.replay) return null;
  const { foreign } = options;
  if (foreign?.adapter.role === "replica") {
    const replicas = async () => {
      const { replayReplicas } = await import("../replay/replicas/replay-replicas.js");
      return replayReplicas(foreign.adapter, options);
    };
    return { replay: null, messages: null, replicas };
  }
  return {
    replicas: null,
    replay: async (scope, exploration, runs) => {
      const [{ replay }, { toldAnew }] = await Promise.all([
        import("../replay/replay.js"),
        import("../replay/told-anew.js"),
      ]);
      return toldAnew(foreign, (told) => replay(scope, exploration, runs, { ...options, foreign: told }));
    },
    messages: options.messages ? (scope) => messageReplay(scope, options) : null,
  };
}

async function messageReplay(scope: Scope, options: VerifyOptions): Promise<MessageReplayReport> {
  const { replayMessages } = await import("../replay/messages/replay-messages.js");
  const { divergence, shown, ...replayed } = await replayMessages(contiguous(scope), options);
  const { traces, steps, transitionsCovered, transitionsReachable, tracesOverTcp, killsOverTcp } = replayed;
  return {
    traces,
    steps,
    transitionsCovered,
    transitionsReachable,
    tracesOverTcp,
    killsOverTcp,
    agrees: divergence === null,
    divergence: divergence && { what: divergence.what, steps: divergence.steps.map(formatMessageStep) },
    run: shown && { ...shown, implementation: divergence?.implementation ?? null },
  };
}
