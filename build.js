// @ts-check
/**
 * `npm run build`, from the sources to
 * - dist/: one .js and one .d.ts a module, for tests, benchmarks, and worker threads of what runs from the sources;
 * - bundle/explorer/: the script of pages in which one explores; it runs in a browser.
 * - bundle/: what ships. Node takes longer to load modules and libraries one by one than to verify a small table.
 *   With it, JSON Schemas of the files that people write.
 *   The bundle is split where an import waits until it is needed, so that a command loads what it uses.
 * Where nothing has changed since the last build, it does nothing; remove dist/ to build all the same.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "rolldown";
import { isBuilt, removeBuilt, stampBuilt } from "./build-stamp.js";

process.chdir(import.meta.dirname);
if (isBuilt()) process.exit(0);
removeBuilt();
// Of two compilers, which have a command of the same name, the one that is written in Go.
const tsc = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript-native/package.json")));
const compiled = spawnSync(process.execPath, [tsc, "--project", "tsconfig.build.json"], { stdio: "inherit" });
// It has said why.
if (compiled.status !== 0) process.exit(1);
await build({
  input: {
    quorate: "conformance/cli/quorate.ts",
    start: "conformance/cli/start.ts",
    index: "model/index.ts",
    tables: "conformance/library/tables.ts",
  },
  platform: "node",
  // Dependencies are installed with the package, or, if they are optional, by those who need them; the libraries that it uses
  // besides go into the bundle.
  external: Object.keys({ ...manifestOf(".").dependencies, ...manifestOf(".").peerDependencies }),
  resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
  plugins: [separateScripts(), licences()],
  output: {
    dir: "bundle",
    chunkFileNames: "chunks/[name]-[hash].js",
    sourcemap: true,
    // Not minified, so that stack traces can be read.
    comments: { annotation: false, jsdoc: false },
  },
});
await build({
  input: { explorer: "conformance/explore/page/main.tsx" },
  platform: "browser",
  tsconfig: "tsconfig.page.json",
  resolve: { extensionAlias: { ".js": [".ts", ".tsx", ".js"] } },
  plugins: [browserParts(), licences()],
  output: { dir: "bundle/explorer", format: "esm", codeSplitting: false, minify: true, comments: false },
});
chmodSync("bundle/quorate.js", 0o755);
await writeSchemas();
stampBuilt();

/** For editors, which check a file as one types. */
async function writeSchemas() {
  const { jsonSchemas } = await import(pathToFileURL("dist/conformance/policy/json-schemas.js").href);
  mkdirSync("bundle/schemas", { recursive: true });
  for (const [file, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(path.join("bundle/schemas", file), `${JSON.stringify(schema, null, 2)}\n`);
  }
}

/**
 * The scripts of worker threads and processes become chunks too, and `new URL("./script.js", import.meta.url)` the
 * URL of the chunk.
 *
 * @returns {import("rolldown").Plugin}
 */
function separateScripts() {
  return {
    name: "separate-scripts",
    async transform(code, importer) {
      if (importer.includes("node_modules")) return null;
      let bundled = code;
      for (const [found, script = ""] of code.matchAll(/new URL\("([^"]+\.js)", import\.meta\.url\)/g)) {
        const resolved = await this.resolve(script, importer);
        if (resolved === null) throw new Error(`${importer}: there is no ${script}`);
        const chunk = this.emitFile({ type: "chunk", id: resolved.id, name: path.basename(script, ".js") });
        bundled = bundled.replace(found, `new URL(import.meta.ROLLUP_FILE_URL_${chunk})`);
      }
      // Nothing moves to another line, so the source map stands.
      return bundled === code ? null : { code: bundled, map: null };
    },
  };
}

/**
 * For a page, `name.browser.ts` stands in the place of `name.ts` beside it, which needs Node; and nothing else may.
 *
 * @returns {import("rolldown").Plugin}
 */
function browserParts() {
  return {
    name: "browser-parts",
    async resolveId(source, importer, options) {
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      if (resolved === null || resolved.external) throw new Error(`${importer}: there is no ${source} in a browser`);
      if (resolved.id.includes("node_modules")) return resolved;
      const inBrowser = resolved.id.replace(/\.ts$/, ".browser.ts");
      return existsSync(inBrowser) ? inBrowser : resolved;
    },
  };
}

/**
 * The licences of the libraries in the bundle ask to go with them.
 *
 * @returns {import("rolldown").Plugin}
 */
function licences() {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((output) => (output.type === "chunk" ? output.moduleIds : []));
      const packages = new Set(modules.flatMap((module) => /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module) ?? []));
      const texts = [...packages].sort().map((directory) => {
        const { name, version } = manifestOf(directory);
        const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) throw new Error(`${name} is bundled, and has no licence file`);
        return `${name} ${version}\n\n${readFileSync(path.join(directory, file), "utf8").trim()}\n`;
      });
      const source = texts.join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES.txt", source });
    },
  };
}

/** @param {string} directory of a package */
function manifestOf(directory) {
  return JSON.parse(readFileSync(path.join(directory, "package.json"), "utf8"));
}
