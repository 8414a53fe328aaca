/**
 * One-line faults in the implementation's clients, servers, logs, claims and messages: replay at message level finds
 * each on three majorities, and shows a run of the message model. Changes that make no difference raise no alarm.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../model/messages/options.js";
import type { Scope } from "../../../model/registers/scope.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { loadTable } from "../../../spec/table-file.js";
import { FOREVER, quorums, tableOf } from "../../../spec/test/tables.js";
import type { Channel } from "../lockstep/lockstep-run.js";
import type { MessageReplay } from "../messages/replay-messages.js";
import { type Change, ChangedBuilds } from "./changed-builds.js";
import { FAULTS, HARMLESS, SHOWN_OVER_TCP_ALONE } from "./messages-fault-list.js";

const ONE_SERVER = tableOf(1, [{ sets: [0, FOREVER], decide: quorums("0") }], { name: "one-server" });
const THREE_MAJORITY = loadTable("spec/tables/three-majority.yaml");

let builds: ChangedBuilds;

beforeAll(async () => {
  builds = await ChangedBuilds.open();
});

afterAll(() => builds.close());

describe("replay at message level finds that", () => {
  it.for(FAULTS)("$name", async ({ shows, at, driver = "memory", ...fault }) => {
    // What memory cannot show is looked for over TCP at once.
    const shown = driver === "memory" ? await divergenceInMemory(fault) : await divergenceOverTcp(fault);
    expect(shown.what).toMatch(shows);
    expect(shown.lastAction).toMatch(at);
    expect(shown.channel).toBe(driver);
  });
});

describe("replay over TCP alone finds that", () => {
  it.for(SHOWN_OVER_TCP_ALONE)("%s", async ([name, shows]) => {
    const fault = FAULTS.find((known) => known.name === name)!;
    const { what, lastAction } = await divergenceOverTcp(fault);
    expect(what).toMatch(shows);
    expect(lastAction).toMatch(fault.at);
  });
});

describe("replay at message level raises no alarm", () => {
  it(`where it makes no difference that ${HARMLESS.map(({ name }) => name).join(", and that ")}`, async () => {
    const replayed = await replayWith(HARMLESS, ONE_SERVER);
    expect(replayed).toMatchObject({ divergence: null, complete: true, tracesOverTcp: 2 });
    expect([replayed.transitionsCovered, replayed.transitionsReachable]).toEqual([2636, 2636]);
  });
});

/** More than any of the faults needs. */
const TCP_RUNS = 6;

const ENTRANCES = [
  "messages/replay-messages.js",
  "messages/message-subject.js",
  "messages/message-walks.js",
  "lockstep/replay-runs.js",
].map((module) => `conformance/replay/${module}`);

const QUIET = { seed: 1, signal: new AbortController().signal, onProgress: () => {} };

const twoSetsOf = (table: QuorumTable): Scope => ({ table, registerSets: [0, 1], values: 2, clients: null });

/** What the changed code finds about itself, over two register sets of the table. */
async function replayWith(changes: readonly Change[], table: QuorumTable): Promise<MessageReplay> {
  const { replayMessages } = await load<typeof import("../messages/replay-messages.js")>(
    await builds.with(changes, ENTRANCES),
    "messages/replay-messages",
  );
  return replayMessages(twoSetsOf(table), QUIET);
}

interface Shown {
  readonly what: string;
  readonly lastAction: string;
  readonly channel: Channel;
}

async function divergenceInMemory(change: Change): Promise<Shown> {
  const { divergence } = await replayWith([change], THREE_MAJORITY);
  const { what, steps, at, channel } = divergence!;
  return { what, channel, lastAction: steps[at]!.action };
}

/** What the changed code shows of itself in a few runs over TCP. */
async function divergenceOverTcp(change: Change): Promise<Shown> {
  const home = await builds.with([change], ENTRANCES);
  const { messageSubject } = await load<typeof import("../messages/message-subject.js")>(
    home,
    "messages/message-subject",
  );
  const { messageWalks } = await load<typeof import("../messages/message-walks.js")>(home, "messages/message-walks");
  const { replayRuns } = await load<typeof import("../lockstep/replay-runs.js")>(home, "lockstep/replay-runs");
  const subject = messageSubject(twoSetsOf(THREE_MAJORITY), EVERYTHING, "tcp");
  const walks = messageWalks(subject, 1);
  const runs = Array.from({ length: TCP_RUNS }, () => walks.next().value as readonly number[]);
  const { mismatch } = await replayRuns(subject, runs, QUIET);
  const { what, channel, steps } = mismatch!;
  return { what, channel, lastAction: subject.instances[steps.at(-1)!]!.action };
}

const load = <Module>(home: string, module: string): Promise<Module> =>
  import(/* @vite-ignore */ pathToFileURL(path.join(home, "conformance/replay", `${module}.js`)).href);
