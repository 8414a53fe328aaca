// @ts-check
/** Whether there is anything to build: `npm ci` builds, and so does `npm test`, mostly of the same sources. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What is built, by names of files and folders, from the folder of the project. */
export const SOURCES = [
  ...["spec", "model", "impl", "conformance"],
  ...[
    "build.js",
    "build-stamp.js",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "tsconfig.page.json",
  ],
];
export const BUILT = ["dist", "bundle"];

const STAMP = "dist/.stamp";

/** True where neither the sources nor what was built of them has changed since it was stamped. */
export function isBuilt(project = ".") {
  const stamp = path.join(project, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprintOf(project);
}

/** What there is now was built of the sources as they are now. */
export const stampBuilt = (project = ".") => writeFileSync(path.join(project, STAMP), fingerprintOf(project));

/** Nothing has been built any more. */
export function removeBuilt(project = ".") {
  for (const folder of BUILT) rmSync(path.join(project, folder), { recursive: true, force: true });
}

/** @param {string} project */
function fingerprintOf(project) {
  const hash = createHash("sha256").update(process.version);
  for (const file of [...SOURCES, ...BUILT].flatMap((name) => filesIn(project, name))) {
    const content = readFileSync(path.join(project, file));
    hash.update(`\n${file}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * The file, or those of the folder that a build reads or makes, sorted.
 *
 * @param {string} project
 * @param {string} name
 */
function filesIn(project, name) {
  const place = path.join(project, name);
  if (!existsSync(place)) return [];
  if (path.extname(name) !== "") return [name];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(project, path.join(entry.parentPath, entry.name)))
    .filter((file) => file !== path.normalize(STAMP) && !(SOURCES.includes(name) && !isBuildSource(file)))
    .sort();
}

/** @param {string} file */
const isBuildSource = (file) => /\.tsx?$/.test(file) && !/[/\\]test[/\\]/.test(file);
