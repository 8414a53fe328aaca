/**
 * The page in which one explores, in a real browser, from disk. Needs Chromium, without which these tests are reported
 * as skipped, and in CI fail.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLAIN } from "../../../model/registers/variant.js";
import { formatRegister } from "../../../spec/register.js";
import { stateAfter } from "../../../spec/run.js";
import { HAS_BROWSER, inkAndPaper, overflowOf, SCREENS, Tabs } from "../../report/formats/test/browser.js";
import { pageHtml } from "../page-html.js";
import type { PageData, Subject } from "../subject.js";
import { BREAKS_AGREEMENT } from "./explorables.js";

const SCOPE = { registerSets: null, values: null, clients: null, variant: PLAIN };

const tableSubject = (name: string): Subject & { kind: "table" } => ({
  kind: "table",
  file: `${name}.yaml`,
  text: readFileSync(`spec/tables/${name}.yaml`, "utf8"),
});

const pageOf = (subject: Subject, given: Partial<PageData> = {}) =>
  pageHtml({ subject, scope: SCOPE, examples: [tableSubject("singleton")], isPlayground: false, ...given });

describe("the page's file", () => {
  it("asks for nothing from elsewhere, and forbids it", () => {
    const text = pageOf(tableSubject("wrong-singleton"));
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src`);
    expect(text).not.toMatch(/@import|url\(|(?:src|href)="(?:https?:)?\/\//);
  });

  it("lets no table end the script that holds it", () => {
    const text = pageOf({ kind: "table", file: "a.yaml", text: "# </script><b>no markup" });
    expect(text.match(/<\/script/g)).toHaveLength(2);
    expect(text).not.toContain("<b>no markup");
  });

  it("has its script from the build, with the licences of what is in it", () => {
    expect(readdirSync("bundle/explorer").sort()).toEqual(["THIRD-PARTY-LICENSES.txt", "explorer.js"]);
    const licences = readFileSync("bundle/explorer/THIRD-PARTY-LICENSES.txt", "utf8");
    for (const name of ["preact", "yaml", "effect", "ts-pattern"])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  });
});

describe.skipIf(!HAS_BROWSER)("in a browser", () => {
  let tabs: Tabs;
  beforeAll(async () => {
    tabs = await Tabs.launch({ hasClock: false });
  });
  afterAll(() => tabs?.close());

  /** Opens it, and waits until all is known. */
  async function open(text: string, options: BrowserContextOptions = {}, hash = ""): Promise<Page> {
    const opened = await tabs.open(text, options, hash);
    await settled(opened);
    return opened;
  }

  const settled = (opened: Page) =>
    opened.waitForFunction(
      "document.querySelector('.progress').textContent === '' && document.querySelector('.badge,.problems li,.complaint')",
    );

  const button = (opened: Page, name: string | RegExp) => opened.getByRole("button", { name });

  const stateIn = (opened: Page) =>
    opened
      .locator(".picture .state tbody tr")
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll(".cell")].slice(0, -1).map((cell) => cell.textContent!.replace("–", "-")),
        ),
      );

  it("says the verdict, and walks the run that breaks the table: each state as spec has it", async () => {
    const opened = await open(pageOf(tableSubject("wrong-singleton")));
    expect(await opened.locator("article .badge").textContent()).toBe("unsafe");
    expect(await opened.locator(".meaning").textContent()).toBe("two values decided after 6 steps");
    await button(opened, "Walk the shortest run, 6 steps").click();
    expect(await opened.locator(".facts").textContent()).toMatch(/^breaks agreementstill possible: ?A or B/);
    expect(await opened.locator(".picture .beside").allTextContents()).toEqual([
      "A decided by {S2}",
      "B decided by {S0}",
    ]);
    const sentences = (await opened.locator(".way li button").allTextContents()).slice(1);
    expect(sentences.at(-1)).toBe("write B to R1 at S0");
    for (let back = 0; back < 6; back++) await opened.keyboard.press("ArrowLeft");
    expect(await opened.locator(".now").textContent()).toBe("The beginning");
    await opened.keyboard.press("End");
    const { rows } = stateAfter(["S0", "S1", "S2"], [0, 1], BREAKS_AGREEMENT);
    expect(await stateIn(opened)).toEqual(rows.map((row) => row.map(formatRegister)));
    expect(tabs.complaints).toEqual([]);
  });

  it("explores freely: steps, back and forward, a filter, and the address of a state that leads there again", async () => {
    const text = pageOf(tableSubject("three-majority"));
    const opened = await open(text);
    await button(opened, "propose B in R0").click();
    await button(opened, "freeze R0 at S1").click();
    await opened.getByLabel("filter steps").count();
    expect(await opened.locator(".now").textContent()).toBe("Step 2: freeze R0 at S1");
    expect(await opened.locator(".changed").allTextContents()).toEqual(["–"]);
    const there = new URL(opened.url()).hash.slice(1);
    expect(there).toMatch(/^steps=\d+\.\d+$/);
    await button(opened, "back").click();
    expect(await stateIn(opened)).toEqual([
      ["", "", ""],
      ["", "", ""],
    ]);
    await button(opened, "forward").click();
    expect(await stateIn(opened)).toEqual([
      ["", "-", ""],
      ["", "", ""],
    ]);
    const again = await open(text, {}, there);
    expect(await again.locator(".now").textContent()).toBe("Step 2: freeze R0 at S1");
    expect(await stateIn(again)).toEqual([
      ["", "-", ""],
      ["", "", ""],
    ]);
    const astray = await open(text, {}, `${there}.999`);
    expect(await astray.locator(".complaint").textContent()).toBe(
      "Step 3 of the address is not possible here: it is of another model.",
    );
    expect(tabs.complaints).toEqual([]);
  });

  it("filters steps by words", async () => {
    const opened = await open(pageOf(tableSubject("five-majority"), { scope: { ...SCOPE, registerSets: 2 } }));
    expect(await opened.locator(".choice").count()).toBe(7);
    await opened.getByLabel("filter steps").fill("FREEZE s3");
    expect(await opened.locator(".choice").allTextContents()).toEqual(["freeze R0 at S3"]);
    await opened.getByLabel("filter steps").fill("nonsense");
    expect(await opened.locator(".choices .empty").textContent()).toBe("No step has these words.");
  });

  it("jumps to the nearest state of a kind, and says where none can be reached any more", async () => {
    const opened = await open(pageOf(tableSubject("wrong-singleton")));
    expect(await opened.locator(".jump").allTextContents()).toEqual([
      "breaks agreement 42",
      "breaks non-triviality 0",
      "decided 510",
      "bivalent 36",
      "stuck 0",
      "end 24",
    ]);
    expect(await button(opened, "stuck 0").isDisabled()).toBe(true);
    await button(opened, "decided 510").click();
    expect(await opened.locator(".jumps [role=status]").textContent()).toBe("2 steps on: something is decided.");
    await button(opened, "breaks agreement 42").click();
    expect(await opened.locator(".now").textContent()).toMatch(/^Step 6: /);
    expect(await opened.locator(".facts").textContent()).toContain("breaks agreement");
    await button(opened, "bivalent 36").click();
    expect(await opened.locator(".jumps [role=status]").textContent()).toBe(
      "From here no way leads to a state in which nothing is decided, and more than one outcome is still possible.",
    );
    await button(opened, "end 24").click();
    expect(await opened.locator(".choices .empty").textContent()).toBe("Nothing can happen any more.");
  });

  it("as a playground: an error is underlined as one types, and its mending brings the verdict and the way back", async () => {
    const opened = await open(pageOf(tableSubject("singleton"), { isPlayground: true }));
    expect(await opened.locator("article .badge").textContent()).toBe("safe");
    await button(opened, "propose A in R0").click();
    const area = opened.getByLabel("quorum table");
    const text = await area.inputValue();
    await area.fill(text.replace("prepare: all", "prepare: al"));
    await opened.locator(".problems li").waitFor();
    expect(await opened.locator(".problems li").textContent()).toMatch(/^\d+:14 unknown .*"al".*all/);
    expect(await opened.locator("mark").allTextContents()).toEqual(["al"]);
    expect(await opened.locator(".explorer").count()).toBe(0);
    await opened.locator(".problems button").click();
    expect(await opened.evaluate("getSelection().toString()")).toBe("al");
    await area.fill(text.replace("prepare: all", "prepare: majority"));
    await opened.locator("article.unsafe").waitFor();
    await settled(opened);
    expect(await opened.locator(".problems li").count()).toBe(0);
    expect(await opened.locator(".now").textContent()).toBe("Step 1: propose A in R0");
    const shared = new URL(opened.url()).hash.slice(1);
    const again = await open(pageOf(tableSubject("singleton"), { isPlayground: true }), {}, shared);
    expect(await again.locator("article .badge").textContent()).toBe("unsafe");
    expect(tabs.complaints).toEqual([]);
  });

  it("walks through systems: variants, parameters, the run to the harm, its sentences", async () => {
    const opened = await open(pageOf({ kind: "system", system: "kafka-isr", variant: "sound", values: {} }));
    expect(await opened.locator("article .badge").textContent()).toBe("holds");
    const broken = await opened.getByLabel("variant").locator("option").allTextContents();
    await opened.getByLabel("variant").selectOption(broken[1]!);
    await opened.locator("article.unsafe").waitFor();
    await settled(opened);
    await button(opened, /^Walk the shortest run/).click();
    expect(await opened.locator(".facts .badge").count()).toBe(1);
    expect(await opened.locator(".way li button").nth(1).textContent()).toMatch(
      /^the leader in the (east|west) reads that/,
    );
    await opened.getByLabel("Table or system").selectOption("table singleton.yaml");
    await opened.locator("article.safe").waitFor();
    expect(tabs.complaints).toEqual([]);
  });

  it("refuses an address of no system, or of parameters that it does not have", async () => {
    const text = pageOf(tableSubject("singleton"));
    const complaint = async (hash: string) => (await open(text, {}, hash)).locator(".complaint").textContent();
    expect(await complaint("system=kafka")).toBe('No system is called "kafka".');
    expect(await complaint("system=leases&set=clock=3")).toBe('leases has no parameter called "clock".');
    expect(await complaint("system=kafka-isr&variant=sound&set=changes=99")).toMatch(
      /^changes of kafka-isr cannot be 99: it is one of \d( \d)*\.$/,
    );
    expect(await complaint("system=alpha-reconfiguration&set=from=S0,S9")).toMatch(/^from of .* one of S0 S1 S0,S1 /);
    expect(tabs.complaints).toEqual([]);
  });

  it.each(SCREENS)("fits %s", async (_, options) => {
    for (const isPlayground of [false, true]) {
      const opened = await open(pageOf(tableSubject("wrong-fast-4-3-2"), { isPlayground }), options);
      await button(opened, /^Walk the shortest run/).click();
      expect(await overflowOf(opened)).toBeLessThanOrEqual(0);
      const [ink, paper] = await inkAndPaper(opened);
      expect(ink > paper).toBe(options.colorScheme === "dark");
    }
    expect(tabs.complaints).toEqual([]);
  });

  it("on paper has the state and the way, and nothing to press", async () => {
    const opened = await open(pageOf(tableSubject("wrong-singleton")));
    await button(opened, /^Walk the shortest run/).click();
    await opened.emulateMedia({ media: "print" });
    for (const pressed of [".controls", ".jumps", ".choices", ".chooser", "button.main"]) {
      expect(await opened.locator(pressed).isVisible()).toBe(false);
    }
    expect(await opened.locator(".way li:visible").count()).toBe(7);
    expect(await opened.locator(".picture").isVisible()).toBe(true);
  });
});
