/** Every bundled table is readable, says where it comes from, and has a verdict pinned in the manifest. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadTable } from "../table-file.js";

interface Pinned {
  readonly file: string;
  readonly verdict: "safe" | "unsafe";
  readonly brokenRule: string | null;
  readonly shortestRun: number | null;
}

const TABLES = fileURLToPath(new URL("../tables/", import.meta.url));
const files = readdirSync(TABLES).filter((file) => file.endsWith(".yaml"));
const manifest = JSON.parse(readFileSync(`${TABLES}/manifest.json`, "utf8")) as { readonly tables: readonly Pinned[] };

describe("spec/tables", () => {
  it("has a line in the manifest for every table", () => {
    expect(manifest.tables.map(({ file }) => file).sort()).toEqual([...files].sort());
  });

  it.each(files)("%s", (file) => {
    const text = readFileSync(`${TABLES}/${file}`, "utf8");
    expect(text).toMatch(/^# From: /m);
    const pinned = manifest.tables.find((entry) => entry.file === file)!;
    expect(text).toMatch(pinned.verdict === "safe" ? /^# Safe: /m : /^# Unsafe, [\w ]+ is broken/m);
    if (pinned.brokenRule !== null) expect(text).toContain(`${pinned.brokenRule} is broken`);
    expect(pinned.verdict === "unsafe").toBe(pinned.shortestRun !== null);
    expect(`${loadTable(`${TABLES}/${file}`).name}.yaml`).toBe(file);
  });
});
