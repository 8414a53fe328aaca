/**
 * The page of results in a real browser, from disk. Needs Chromium, without which these tests are reported as skipped,
 * and in CI fail.
 */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatRegister, holding, type Register, UNWRITTEN } from "../../../../spec/register.js";
import { stateAfter } from "../../../../spec/run.js";
import type { StateTable } from "../../../../spec/state-table.js";
import { loadTable } from "../../../../spec/table-file.js";
import type { MessageReplayReport } from "../../../replay/replay-report.js";
import { type Case, caseOf } from "../../../results/results.js";
import type { Report } from "../../../verify/report.js";
import { DEFAULT_REQUEST } from "../../../verify/request.js";
import { diverges, request, safe, unsafe } from "../../../verify/test/reports.js";
import { verifyTable } from "../../../verify/verify.js";
import { jsonMarkup } from "../html/markup.js";
import { renderHtml } from "../html.js";
import { HAS_BROWSER, inkAndPaper, overflowOf, SCREENS, Tabs } from "./browser.js";
import { CASES, resultsOf, verified } from "./cases.js";

const disks = (S1: Register): StateTable => ({ registerSets: [0], rows: [[UNWRITTEN, S1, UNWRITTEN]] });

/** A server that forgets what it answered. */
const MESSAGES: MessageReplayReport = {
  ...{ traces: 1, steps: 3, transitionsCovered: 3, transitionsReachable: 9, tracesOverTcp: 0, killsOverTcp: 0 },
  agrees: false,
  divergence: { what: "S1 does not hold B", steps: [] },
  run: {
    registerSets: [0],
    steps: [
      { action: "send propose", client: "R0", registerSet: 0, value: "B" },
      { action: "crash", server: "S1" },
      { action: "deliver propose", server: "S1", client: "R0", registerSet: 0, value: "B" },
    ],
    states: [disks(UNWRITTEN), disks(UNWRITTEN), disks(UNWRITTEN), disks(holding("B"))],
    implementation: disks(UNWRITTEN),
  },
};

const page = (cases: readonly Case[]) => renderHtml({ ...resultsOf(cases), comparisons: [] });

