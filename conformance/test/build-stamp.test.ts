/** A build is left out only where it would make what is there already. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isBuilt, removeBuilt, stampBuilt } from "../../build-stamp.js";

const FILES = {
  "package.json": "{}",
  "package-lock.json": "{}",
  "spec/rules/pq.ts": "export {};",
  "spec/test/pq.test.ts": "",
  "spec/tables/three.yaml": "",
  "dist/spec/rules/pq.js": "export {};",
  "bundle/quorate.js": "",
};

let project: string;
const put = (file: string, content: string): void => {
  mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  writeFileSync(path.join(project, file), content);
};
beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), "quorate-build-"));
  for (const [file, content] of Object.entries(FILES)) put(file, content);
  stampBuilt(project);
});
afterEach(() => rmSync(project, { recursive: true }));

it("is left out where nothing has changed, or what no build reads", () => {
  expect(isBuilt(project)).toBe(true);
  put("spec/test/pq.test.ts", "a test");
  put("spec/tables/three.yaml", "name: three");
  expect(isBuilt(project)).toBe(true);
});

it.each([
  "spec/rules/pq.ts",
  "package.json",
  "package-lock.json",
  "dist/spec/rules/pq.js",
  "bundle/quorate.js",
  "model/new.ts",
  "dist/left-over.js",
])("is done where %s has changed or is new", (file) => {
  put(file, "changed");
  expect(isBuilt(project)).toBe(false);
});

it.each(["spec/rules/pq.ts", "dist/spec/rules/pq.js", "bundle/quorate.js"])("is done where %s is gone", (file) => {
  rmSync(path.join(project, file));
  expect(isBuilt(project)).toBe(false);
});

it("is done after what was built is removed", () => {
  removeBuilt(project);
  expect(isBuilt(project)).toBe(false);
});
