/** What a policy makes of a verdict: whatever is not as expected fails, in both directions. */
import { expect, it } from "vitest";
import { verified } from "../../report/formats/test/cases.js";
import { diverges, inconclusive, notReplayed, request, safe, unsafe } from "../../verify/test/reports.js";
import { judge } from "../judge.js";
import type { Policy } from "../policies.js";

const PLAIN: Policy = { request, expect: "safe", breaks: null, accept: null, replayCoverage: null };
const ACCEPT = { reason: "too large for CI", until: "2026-11-27", at: { file: "c.yaml", line: 1, column: 1 } };

const judged = (report: typeof safe, policy: Partial<Policy> = {}, today = "2026-11-27") => {
  const { status, complaints, justification, exitCode } = judge(
    "t.yaml",
    { ...PLAIN, ...policy },
    verified(report),
    today,
  );
  return [status, exitCode, complaints.join(" ") || justification];
};

it.each<[string, ReturnType<typeof judged>, unknown[]]>([
  ["safe, as expected", judged(safe), ["passed", 0, null]],
  ["unsafe, as expected", judged(unsafe, { expect: "unsafe" }), ["passed", 0, "It is expected to be unsafe."]],
  ["unsafe", judged(unsafe), ["failed", 1, "It is unsafe, and expected to be safe."]],
  ["safe, and not to be", judged(safe, { expect: "unsafe" }), ["failed", 1, "It is safe, and expected to be unsafe."]],
  [
    "unsafe by the rule",
    judged(unsafe, { expect: "unsafe", breaks: "PQ" }),
    ["passed", 0, "It is expected to be unsafe."],
  ],
  [
    "unsafe by another rule",
    judged(unsafe, { expect: "unsafe", breaks: "F1" }),
    ["failed", 1, "It is unsafe as expected, but F1 holds; what is broken is PQ."],
  ],
  ["inconclusive", judged(inconclusive), ["failed", 2, "It is inconclusive, and expected to be safe."]],
  [
    "inconclusive, on the last day",
    judged(inconclusive, { accept: ACCEPT }),
    ["accepted", 0, "too large for CI. Accepted until 2026-11-27."],
  ],
  [
    "inconclusive, a day late",
    judged(inconclusive, { accept: ACCEPT }, "2026-11-28"),
    [
      "failed",
      2,
      "It is inconclusive, and expected to be safe. That was accepted until 2026-11-27, which is over: too large for CI.",
    ],
  ],
  ["safe, though a question was accepted", judged(safe, { accept: ACCEPT }, "2027-01-01"), ["passed", 0, null]],
  [
    "unsafe, whatever was accepted",
    judged(unsafe, { accept: ACCEPT }),
    ["failed", 1, "It is unsafe, and expected to be safe."],
  ],
  [
    "diverging, whatever is expected",
    judged(diverges, { expect: "unsafe", accept: ACCEPT }),
    ["failed", 3, "The implementation diverges."],
  ],
  ["covered enough", judged(safe, { replayCoverage: 1 }), ["passed", 0, null]],
  [
    "covered too little",
    judged(unsafe, { expect: "unsafe", replayCoverage: 0.075 }),
    ["failed", 2, "Replay covered <1% of the transitions, and at least 7.5% are to be covered."],
  ],
  [
    "not replayed at all",
    judged(notReplayed, { replayCoverage: 0.9 }),
    ["failed", 2, "It was not replayed, and 90% of the transitions are to be covered."],
  ],
])("%s", (_, found, expected) => {
  expect(found).toEqual(expected);
});
