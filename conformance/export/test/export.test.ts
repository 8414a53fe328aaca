/** What is exported, read back by readers that share no line with the writers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatRegister, holding, NIL, UNWRITTEN } from "../../../spec/register.js";
import { applyStep, stateAfter } from "../../../spec/run.js";
import type { StateTable } from "../../../spec/state-table.js";
import { loadTable } from "../../../spec/table-file.js";
import { formatStep, type Step } from "../../../spec/trace.js";
import { exported } from "../../cli/commands/export.js";
import { verified } from "../../report/formats/test/cases.js";
import { renderJson } from "../../report/verdict/json.js";
import { DEFAULT_REQUEST } from "../../verify/request.js";
import { request } from "../../verify/test/reports.js";
import { verifyTable } from "../../verify/verify.js";
import { readRun } from "../shown-run.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-export-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const UNSAFE = "spec/tables/wrong-singleton.yaml";
const textOf = async (format: string, file: string) => (await exported(format, file, { maxStates: 1000 })).text;

async function reportOf(file: string): Promise<Record<string, unknown>> {
  const process = { onAnswer: () => {}, onProgress: () => {}, signal: new AbortController().signal };
  const options = { ...DEFAULT_REQUEST, ...process, replay: false, workers: 1 };
  const report = { ...(await verifyTable(file, loadTable(file), options)), warnings: [] };
  return JSON.parse(renderJson(verified(report), request));
}

function written(name: string, report: object): string {
  const file = path.join(directory, name);
  writeFileSync(file, `${JSON.stringify(report)}\n`);
  return file;
}

describe.each([UNSAFE, "spec/tables/wrong-fast-4-3-2.yaml", "spec/tables/wrong-open-singletons.yaml"])(
  "the run of %s",
  (file) => {
    const { table, registerSets, steps } = readRun(file);

    it("in ITF has the states and the steps of the run, choices and all", async () => {
      const { vars, states } = JSON.parse(await textOf("itf", file));
      expect(vars).toEqual(Object.keys(states[0]).filter((key) => key !== "#meta"));
      const read = states.slice(1).map((state: Record<string, never>) => {
        const { server, registerSet, value } = state["mbt::nondetPicks"] as unknown as Record<
          string,
          { tag: string; value: never }
        >;
        const picked = (pick: { tag: string; value: never }) => (pick.tag === "Some" ? pick.value : undefined);
        return {
          action: state["mbt::actionTaken"],
          server: picked(server!),
          registerSet: Number((picked(registerSet!) as unknown as { "#bigint": string })["#bigint"]),
          value: picked(value!),
        };
      });
      expect(read.map(formatStep)).toEqual(steps.map(formatStep));
      states.forEach((state: { registers: { "#map": [string, { "#map": [object, string][] }][] } }, index: number) => {
        const { rows } = stateAfter(table.servers, registerSets, steps.slice(0, index));
        expect(state.registers["#map"].map(([server, row]) => [server, row["#map"].map(([, text]) => text)])).toEqual(
          table.servers.map((server, column) => [server, rows.map((row) => formatRegister(row[column]!))]),
        );
      });
      const proposals = states
        .at(-1)
        .proposals["#map"].flatMap(([set, values]: [{ "#bigint": string }, { "#set": string[] }]) =>
          values["#set"].map((value) => `propose ${value} in R${set["#bigint"]}`),
        );
      const proposed = steps.filter(({ action }) => action === "propose").map(formatStep);
      expect(proposals.sort()).toEqual([...new Set(proposed)].sort());
    });

    it("in ShiViz has clocks that count: each event knows what its host and what it heard of knew", async () => {
      const events = [...(await textOf("shiviz", file)).matchAll(/(?<event>.*)\n(?<host>\S*) (?<clock>{.*})\n/g)].map(
        ({ groups }) =>
          ({ ...groups, clock: JSON.parse(groups!.clock!) }) as {
            event: string;
            host: string;
            clock: Record<string, number>;
          },
      );
      expect(events.length).toBeGreaterThan(steps.length);
      const latest = new Map<string, Record<string, number>>();
      for (const { host, clock } of events) {
        const before = latest.get(host) ?? {};
        expect(clock[host]).toBe((before[host] ?? 0) + 1);
        for (const [other, count] of Object.entries(before)) expect(clock[other]).toBeGreaterThanOrEqual(count);
        for (const [other, count] of Object.entries(clock)) {
          if (other !== host) expect(count).toBeLessThanOrEqual(latest.get(other)![other]!);
        }
        latest.set(host, clock);
      }
      const asks = events.filter(({ event }) => event.startsWith("ask ")).length;
      expect(asks).toBe(steps.filter(({ action }) => action !== "propose").length);
    });
  },
);

it("as a sequence diagram", async () => {
  expect(await textOf("mermaid", UNSAFE)).toMatchInlineSnapshot(`
    "sequenceDiagram
      actor p0 as client of R0
      actor p1 as client of R1
      participant p2 as S0
      participant p3 as S1
      participant p4 as S2
      Note over p0: propose A
      p0->>p4: write A to R0
      Note over p2,p4: A is decided in R0
      p1->>p2: prepare
      p2-->>p1: R0=-
      p1->>p3: prepare
      p3-->>p1: R0=-
      Note over p1: propose B
      p1->>p2: write B to R1
      Note over p2,p4: B is decided in R1
    "
  `);
});

it("a run is read from a report as from its table, and what is none of it is refused with the step", async () => {
  const report = await reportOf(UNSAFE);
  for (const format of ["itf", "mermaid", "shiviz"]) {
    expect(await textOf(format, written("run.json", report))).toBe(await textOf(format, UNSAFE));
  }
  const { steps } = report.counterexample as { steps: Step[] };
  const wrong = written("wrong.json", { ...report, counterexample: { steps: [...steps, steps.at(-1)] } });
  await expect(textOf("itf", wrong)).rejects.toThrow(
    `${wrong}:1:1: step 7, write B to R1 at S0, is not possible there: R1 at S0 is already written. Hint: it is no run of wrong-singleton from there on.`,
  );
  const none = written("none.json", { ...report, counterexample: null });
  await expect(textOf("itf", none)).rejects.toThrow(`${none}:1:1: this report has no run.`);
});

it("a safe table has no run", async () => {
  const file = "spec/tables/three-majority.yaml";
  await expect(textOf("mermaid", file)).rejects.toThrow(`${file}:1:1: three-majority is safe, so no run breaks it.`);
});

describe("the graph of three-majority", () => {
  const file = "spec/tables/three-majority.yaml";
  const { servers } = loadTable(file);

  /** The registers of a node, from its label. */
  const stateIn = (label: string): StateTable => {
    const lines = label.split("\\n").map((line) => line.split(" | ")[0]!.split(" "));
    const register = (text: string) => (text === "." ? UNWRITTEN : text === "-" ? NIL : holding(text));
    return {
      registerSets: lines.map(([name]) => Number(name!.slice(1))),
      rows: lines.map(([, ...row]) => row.map(register)),
    };
  };

  it("has all of its states and transitions, and each leads where its step does", async () => {
    const { text, note } = await exported("dot", file, { maxStates: 1000 });
    const nodes = new Map(
      [...text.matchAll(/^ {2}(\d+) \[label="([^"]*)"/gm)].map(([, number, label]) => [number!, label!]),
    );
    const edges = [...text.matchAll(/^ {2}(\d+) -> (\d+) \[label="([^"]*)"\];$/gm)];
    expect([nodes.size, edges.length, note]).toEqual([558, 1598, null]);
    expect(new Set(nodes.values()).size).toBe(558);
    for (const [, from, to, step] of edges) {
      const [, server] = / at (S\d)/.exec(step!) ?? [];
      const [, value] = /^(?:write|propose) ([AB])/.exec(step!) ?? [];
      const [, registerSet] = /R(\d)(?: at .*)?$/.exec(step!)!;
      const action = step!.split(" ")[0]!;
      // A freeze is of what is below a set, and told by that.
      const set = Number(registerSet) + (action === "freeze" ? 1 : 0);
      const taken = { action, server, registerSet: set, value } as Step;
      expect(applyStep(servers, stateIn(nodes.get(from!)!), taken)).toEqual(stateIn(nodes.get(to!)!));
      if (action === "propose") expect(nodes.get(to!)!.split("\\n")[set]).toMatch(new RegExp(`\\| ${value}$`));
    }
  });

  it("is cut where it is asked to be, and says so", async () => {
    const { text, note } = await exported("dot", file, { maxStates: 3 });
    expect(text.match(/label="R0/g)).toHaveLength(3);
    expect(text).toContain("  17 [shape=point];\n");
    expect(note).toBe("3 of 558 states are drawn, the nearest first; --max-states draws more");
  });

  it("is red where two values are decided", async () => {
    const [reds, all] = await Promise.all([textOf("dot", UNSAFE), reportOf(UNSAFE)]);
    expect((all.exploration as { distinctStates: number }).distinctStates).toBe(reds.match(/ \[label="R0/g)!.length);
    for (const [, label] of reds.matchAll(/label="([^"]*)", color=red/g)) {
      const { rows } = stateIn(label!);
      expect(rows[0]!.concat(rows[1]!).map(formatRegister)).toEqual(expect.arrayContaining(["A", "B"]));
    }
    expect(reds.match(/color=red/g)!.length).toBeGreaterThan(0);
  });
});

it("Promela is for tables that are translated, and says why it is not", async () => {
  expect(await textOf("promela", UNSAFE)).toContain("active proctype registers()");
  await expect(textOf("promela", "spec/tables/fast-paxos-4-3-3.yaml")).rejects.toThrow(
    "spec/tables/fast-paxos-4-3-3.yaml: table fast-paxos-4-3-3 selects by eager; only greatest is translated to Promela",
  );
});
