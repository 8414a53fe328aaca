/** What a job prints, and what GitHub makes of it. */
import { expect, it } from "vitest";
import { renderGithub } from "../github.js";
import { CASES, resultsOf } from "./cases.js";
import { toldResults } from "./told-cases.js";

it("is a command for every annotation, escaped as the runner reads it back", () => {
  const lines = renderGithub(resultsOf(CASES)).split("\n");
  expect(lines).toEqual([
    "::notice file=three-majority.yaml,line=1,col=1,title=three-majority%3A warning::Group east | west is not used.",
    "::error file=my tables/wrong-half.yaml,line=5,col=13,title=wrong-half%3A PQ::{S1, S2} (phase 2 of R0) and {S0} (phase 1 of R1) have no server in common (PQ), so a client can finish phase 1 there without seeing that another value was decided, and get its own decided too.%0Amy tables/wrong-half.yaml:6:14: R1 is prepared by {S0}",
    expect.stringContaining(
      '::error file=my tables/wrong-half.yaml,line=1,col=1,title=a "name" <&> `with` | [marks]\uFFFE%3A inconclusive::No run of the explored scope decides two values, but {S1, S2} ',
    ),
    expect.stringContaining("::warning file=my tables/wrong-half.yaml,line=5,col=13,title=a "),
    "::error file=three-majority.yaml,line=1,col=1,title=three-majority%3A divergence::S1 holds nothing in R0 where the model holds B after a restart.",
    '::error file=bad 50%25%2C <b>.yaml,line=5,col=13,title=bad 50%25%2C <b>.yaml%3A invalid-table::Unknown server "S9". Hint: did you mean "S0"?',
    "::error file=bad 50%25%2C <b>.yaml,line=7,col=13,title=bad 50%25%2C <b>.yaml%3A invalid-table::An empty quorum.",
    expect.stringContaining("::warning file=my tables/wrong-half.yaml,line=5,col=13,title=wrong-half%3A PQ::"),
    "::error file=three-majority.yaml,line=1,col=1,title=three-majority%3A unexpected-result::verdict is safe, expected unsafe.",
    "::error title=table 7%3A disagreement::the rules say safe, the explorer unsafe%0Aservers: [S0]%0A",
    "quorate verify: 9 tables: 2 passed, 1 accepted, 5 failed, 1 could not be judged",
    "",
  ]);
});

it("stands beside the line of a log or a history at which no order goes on", async () => {
  const { explained, refused, inconclusive, history } = await toldResults();
  expect([explained, refused, inconclusive, history].flatMap((results) => renderGithub(results).split("\n"))).toEqual([
    "quorate validate: EXPLAINED: three-majority: 9 events of 5 nodes are a run of the register model",
    "",
    '::error file=examples/logs/wrong-relay.ndjson,line=6,col=1,title=three-majority%3A refused-event::"propose pear in R1" is refused: selection "greatest" does not allow "pear" in R1, having heard {S0, S1}: it allows "apple".',
    "quorate validate: REFUSED: three-majority: 5 of 9 events of 5 nodes are explained, and no run of the model has more",
    "",
    "::error file=spec/tables/three-majority.yaml,line=1,col=1,title=three-majority%3A inconclusive::3 states were looked at, and --max-states allows no more.",
    "quorate validate: INCONCLUSIVE: three-majority: 2 of 9 events of 5 nodes are explained so far",
    "",
    "::error file=examples/logs/stale-read.edn,line=10,col=1,title=examples/logs/stale-read.edn%3A refused-answer::Register register: read 1 by process 1: no order explains it after 3 answers. By then the register can hold 2 or 3.",
    "quorate linearize: REFUSED: examples/logs/stale-read.edn: 1 register behaved as none can; 5 operations on 1 register",
    "",
  ]);
});
