/**
 * One-line faults in the implementation's clients, servers, logs, claims and messages: replay at message level finds each on
 * three majorities, and shows a run of the message model. Changes that make no difference raise no alarm.
 *
 * Each change is made in a copy of the current sources, compiled here: so a stale dist cannot stand in for them.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../model/messages/options.js";
import type { Scope } from "../../model/registers/scope.js";
import type { QuorumTable } from "../../spec/quorum-table.js";
import { loadTable } from "../../spec/table-file.js";
import { FOREVER, quorums, tableOf } from "../../spec/test/tables.js";
import type { MessageReplay } from "../replay/messages/replay-messages.js";

interface Change {
  readonly name: string;
  /** Path under impl. */
  readonly file: string;
  readonly line: string;
  readonly changed: string;
}

interface Fault extends Change {
  readonly driver?: "tcp";
  /** Part of the sentence that says what differs. */
  readonly shows: RegExp;
  /** The last step of the run that shows it. */
  readonly at: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    name: "a duplicate promise counts twice",
    file: "client.ts",
    line: "if (hasServer(this.#prepared, server)) return undefined;",
    changed: "if (hasServer(this.#prepared, server)) this.#prepared |= singleton((server + 1) % 3);",
    shows: /^the client of R\d with input [AB], having heard \{S\d\}, chose [AB] where the model has it wait/,
    at: /^deliver promise$/,
  },
  {
    name: "output before a quorum has accepted",
    file: "client.ts",
    line: "if (containsSome(this.#written, this.#quorums.phase2))",
    changed: "if (this.#written !== NO_SERVERS)",
    shows: /^the client of R\d output [AB] after \{S\d\} accepted and \{.*\} refused, which is no phase-2 quorum/,
    at: /^deliver accepted$/,
  },
  {
    name: "no output though a quorum has accepted",
    file: "client.ts",
    line: "this.#written |= singleton(server);",
    changed: "this.#written = singleton(server);",
    shows: /^the client of R\d has not output its value [AB] after \{S\d, S\d\} accepted/,
    at: /^deliver accepted$/,
  },
  {
    name: "a refusal counts as written",
    file: "client.ts",
    line: "this.#refused |= singleton(server);",
    changed: "this.#written |= singleton(server);",
    shows: /^the client of R\d (output [AB]|hopes on) after \{.*\} accepted and \{.+\} refused/,
    at: /^deliver (accepted|refused)$/,
  },
  {
    name: "an answer about another register set counts",
    file: "client.ts",
    line: 'this.#phase !== "write" || reply.registerSet !== this.registerSet || reply.value !== this.#chosen',
    changed: 'this.#phase !== "write" || reply.value !== this.#chosen',
    shows: /^the client of R\d made something of "written" about R\d: it was "write, chosen [AB]" and is "output, /,
    at: /^deliver/,
  },
  {
    name: "a refusal about another register set counts",
    file: "client.ts",
    line: 'this.#phase !== "write" || reply.registerSet !== this.registerSet) return;',
    changed: 'this.#phase !== "write") return;',
    shows: /^the client of R\d (made something of "refused" about R\d|gives up after )/,
    at: /^deliver/,
  },
  {
    name: "a promise for another register set counts",
    file: "client.ts",
    line: "if (reply.registerSet !== registerSet) return false;",
    changed: "",
    shows: /^the client of R\d (made something of "prepared" about R\d|with input [AB], having heard \{.*\}, chose)/,
    at: /^deliver/,
  },
  {
    name: "the own input is proposed whatever phase 1 saw",
    file: "client.ts",
    line: "this.#selection.choose(this.input)",
    changed: "this.input",
    shows: /^the client of R\d with input [AB], having heard \{S\d, S\d\}, chose [AB] where the model allows only [AB]/,
    at: /^deliver promise$/,
  },
  {
    name: "the reply leaves before its record is durable",
    file: "server-host.ts",
    line: "await this.#log.durable();\n    } catch (error)",
    changed: "void this.#log.durable();\n    } catch (error)",
    shows: /^S\d replied "(prepared|written)" before its log was synced/,
    at: /^(deliver|crash before)/,
  },
  {
    name: "recovery forgets the watermark",
    file: "server.ts",
    line: "for (const record of records) core.#apply(record);",
    changed: 'for (const record of [...records].filter(({ kind }) => kind !== "frozen")) core.#apply(record);',
    shows: /^S\d holds nothing in R\d after a restart where the model holds nil/,
    at: /^crash/,
  },
  {
    name: "recovery forgets the last record",
    file: "server.ts",
    line: "for (const record of records) core.#apply(record);",
    changed: "for (const record of [...records].slice(0, -1)) core.#apply(record);",
    shows: /^S\d holds nothing in R\d after a restart where the model holds (nil|A|B)/,
    at: /^crash/,
  },
  {
    name: "the last batch of the log is taken for torn",
    file: "log-format.ts",
    line: "if (end > content.length)",
    changed: "if (end >= content.length)",
    shows: /^S\d holds nothing in R\d on its disk where the model holds (nil|A|B)/,
    at: /^deliver (prepare|propose)$/,
  },
  {
    name: "a torn tail stays in the log",
    file: "log.ts",
    line: "if (goodLength < content.length)",
    changed: "if (goodLength === content.length)",
    shows: /^(S\d holds nothing in R\d|S\d failed|.*damaged at byte)/,
    at: /^(crash|deliver)/,
  },
  {
    name: "nil is overwritten",
    file: "server.ts",
    line: 'holds.state === "unwritten"',
    changed: 'holds.state !== "value"',
    shows: /^S\d (failed: register \d is write-once|has logged [AB] in R\d, which was not unwritten)/,
    at: /propose|answer/,
  },
  {
    name: "a write that was lost on its way back is refused when it is repeated",
    file: "server.ts",
    line: "if (sameRegister(holds, holding(value)))",
    changed: "if (false)",
    shows: /^S\d says "refused in R\d, which holds [AB]" where the model says "accepted [AB] in R\d"/,
    at: /^(deliver propose|crash before answer)$/,
  },
  {
    name: "a promise tells nothing of the registers below",
    file: "server.ts",
    line: "written: this.#row.writtenBelow(registerSet)",
    changed: "written: []",
    shows:
      /^S\d says "promise for R\d, with no value below" where the model says "promise for R\d, with R0=[AB] below"/,
    at: /^(deliver prepare|crash before promise)$/,
  },
  {
    name: "a prepare freezes one register too many",
    file: "server.ts",
    line: '{ kind: "frozen", below: registerSet }',
    changed: '{ kind: "frozen", below: registerSet + 1 }',
    shows: /^S\d holds nil in R1 on its disk where the model holds nothing/,
    at: /^(deliver prepare|crash before promise)$/,
  },
  {
    name: "a nil travels as an unwritten register",
    file: "messages.ts",
    line: "REGISTER_STATES.indexOf(reply.holds.state)",
    changed: 'REGISTER_STATES.indexOf(reply.holds.state === "nil" ? "unwritten" : reply.holds.state)',
    driver: "tcp",
    shows: /^S\d says "refused in R\d, which holds nothing" where the model says "refused in R\d, which holds nil"/,
    at: /^(deliver propose|crash before answer)$/,
  },
  {
    name: "a restarted client may use its register sets again",
    file: "claims.ts",
    line: 'if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;',
    changed: 'if ((error as NodeJS.ErrnoException).code === "EEXIST") return true;',
    driver: "tcp",
    shows: /^a client that used R\d before it was restarted may use it again/,
    at: /^send (prepare|propose)$/,
  },
];

