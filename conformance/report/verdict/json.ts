/** One report as one line of JSON: the keys that docs/manual.md promises, and then what else there is to know. */

import { formatRegister } from "../../../spec/register.js";
import type { RuleJudgement, Witness } from "../../../spec/rules/judgement.js";
import { namesOf } from "../../../spec/server-set.js";
import { formatPosition } from "../../../spec/source-position.js";
import type { StateTable } from "../../../spec/state-table.js";
import type { Step } from "../../../spec/trace.js";
import type { Divergence } from "../../replay/lockstep/take-run.js";
import type { MessageReplayReport, ReplicaReport } from "../../replay/replay-report.js";
import type { Case } from "../../results/results.js";
import type { Failure, Outcome } from "../../verify/files/outcome.js";
import type { Report } from "../../verify/report.js";
import type { VerifyRequest } from "../../verify/request.js";
import { reproduceCommand } from "./reproduce.js";

/** A line without its line feed. Keys of the contract come first; keys are only ever added. */
export const renderJson = (outcome: Outcome, request: VerifyRequest): string =>
  JSON.stringify(outcome.kind === "failure" ? failureObject(outcome) : reportObject(outcome.report, request));

/** A case as programs read it: what came of its table, and what was expected otherwise. */
export function caseObject({ name, file, status, outcome, request, complaints, justification }: Case): object {
  const found =
    outcome === null
      ? { table: name, file }
      : outcome.kind === "failure"
        ? failureObject(outcome)
        : reportObject(outcome.report, request);
  return { ...found, status, complaints, justification };
}

function failureObject({ file, exitCode, problem, line, column, hint }: Failure): object {
  return { file, error: { message: problem, line, column, hint, exitCode } };
}

function reportObject(report: Report, request: VerifyRequest): object {
  const { table, verdict, rules, exploration, counterexample, replay, divergence, decisionReachability } = report;
  const { registerSets, values, distinctStates, transitions, depth, complete } = exploration;
  const { clients, stoppedBy, representatives, reduced, variant, depthCovered, vacuity } = exploration;
  return {
    table: table.name,
    verdict,
    rules: rules.map((judgement) => ruleObject(judgement, table.servers)),
    exploration: {
      registerSets,
      values,
      distinctStates,
      transitions,
      depth,
      complete,
      clients,
      selection: table.selection,
      stoppedBy,
      depthCovered,
      representatives,
      reduced,
      variant,
      vacuity,
    },
    counterexample: counterexample && {
      length: counterexample.length,
      steps: counterexample.steps,
      decided: counterexample.decided,
      property: counterexample.property,
    },
    replay: replay && {
      traces: replay.traces,
      steps: replay.steps,
      transitionsCovered: replay.transitionsCovered,
      transitionsReachable: replay.transitionsReachable,
      agrees: replay.agrees,
      tracesOverTcp: replay.tracesOverTcp,
      deeper: replay.deeper,
      seed: replay.seed,
      stoppedBy: replay.stoppedBy,
      adapter: replay.adapter,
    },
    proof: report.proof,
    decisionReachability,
    stillPossible: report.stillPossible,
    stall: report.stall,
    messageReplay: report.messageReplay && messageReplayObject(report.messageReplay),
    replicas: report.replicas && replicasObject(report.replicas),
    decisionTables: report.decisionTables,
    divergence: divergence && divergenceObject(divergence),
    file: report.file,
    because: report.because,
    proved: report.proved,
    notExplored: report.notExplored,
    warnings: report.warnings,
    reproduce: reproduceCommand(report.file, request),
  };
}

export const ruleObject = ({ rule, holds, witness, neededFor }: RuleJudgement, servers: readonly string[]) => ({
  rule,
  holds,
  witness: witness && witnessObject(witness, servers),
  neededFor,
});

const witnessObject = ({ quorums }: Witness, servers: readonly string[]) => ({
  quorums: quorums.map(({ phase, registerSet, quorum, at }) => ({
    phase,
    registerSet,
    servers: namesOf(quorum, servers),
    at: formatPosition(at),
  })),
});

/** What is on the disks after each step follows from the steps. */
const messageReplayObject = ({ run, ...replay }: MessageReplayReport): object => ({
  ...replay,
  run: run && { registerSets: run.registerSets, steps: run.steps },
});

/** What came of requests follows from the steps, too. */
const replicasObject = ({ divergence, ...replicas }: ReplicaReport): object => ({
  ...replicas,
  divergence: divergence && { ...divergence, run: { steps: divergence.run.steps } },
});

export const divergenceObject = (divergence: Divergence<Step>): object => ({
  ...divergence,
  model: stateObject(divergence.model),
  implementation: stateObject(divergence.implementation),
});

/** Rows of cells as in the picture: "" unwritten, "-" nil, else the value. */
const stateObject = ({ registerSets, rows }: StateTable): object => ({
  registerSets,
  rows: rows.map((row) => row.map(formatRegister)),
});
