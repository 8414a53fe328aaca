/** What is judged and is no table, as its commands have it: logs of all three verdicts, and a history. */
import { loadTable } from "../../../../spec/table-file.js";
import { judgeHistory } from "../../../history/linearizability.js";
import { readHistory } from "../../../history/read-history.js";
import type { Results } from "../../../results/results.js";
import { EXIT } from "../../../shell/exit-codes.js";
import { type ValidateOptions, validateLog } from "../../../validate/validate.js";
import { linearizeResults } from "../../commands/linearize.js";
import { validateResults } from "../../commands/validate.js";

const TABLE = "spec/tables/three-majority.yaml";
const HISTORY = "examples/logs/stale-read.edn";

async function logResults(log: string, options: ValidateOptions = {}): Promise<Results> {
  const validation = await validateLog(loadTable(TABLE), [`examples/logs/${log}.ndjson`], options);
  const codes = { explained: EXIT.safe, refused: EXIT.unsafe, inconclusive: EXIT.inconclusive };
  return validateResults({ ...validation, hiddenKinds: [], file: TABLE }, codes[validation.verdict]);
}

export async function toldResults() {
  const judged = judgeHistory(readHistory(HISTORY, { independent: false, failedCas: "dropped" }));
  return {
    explained: await logResults("relay"),
    refused: await logResults("wrong-relay"),
    inconclusive: await logResults("wrong-relay", { hidden: new Set(["write"]), statesMax: 3 }),
    history: linearizeResults({ ...judged, file: HISTORY, areFailedCasDropped: true }, EXIT.unsafe),
  };
}