/** Processes that are killed lose what they have not synced, as machines do: see write-back-disk.ts. */
const SHOWN_OVER_TCP_ALONE = [
  "the reply leaves before its record is durable",
  "recovery forgets the watermark",
  "recovery forgets the last record",
];

const HARMLESS: readonly Change[] = [
  {
    name: "a duplicate promise is read again",
    file: "client.ts",
    line: "if (hasServer(this.#prepared, server)) return undefined;",
    changed: "",
  },
  {
    name: "a prepare that freezes nothing is logged all the same",
    file: "server.ts",
    line: "if (registerSet > this.#row.frozenBelow)",
    changed: "",
  },
];

const TWO_SERVERS = tableOf(2, [{ sets: [0, FOREVER], decide: quorums("01") }], { name: "two-servers" });
const THREE_MAJORITY = loadTable("spec/tables/three-majority.yaml");

let workshop: string;

/** Inside the project, so that its dependencies are found. */
beforeAll(async () => {
  workshop = await mkdtemp(path.resolve("node_modules/.faults-"));
  for (const folder of ["spec", "model", "impl", "conformance/replay"]) await compileFolder(folder);
});

afterAll(() => rm(workshop, { recursive: true, force: true }));

describe("replay at message level finds that", () => {
  it.for(FAULTS)("$name", async ({ shows, at, driver, ...fault }) => {
    // What shows in memory is found on the way; the rest need not wait for a larger graph to be covered.
    const { divergence } = await replayWith(fault, driver === "tcp" ? TWO_SERVERS : THREE_MAJORITY);
    expect(divergence?.what).toMatch(shows);
    expect(divergence!.steps[divergence!.at]!.action).toMatch(at);
    expect(divergence!.driver).toBe(driver ?? "memory");
  });
});

