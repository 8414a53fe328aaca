/**
 * A question for research, from command to picture: with n servers, which sizes of deciding and preparing quorums are safe?
 * Writes a table for each pair of sizes, has `quorate verify` judge them all, prints what came out, and draws it.
 *
 *   node flexible-quorums.mjs 5 flexible-quorums.svg
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

const [servers = "5", picture = "flexible-quorums.svg"] = process.argv.slice(2);
const n = Number(servers);
const sizes = Array.from({ length: n }, (_, index) => index + 1);
const manifest = createRequire(import.meta.url).resolve("quorate/package.json");
const quorate = path.join(path.dirname(manifest), "bundle/quorate.js");

const directory = mkdtempSync(path.join(tmpdir(), "flexible-quorums-"));
const files = sizes.flatMap((decide) =>
  sizes.map((prepare) => {
    const file = path.join(directory, `${decide}-${prepare}.yaml`);
    const names = sizes.map((server) => `S${server}`).join(", ");
    writeFileSync(
      file,
      `servers: [${names}]\nregisters:\n  - { sets: 0.., decide: any ${decide}, prepare: any ${prepare} }\n`,
    );
    return file;
  }),
);

/** One report a line; the exit code says that some are unsafe, which is no surprise. */
function reports() {
  const words = [quorate, "verify", "--no-replay", "--max-seconds", "1", "--format", "json", ...files];
  try {
    return execFileSync(process.execPath, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    return error.stdout;
  }
}

const cells = reports()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
  .map(({ file, verdict, counterexample }) => {
    const [decide, prepare] = path.basename(file, ".yaml").split("-").map(Number);
    return { decide, prepare, verdict, length: counterexample?.length ?? null };
  });
rmSync(directory, { recursive: true });
const cell = (decide, prepare) => cells.find((one) => one.decide === decide && one.prepare === prepare);
const text = ({ verdict, length }) => (verdict === "safe" ? "safe" : `${length}`);

console.log(`decide \\ prepare | ${sizes.join(" | ")}`);
console.log(`--- | ${sizes.map(() => "---").join(" | ")}`);
for (const decide of sizes)
  console.log(`${decide} | ${sizes.map((prepare) => text(cell(decide, prepare))).join(" | ")}`);
const isFlexible = cells.every(({ decide, prepare, verdict }) => (verdict === "safe") === decide + prepare > n);
console.log(`\nsafe exactly where both together are more than ${n}: ${isFlexible ? "yes" : "no"}`);

const SIDE = 56;
const at = (size) => 40 + (size - 1) * SIDE;
const squares = cells.map(({ decide, prepare, verdict, length }) => {
  const colour = verdict === "safe" ? "#1a7f37" : `hsl(355 70% ${35 + 2 * length}%)`;
  const label = `<text x="${at(prepare) + SIDE / 2}" y="${at(decide) + SIDE / 2 + 5}">${text({ verdict, length })}</text>`;
  return `<rect x="${at(prepare)}" y="${at(decide)}" width="${SIDE - 2}" height="${SIDE - 2}" fill="${colour}"/>${label}`;
});
writeFileSync(
  picture,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${at(n + 1) + 10}" height="${at(n + 1) + 34}" font-family="sans-serif" text-anchor="middle">
<title>Quorums of ${n} servers: safe, or the steps of the shortest run that decides two values</title>
<g fill="#fff">${squares.join("\n")}</g>
<g fill="#777">${sizes.map((size) => `<text x="20" y="${at(size) + SIDE / 2 + 5}">${size}</text><text x="${at(size) + SIDE / 2}" y="28">${size}</text>`).join("")}
<text x="${at(n + 1) / 2}" y="${at(n + 1) + 20}">down: who decide; across: who are asked before</text></g>
</svg>
`,
);
console.log(`${picture} is drawn`);
