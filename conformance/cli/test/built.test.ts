import { accessSync, constants } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

it("the built command can be executed, as npx does", () => {
  expect(() => accessSync(path.resolve("dist/conformance/cli/quorate.js"), constants.X_OK)).not.toThrow();
});
