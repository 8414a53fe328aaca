/** The reports that tests of what is printed are made of are what verify finds. */
import { expect, it } from "vitest";
import type { Report, Verification } from "../report.js";
import type { VerifyRequest } from "../request.js";
import { verifyTable } from "../verify.js";
import { bounded, inconclusive, request, STATES_MAX, safe, unsafe } from "./reports.js";

const found = ({
  verdict,
  rules,
  exploration,
  counterexample,
  decisionReachability,
  because,
  proved,
}: Verification) => ({
  verdict,
  rules,
  counts: [exploration.distinctStates, exploration.transitions, exploration.depth],
  stoppedBy: exploration.stoppedBy,
  length: counterexample?.length ?? null,
  stuckStates: decisionReachability?.stuckStates ?? null,
  because,
  proved,
});

it.each<[string, Report, Partial<VerifyRequest>]>([
  ["safe", safe, {}],
  ["unsafe", unsafe, { exhaust: true }],
  ["safe, hardly explored", bounded, { statesMax: STATES_MAX }],
  ["inconclusive", inconclusive, { clients: 1 }],
])("%s", async (_, report, asked) => {
  const process = { onAnswer: () => {}, onProgress: () => {}, signal: new AbortController().signal };
  const options = { ...request, ...asked, ...process, replay: false };
  expect(found(await verifyTable(report.file, report.table, options))).toEqual(found(report));
});
