/** The file behind `npm run results`: writes docs/results.md anew from the manifest of the bundled tables. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { renderResultsPage } from "../report/results-page.js";
import { bundledTablesDirectory } from "./bundled-tables.js";
import { readManifest } from "./manifest.js";

const results = readManifest(path.join(bundledTablesDirectory(), "manifest.json"));
writeFileSync("docs/results.md", renderResultsPage(results.values()));
