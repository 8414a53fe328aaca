/** What a job prints, and what GitHub makes of it. */
import { expect, it } from "vitest";
import { renderGithub } from "../github.js";
import { CASES, resultsOf } from "./cases.js";

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