it("asks for nothing from elsewhere, and forbids it", () => {
  const text = page(CASES);
  expect(text).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none';`);
  expect([...text.matchAll(/(?:src|href|action)="([^"]*)"/g)].map(([, target]) => target!.slice(0, 6))).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^(?:https?:|\/\/)/)]),
  );
  expect(text).not.toMatch(/@import|url\(|fetch\(|XMLHttpRequest|import\(/);
});

it("lets no data end the element that holds it", () => {
  const { text } = jsonMarkup({ step: "</script><b>" });
  expect(text).not.toContain("<");
  expect(JSON.parse(text)).toEqual({ step: "</script><b>" });
});

describe.skipIf(!HAS_BROWSER)("in a browser", () => {
  let tabs: Tabs;
  let complaints: readonly string[];
  beforeAll(async () => {
    tabs = await Tabs.launch({ hasClock: true });
    ({ complaints } = tabs);
  });
  afterAll(() => tabs?.close());

  const open = (cases: readonly Case[], options: BrowserContextOptions = {}): Promise<Page> =>
    tabs.open(page(cases), options);

  const nowIn = (opened: Page) => opened.locator(".now").textContent();

  /** The registers that the page shows, row by row, as the picture in a terminal has them. */
  const shownIn = (opened: Page) =>
    opened
      .locator(".run .state tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll(".cell")].map((cell) => cell.textContent!.replace("–", "-"))),
      );

  const statesOf = ({ table, exploration, counterexample }: Report) =>
    [undefined, ...counterexample!.steps].map((_, count) =>
      stateAfter(table.servers, exploration.registerSets, counterexample!.steps.slice(0, count)).rows.map((row) =>
        row.map(formatRegister),
      ),
    );

  it("steps through every state of a run by the keys, and back, and stays within it", async () => {
    const opened = await open([caseOf(verified(unsafe), request)]);
    const states = statesOf(unsafe);
    expect(await shownIn(opened)).toEqual(states.at(-1));
    expect(await opened.locator(".decided").allTextContents()).toEqual([
      "A decided by {S1, S2}",
      "B decided by {S0, S1}",
      "",
      "",
    ]);
    await opened.keyboard.press("Home");
    expect(await nowIn(opened)).toBe("Before the first step");
    for (const state of states) {
      expect(await shownIn(opened)).toEqual(state);
      await opened.keyboard.press("ArrowRight");
    }
    expect(await nowIn(opened)).toBe("Step 7 of 7: write B to R9 at S1");
    for (let press = 0; press < 9; press++) await opened.keyboard.press("ArrowLeft");
    expect(await shownIn(opened)).toEqual(states[0]);
    await opened.keyboard.press("End");
    expect(await shownIn(opened)).toEqual(states.at(-1));
    expect(complaints).toEqual([]);
  });

  it("steps by buttons, slider, and a click on a step; marks what changed and what decides", async () => {
    const opened = await open([caseOf(verified(unsafe), request)]);
    const states = statesOf(unsafe);
    await opened.getByRole("button", { name: "to the beginning" }).click();
    await opened.getByRole("button", { name: "a step on" }).click();
    await opened.getByRole("button", { name: "a step on" }).click();
    expect(await nowIn(opened)).toBe("Step 2 of 7: write A to R0 at S1");
    expect(await opened.locator(".changed").allTextContents()).toEqual(["A"]);
    expect(await opened.locator(".decides").count()).toBe(0);
    await opened.getByRole("slider", { name: "step" }).fill("3");
    expect(await shownIn(opened)).toEqual(states[3]);
    expect(await opened.locator(".decides").allTextContents()).toEqual(["A", "A"]);
    await opened.getByRole("button", { name: "freeze R0..R8 at S0" }).click();
    expect(await shownIn(opened)).toEqual(states[4]);
    expect(await opened.locator("li[aria-current=step]").textContent()).toContain("freeze R0..R8 at S0");
    await opened.getByRole("button", { name: "to the end" }).click();
    expect(await shownIn(opened)).toEqual(states[7]);
    expect(complaints).toEqual([]);
  });

  it("draws who says what to whom: what is yet to come is faint, and a row leads to its step", async () => {
    const opened = await open([caseOf(verified(unsafe), request)]);
    expect(await opened.locator(".heads .name").allTextContents()).toEqual([
      "client",
      "R0",
      "client",
      "R9",
      "S0",
      "S1",
      "S2",
    ]);
    const rows = opened.locator(".sequence .row");
    const told = async () => (await rows.allTextContents()).map((text) => text.trim());
    expect(await told()).toEqual([
      "1propose A",
      "2write A to R0",
      "3write A to R0",
      "A is decided in R0",
      "4prepare",
      "R0=-",
      "5propose B",
      "6write B to R9",
      "7write B to R9",
      "B is decided in R9",
    ]);
    await rows.nth(4).click();
    expect(await nowIn(opened)).toBe("Step 4 of 7: freeze R0..R8 at S0");
    expect(await opened.locator(".sequence .at").allTextContents()).toEqual(["4prepare", "R0=-"]);
    expect(await opened.locator(".sequence .ahead .label, .sequence .ahead .noted").allTextContents()).toEqual(
      (await told()).slice(6).map((text) => text.replace(/^\d/, "")),
    );
    expect(complaints).toEqual([]);
  });

  it("shows what is decided and what can still be, before the first step and after each", async () => {
    const [ab, a] = [["A", "B"], ["A"]];
    const stillPossible = [ab, ab, ab, ab, ab, ab, a, []];
    const opened = await open([caseOf(verified({ ...unsafe, stillPossible }), request)]);
    const still = () => opened.locator(".still").textContent();
    expect(await still()).toBe("A and B are decided");
    const classes = await opened
      .locator(".strip rect:not(.cursor)")
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("class")!.split(" ")[0]));
    expect(classes.slice(0, 8)).toEqual(["pale", "pale", "pale", "full", "full", "full", "full", "full"]);
    expect(classes.slice(8)).toEqual(["pale", "pale", "pale", "pale", "pale", "pale", "no", "full"]);
    const { x, y, width } = (await opened.locator(".strip svg").boundingBox())!;
    await opened.mouse.click(x + (2.5 / 8) * width, y + 5);
    expect(await nowIn(opened)).toBe("Step 2 of 7: write A to R0 at S1");
    expect(await still()).toBe("A or B can still be decided");
    await opened.keyboard.press("ArrowRight");
    expect(await still()).toBe("A is decided, and B can still be, too");
    expect(await opened.getByRole("slider").getAttribute("aria-valuetext")).toMatch(/; A is decided, and B can still/);
    expect(await opened.locator(".strip .cursor").getAttribute("x")).toBe("3");
    expect(complaints).toEqual([]);
  });

  it("plays from the beginning to the end, and pauses", async () => {
    const opened = await open([caseOf(verified(unsafe), request)]);
    await opened.getByRole("button", { name: "play" }).click();
    expect(await nowIn(opened)).toBe("Before the first step");
    await opened.clock.runFor(1800);
    expect(await nowIn(opened)).toBe("Step 2 of 7: write A to R0 at S1");
    await opened.getByRole("button", { name: "pause" }).click();
    await opened.clock.runFor(5000);
    expect(await nowIn(opened)).toBe("Step 2 of 7: write A to R0 at S1");
    await opened.locator(".run").focus();
    await opened.keyboard.press("Space");
    await opened.clock.runFor(10_000);
    expect(await nowIn(opened)).toBe("Step 7 of 7: write B to R9 at S1");
    expect(await opened.getByRole("button", { name: "play" }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it("shows several tables in a matrix that leads to each, and what markup would trip over as it is", async () => {
    const evil = '</script><script>alert("<b>")</script>';
    const cases = [...CASES, caseOf(verified({ ...unsafe, table: { ...unsafe.table, name: evil } }), request)];
    const opened = await open(cases);
    expect(await opened.locator(".matrix tbody th").allTextContents()).toEqual(cases.map(({ name }) => name));
    expect(await opened.locator("article h2").allTextContents()).toEqual(cases.map(({ name }) => name));
    await opened.getByRole("link", { name: evil }).click();
    expect(await opened.locator(`#case-${cases.length - 1} .badge`).boundingBox()).toMatchObject({
      y: expect.toSatisfy((y: number) => y >= 0 && y < 900),
    });
    expect(complaints).toEqual([]);
  });

  it("shows both sides of a divergence, what differs in both, and at which step", async () => {
    const opened = await open([caseOf(verified(diverges), request)]);
    expect(await opened.locator("figure figcaption").allTextContents()).toEqual(["model", "implementation"]);
    expect(await opened.locator("figure .decides").allTextContents()).toEqual(["B", ""]);
    expect(await opened.locator("li.differs").textContent()).toContain("write B to R0 at S1");
  });

  it("shows a run of messages, step by step with what is on the disks, and where the implementation differs", async () => {
    const opened = await open([caseOf(verified({ ...safe, messageReplay: MESSAGES }), request)]);
    expect(await opened.locator(".run h3").textContent()).toBe("The run that shows it 3 steps");
    expect(await opened.locator("li.differs span, li.differs button").textContent()).toBe(
      "S1 gets the proposal B in R0, answers",
    );
    expect(await opened.locator("figure .decides").allTextContents()).toEqual(["B", ""]);
    expect((await opened.locator(".sequence .row").allTextContents()).map((text) => text.trim())).toEqual([
      "1proposes B to all",
      "2crashes",
      "3write B to R0",
    ]);
    await opened.locator(".run").focus();
    await opened.keyboard.press("ArrowLeft");
    expect(await shownIn(opened)).toEqual([["", "", ""]]);
    expect(await nowIn(opened)).toBe("Step 2 of 3: S1 crashes");
    await opened.keyboard.press("ArrowRight");
    expect(await shownIn(opened)).toEqual([["", "B", ""]]);
    expect(complaints).toEqual([]);
  });

  it("draws witnesses on the servers, one colour each, and no server in all of them", async () => {
    const file = "spec/tables/wrong-fast-4-3-2.yaml";
    const process = { onAnswer: () => {}, onProgress: () => {}, signal: new AbortController().signal };
    const options = { ...DEFAULT_REQUEST, ...process, replay: false, workers: 1, stopAtViolation: true };
    const report = { ...(await verifyTable(file, loadTable(file), options)), warnings: [] };
    const opened = await open([caseOf(verified(report), request)]);
    const members = await opened
      .locator(".witness tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent === "●")),
      );
    expect(members).toHaveLength(3);
    expect(members[0]!.map((_, server) => members.every((quorum) => quorum[server]))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(await opened.locator(".witness .place").allTextContents()).toEqual([
      `${file}:10:13`,
      `${file}:10:13`,
      `${file}:14:14`,
    ]);
  });

  it.each(SCREENS)("fits %s", async (_, options) => {
    const opened = await open([caseOf(verified(safe), request), caseOf(verified(unsafe), request)], options);
    expect(await overflowOf(opened)).toBeLessThanOrEqual(0);
    const [ink, paper] = await inkAndPaper(opened);
    expect(ink > paper).toBe(options.colorScheme === "dark");
    expect(Math.abs(ink - paper)).toBeGreaterThan(120);
    expect(complaints).toEqual([]);
  });

  it("on paper has no buttons, the last state, and every step", async () => {
    const opened = await open([caseOf(verified(unsafe), request)]);
    await opened.keyboard.press("Home");
    await opened.evaluate('dispatchEvent(new Event("beforeprint"))');
    await opened.emulateMedia({ media: "print" });
    expect(await opened.locator(".controls").isVisible()).toBe(false);
    expect(await shownIn(opened)).toEqual(statesOf(unsafe).at(-1));
    expect(await opened.locator(".steps li:visible").count()).toBe(7);
  });

  it("without scripts shows the end of the run all the same", async () => {
    const opened = await open([caseOf(verified(unsafe), request)], { javaScriptEnabled: false });
    expect(await opened.locator(".controls").isVisible()).toBe(false);
    expect(await opened.locator(".now").textContent()).toBe("Step 7 of 7: write B to R9 at S1");
  });
});
