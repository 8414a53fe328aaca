/** What clients ask of replicas: consensus, with the values of the model. */
import { valueName } from "../../../model/registers/values.js";
import { consensus } from "../../maelstrom/workloads/consensus.js";
import type { Workload } from "../../maelstrom/workloads/workload.js";

export const REPLICA_WORKLOAD: Workload = {
  ...consensus,
  script: (length) => Array.from({ length }, (_, i) => ({ type: "propose", value: valueName(i) })),
};

/** What breaks this is no matter of what is decided. */
export const PROGRESS = "progress";

/** The same where nothing is disturbed: replicas that never decide would agree with anything. */
export const UNDISTURBED_WORKLOAD: Workload = {
  ...REPLICA_WORKLOAD,
  judge(exchanges, atTheEnd) {
    const isAnswered = exchanges.some(({ outcome }) => outcome.kind === "ok");
    const sentence = "No client was ever told a decision, in a run that nothing disturbs.";
    return isAnswered ? REPLICA_WORKLOAD.judge(exchanges, atTheEnd) : { property: PROGRESS, sentence };
  },
};
