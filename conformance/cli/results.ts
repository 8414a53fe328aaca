/** The file behind `npm run results`: writes docs/results.md anew from the manifest of the bundled tables. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { readManifest } from "../policy/manifest.js";
import { renderResultsPage } from "../report/results-page.js";
import { bundledTablesDirectory } from "../shell/package-directory.js";

const results = readManifest(path.join(bundledTablesDirectory(), "manifest.json"));
writeFileSync("docs/results.md", renderResultsPage(results.values()));