describe("replay over TCP alone finds that", () => {
  it.for(SHOWN_OVER_TCP_ALONE)("%s", async (name) => {
    const { at, ...fault } = FAULTS.find((known) => known.name === name)!;
    const home = await changedCopy(fault);
    const { messageStage } = await load<typeof import("../replay/messages/message-stage.js")>(home, "message-stage");
    const { messageWalks } = await load<typeof import("../replay/messages/message-walks.js")>(home, "message-walks");
    const { replayMessageRuns } = await load<typeof import("../replay/messages/replay-message-runs.js")>(
      home,
      "replay-message-runs",
    );
    const stage = messageStage(twoSetsOf(THREE_MAJORITY), EVERYTHING, "tcp");
    const { divergence } = await replayMessageRuns(stage, messageWalks(stage, 1), { ...QUIET, graph: null });
    expect(divergence?.what).toMatch(/^S\d holds nothing in R\d/);
    expect(divergence).toMatchObject({ driver: "tcp" });
    expect(divergence!.steps[divergence!.at]!.action).toMatch(at);
  });
});

describe("replay at message level does not mind that", () => {
  it.for(HARMLESS)("$name", async (change) => {
    const replayed = await replayWith(change, TWO_SERVERS);
    expect(replayed).toMatchObject({ divergence: null, complete: true, tracesOverTcp: 2 });
    expect([replayed.transitionsCovered, replayed.transitionsReachable]).toEqual([23_491, 23_491]);
  });
});

const QUIET = { seed: 1, signal: new AbortController().signal, onProgress: () => {} };

const twoSetsOf = (table: QuorumTable): Scope => ({ table, registerSets: [0, 1], values: 2, clients: null });

/** What the changed code finds about itself, over two register sets of the table. */
async function replayWith(change: Change, table: QuorumTable): Promise<MessageReplay> {
  const { replayMessages } = await load<typeof import("../replay/messages/replay-messages.js")>(
    await changedCopy(change),
    "replay-messages",
  );
  return replayMessages(twoSetsOf(table), QUIET);
}

/** A copy of all code with the change in it. */
async function changedCopy({ file, line, changed }: Change): Promise<string> {
  const home = await mkdtemp(path.join(workshop, "changed-"));
  await cp(path.join(workshop, "base"), home, { recursive: true });
  const source = await readFile(path.join("impl", file), "utf8");
  expect(source.split(line)).toHaveLength(2);
  const target = path.join(home, "impl", file.replace(/\.ts$/, ".js"));
  await writeFile(target, compiled(source.replace(line, () => changed)));
  return home;
}

const load = <Module>(home: string, module: string): Promise<Module> =>
  import(/* @vite-ignore */ pathToFileURL(path.join(home, "conformance/replay/messages", `${module}.js`)).href);

async function compileFolder(folder: string): Promise<void> {
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith(".ts") || file.split(path.sep).includes("test")) continue;
    const target = path.join(workshop, "base", folder, file.replace(/\.ts$/, ".js"));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, compiled(await readFile(path.join(folder, file), "utf8")));
  }
}

/** As JavaScript, without judging types: other tests do. */
const compiled = (source: string): string =>
  ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  }).outputText;
