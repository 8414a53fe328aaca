/** Replay at message level: what it covers, and that nothing of the implementation as it is raises an alarm. */

import { describe, expect, it } from "vitest";
import { explore } from "../../../model/kernel/index.js";
import { messagesModel } from "../../../model/messages/messages.js";
import { EVERYTHING } from "../../../model/messages/options.js";
import { leadingRegisterSets, type Scope } from "../../../model/registers/scope.js";
import { holding } from "../../../spec/register.js";
import { loadTable, parseTable } from "../../../spec/table-file.js";
import { isThorough } from "../../../spec/test/effort.js";
import { replayRuns } from "../lockstep/replay-runs.js";
import { messageSubject } from "../messages/message-subject.js";
import { messageWalks } from "../messages/message-walks.js";
import { replayMessages } from "../messages/replay-messages.js";

function scopeOf(name: string, sets: number): Scope {
  const table = loadTable(`spec/tables/${name}.yaml`);
  return { table, registerSets: leadingRegisterSets(table, sets), values: 2, clients: null };
}

const quiet = { seed: 1, signal: new AbortController().signal, onProgress: () => {} };

describe("replay at message level", () => {
  it("takes every transition of one server with two register sets, crashes, refusals and duplicates among them", async () => {
    const scope = scopeOf("single-server", 2);
    const options = { crashes: true, refusals: true, patience: false, stutters: true };
    const { divergence, traces, steps, shown, ...replayed } = await replayMessages(scope, quiet);
    expect(divergence).toBeNull();
    expect(replayed).toEqual({
      covered: { registerSets: [0, 1], options },
      transitionsCovered: 2636,
      transitionsReachable: 2636,
      sampledRegisterSets: [0, 1, 2],
      tracesSampled: 383,
      tracesOverTcp: 2,
      killsOverTcp: 2,
      seed: 1,
      complete: true,
    });
    const actions = shown!.steps.map(({ action }) => action);
    expect(actions).toContain("output");
    expect(actions.some((action) => action.startsWith("crash"))).toBe(true);
    expect(shown!.states).toHaveLength(actions.length + 1);
    const held = shown!.states.at(-1)!.rows.flat();
    for (const step of shown!.steps) if (step.action === "output") expect(held).toContainEqual(holding(step.value));
    expect(traces).toBeGreaterThan(383 + 2);
    expect(steps).toBeGreaterThan(8000 + 2636);
    // Counted by another search, which keeps no graph.
    expect((await explore(messagesModel(scope, options))).transitions).toBe(2636);
  });

  // Ten times as many transitions as of one server, and nothing new but servers that differ: faults find those in a
  // sample, too.
  const itThoroughly = isThorough ? it : () => {};
  itThoroughly("takes every transition of two servers with two register sets, of what is small enough", async () => {
    const table = parseTable("{name: both, servers: [S0, S1], registers: [{sets: 0.., decide: all}]}", "both.yaml");
    const scope: Scope = { table, registerSets: [0, 1], values: 2, clients: null };
    const options = { crashes: false, refusals: true, patience: false, stutters: true };
    const { divergence, covered, transitionsCovered, transitionsReachable, killsOverTcp } = await replayMessages(
      scope,
      quiet,
    );
    expect(divergence).toBeNull();
    expect(covered).toEqual({ registerSets: [0, 1], options });
    expect([transitionsCovered, transitionsReachable]).toEqual([23_491, 23_491]);
    expect(killsOverTcp).toBe(2);
    expect((await explore(messagesModel(scope, options))).transitions).toBe(23_491);
  });

  it("ends early when it is interrupted, and says so", async () => {
    const replayed = await replayMessages(scopeOf("single-server", 2), { ...quiet, signal: AbortSignal.abort() });
    expect(replayed).toMatchObject({ complete: false, divergence: null, tracesSampled: 1, tracesOverTcp: 0 });
  });
});

describe("sampled runs of the message model", () => {
  it("hold steps of every kind, and depend on nothing but the seed", () => {
    const subject = messageSubject(scopeOf("three-majority", 3), EVERYTHING, "memory");
    const sample = (seed: number) => {
      const walks = messageWalks(subject, seed);
      return Array.from({ length: 20 }, () => walks.next().value as readonly number[]);
    };
    const actions = new Set(sample(1).flatMap((run) => run.map((step) => subject.instances[step]!.action)));
    expect([...actions].sort()).toEqual([...new Set(subject.instances.map(({ action }) => action))].sort());
    expect(sample(1)).toEqual(sample(1));
    expect(sample(1)).not.toEqual(sample(2));
  });

  it.for([
    "fast-paxos-3-3-2",
    "wrong-fast-3-2-2",
    "wrong-fast-greatest",
    "quorum-based-selection",
    "relaxed-phase-1",
    "all-sets-open",
  ])("raise no alarm with open sets and every selection: %s", async (name) => {
    const subject = messageSubject(scopeOf(name, 3), EVERYTHING, "memory");
    const walks = messageWalks(subject, 7);
    const runs = Array.from({ length: 40 }, () => walks.next().value as readonly number[]);
    const { mismatch, steps } = await replayRuns(subject, runs, quiet);
    expect(mismatch).toBeNull();
    // A client that is free to choose goes another way now and then, but not as a rule.
    expect(steps).toBeGreaterThan(0.5 * runs.flat().length);
  });
});
