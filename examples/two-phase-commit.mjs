/**
 * A model of one's own: two-phase commit, and what a participant breaks that does not wait. Run it: node two-phase-commit.mjs
 *
 * Source: Gray & Lamport, "Consensus on Transaction Commit", 2006.
 */
import { actionInstanceOf, defineModel, explore, violatingRun } from "quorate";

const MANAGERS = 3;
const [WORKING, PREPARED, COMMITTED, ABORTED] = [0, 1, 2, 3];
const [UNDECIDED, COMMIT, ABORT] = [0, 1, 2];

/** @param {{ givesUp: boolean }} variant whether a manager that has prepared aborts by itself when it has waited for long */
const twoPhaseCommit = ({ givesUp }) =>
  defineModel({
    name: "two-phase commit",
    variables: {
      manager: { shape: [MANAGERS], domain: 4 },
      // Messages are for ever: who has told that it is prepared, and of whom the coordinator has heard.
      told: { shape: [MANAGERS], domain: 2 },
      heard: { shape: [MANAGERS], domain: 2 },
      decision: { shape: [], domain: 3 },
    },
    actions: ({ manager, told, heard, decision }) => {
      const each = { m: MANAGERS };
      const managers = Array.from({ length: MANAGERS }, (_, m) => m);
      const prepare = (m) => {
        manager.set(PREPARED, m);
        told.set(1, m);
      };
      return [
        { name: "prepare", parameters: each, guard: (m) => manager.is(WORKING, m), effect: prepare },
        {
          name: "abort alone",
          parameters: each,
          guard: (m) => manager.is(WORKING, m) || (givesUp && manager.is(PREPARED, m)),
          effect: (m) => manager.set(ABORTED, m),
        },
        {
          name: "hear",
          parameters: each,
          guard: (m) => decision.is(UNDECIDED) && told.is(1, m),
          effect: (m) => heard.set(1, m),
        },
        {
          name: "decide to commit",
          parameters: {},
          guard: () => decision.is(UNDECIDED) && managers.every((m) => heard.is(1, m)),
          effect: () => decision.set(COMMIT),
        },
        {
          name: "decide to abort",
          parameters: {},
          guard: () => decision.is(UNDECIDED),
          effect: () => decision.set(ABORT),
        },
        {
          name: "commit",
          parameters: each,
          guard: () => decision.is(COMMIT),
          effect: (m) => manager.set(COMMITTED, m),
        },
        { name: "abort", parameters: each, guard: () => decision.is(ABORT), effect: (m) => manager.set(ABORTED, m) },
      ];
    },
    properties: ({ manager }) => [
      {
        name: "all or none",
        parameters: { committed: MANAGERS, aborted: MANAGERS },
        fails: [(c) => manager.is(COMMITTED, c), (_, a) => manager.is(ABORTED, a)],
      },
    ],
  });

for (const givesUp of [false, true]) {
  const model = twoPhaseCommit({ givesUp });
  const found = await explore(model);
  const steps = found.violations.get("all or none");
  console.log(`${givesUp ? "who gives up" : "who waits"}: ${found.distinctStates} states, depth ${found.depth}`);
  if (steps === undefined) console.log("  all or none: holds in every state");
  else {
    console.log(`  all or none: broken after ${steps} steps`);
    for (const step of violatingRun(found, "all or none")) {
      const { action, parameters } = actionInstanceOf(model.actions, step);
      console.log(`    ${[action, ...Object.values(parameters)].join(" ")}`);
    }
  }
}
