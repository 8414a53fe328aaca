/**
 * Two-phase commit: what a small model looks like. Source: Gray & Lamport, "Consensus on Transaction Commit", 2006,
 * module TwoPhase.
 */
import { defineModel, type Model } from "../declaration/model.js";

const [WORKING, PREPARED, COMMITTED, ABORTED] = [0, 1, 2, 3];
const [UNDECIDED, COMMIT, ABORT] = [0, 1, 2];

export const twoPhaseCommit = (managers: number): Model =>
  defineModel({
    name: "two-phase commit",
    variables: {
      manager: { shape: [managers], domain: 4 },
      prepareSent: { shape: [managers], domain: 2 },
      prepareReceived: { shape: [managers], domain: 2 },
      decision: { shape: [], domain: 3 },
    },
    actions: ({ manager, prepareSent, prepareReceived, decision }) => {
      const allReceived = () => Array.from({ length: managers }, (_, m) => m).every((m) => prepareReceived.at(m) === 1);
      return [
        {
          name: "prepare",
          parameters: { manager: managers },
          guard: (m) => manager.at(m) === WORKING,
          effect: (m) => {
            manager.set(PREPARED, m);
            prepareSent.set(1, m);
          },
        },
        {
          name: "chooseToAbort",
          parameters: { manager: managers },
          guard: (m) => manager.at(m) === WORKING,
          effect: (m) => manager.set(ABORTED, m),
        },
        {
          name: "receivePrepared",
          parameters: { manager: managers },
          guard: (m) => decision.at() === UNDECIDED && prepareSent.at(m) === 1,
          effect: (m) => prepareReceived.set(1, m),
        },
        {
          name: "commit",
          parameters: {},
          guard: () => decision.at() === UNDECIDED && allReceived(),
          effect: () => decision.set(COMMIT),
        },
        { name: "abort", parameters: {}, guard: () => decision.at() === UNDECIDED, effect: () => decision.set(ABORT) },
        {
          name: "learnCommit",
          parameters: { manager: managers },
          guard: () => decision.at() === COMMIT,
          effect: (m) => manager.set(COMMITTED, m),
        },
        {
          name: "learnAbort",
          parameters: { manager: managers },
          guard: () => decision.at() === ABORT,
          effect: (m) => manager.set(ABORTED, m),
        },
      ];
    },
    properties: ({ manager }) => [
      {
        name: "consistency",
        holds: () => {
          const states = Array.from({ length: managers }, (_, m) => manager.at(m));
          return !(states.includes(COMMITTED) && states.includes(ABORTED));
        },
      },
    ],
  });
