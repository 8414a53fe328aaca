/** A command loads what it uses: seen in dist, where each module is a file; the bundle is split at the same places. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXIT } from "../../shell/exit-codes.js";
import { runNode } from "./quorate.js";

/** A loader that tells on stderr what is loaded; console does not work in its thread. */
const TELLTALE = `
  import { register } from "node:module";
  const hooks = \`
    export function load(url, context, next) {
      process._rawDebug("loaded " + url);
      return next(url, context);
    }
  \`;
  register("data:text/javascript," + encodeURIComponent(hooks));
`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-start-up-"));
  writeFileSync(path.join(directory, "telltale.mjs"), TELLTALE);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The modules of this project that are loaded, without those of the command line itself, and the libraries. */
async function loadedBy(...words: string[]): Promise<{ modules: string[]; libraries: string[] }> {
  const telltale = path.join(directory, "telltale.mjs");
  const { code, stderr } = await runNode("--import", telltale, "dist/conformance/cli/quorate.js", ...words);
  expect(code).toBe(EXIT.safe);
  const built = pathToFileURL(path.resolve("dist")).href;
  const loaded = [...stderr.matchAll(/^loaded (file:.*)$/gm)].map(([, url]) => url!);
  const modules = loaded.filter((url) => url.startsWith(built)).map((url) => url.slice(built.length + 1));
  const libraries = loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  const isCommandLine = (module: string) => /^conformance\/(cli|options|shell)\//.test(module);
  return {
    modules: modules.filter((module) => !isCommandLine(module)).sort(),
    libraries: [...new Set(libraries)].sort(),
  };
}

it.each(["--version", "--help", "verify --help", "explain PQ"])("%s loads what declarations need", async (words) => {
  expect(await loadedBy(...words.split(" "))).toEqual({
    modules: [
      "conformance/adapter/tcp-address.js",
      "conformance/report/formats/formats.js",
      "conformance/report/pieces/wrap.js",
      "conformance/sweep/request.js",
      "conformance/verify/request.js",
      "model/registers/values.js",
      "model/registers/variant.js",
      "spec/quote.js",
      "spec/rules/explain.js",
      "spec/source-position.js",
      "spec/table-file/did-you-mean.js",
      "spec/table-file/problems.js",
      "spec/table-file/system-reason.js",
    ],
    libraries: ["commander"],
  });
});

it("verify --no-replay loads no implementation, no other command's model and no pool of threads", async () => {
  const { modules, libraries } = await loadedBy("verify", "--no-replay", "spec/tables/single-server.yaml");
  expect(modules).toContain("conformance/verify/verify.js");
  expect(modules.filter((module) => /^(impl|model\/systems)\/|^conformance\/sweep\/(?!request)/.test(module))).toEqual(
    [],
  );
  expect(libraries).toContain("yaml");
  expect(libraries).not.toContain("piscina");
});
