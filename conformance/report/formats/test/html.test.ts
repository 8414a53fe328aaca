/**
 * The page of results in a real browser, from disk. Needs Chromium, without which these tests are reported as skipped, and in CI
 * fail.
 */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatRegister } from "../../../../spec/register.js";
import { stateAfter } from "../../../../spec/run.js";
import { loadTable } from "../../../../spec/table-file.js";
import { diverges, request, safe, unsafe } from "../../../cli/test/reports.js";
import { DEFAULT_REQUEST } from "../../../cli/verify-options.js";
import { verifyTable } from "../../../verify/verify.js";
import type { Report } from "../../report.js";
import { jsonMarkup } from "../html/markup.js";
import { renderHtml } from "../html.js";
import { type Case, caseOf } from "../results.js";
import { HAS_BROWSER, inkAndPaper, overflowOf, SCREENS, Tabs } from "./browser.js";
import { CASES, resultsOf, verified } from "./cases.js";

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
