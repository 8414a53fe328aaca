/** What `crash-images` prints: that every image came back as it must, or the smallest one that did not. */

import type { CrashImagesResult } from "../../crash-images/crash-images.js";
import type { BadImage } from "../../crash-images/examine.js";
import { IMAGE_KINDS, type ImageKind, imagesIn } from "../../crash-images/image-kinds.js";
import type { Paint } from "../../shell/terminal.js";
import { counted, formatCount } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";
import { shellQuote } from "../verdict/reproduce.js";

/** What was asked for. */
export interface CrashImagesRun {
  readonly table: string;
  /** Null for the one that is used unless another is given. */
  readonly file: string | null;
  readonly seed: number;
  readonly images: number;
}

/** How many of the I/Os before the crash are shown. */
const OPERATIONS_SHOWN = 12;

export function renderCrashImages(run: CrashImagesRun, result: CrashImagesResult, paint: Paint): string {
  const section = (heading: string, lines: readonly string[]) => sectionOf(heading, lines, paint);
  const { bad } = result;
  return [
    `${headline(run, result, paint)}\n`,
    bad === null ? "" : section("Broken", [`${bad.broken}.`]),
    bad === null ? "" : section(`The smallest image  ${counted(bad.size, "I/O")} of ${bad.machine}`, imageLines(bad)),
    bad === null ? "" : operationLines(bad, paint),
    `\n${paint("bold", "Images")}\n${kindLines(result)}`,
    section("Made of", [
      `${counted(result.machines, "disk")} of servers and clients that propose at the same time, in ${runs(result.histories)}; ${counted(result.operations, "I/O")}, and every moment of each disk but perhaps the last`,
      "what was synced is there; what was not is there or not, sector by sector and name by name",
      `${formatCount(result.different)} of the images hold what no other one of the same disk does: each of them was recovered, and every image is judged by what was promised when it crashed`,
    ]),
    section("Not covered", [
      "Damage to what was synced, which a log refuses (impl/README.md), and longer histories than these.",
    ]),
    section("Reproduce", [reproduction(run)]),
  ].join("");
}

function headline({ table }: CrashImagesRun, result: CrashImagesResult, paint: Paint): string {
  const count = counted(imagesIn(result.counts), "crash image");
  if (result.bad !== null)
    return `${paint(["bold", "magenta"], "BROKEN")}  ${table}  a crash breaks a promise; ${count} made`;
  const fine = "everything promised is there after each, and nothing else";
  if (result.isInterrupted)
    return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${table}  interrupted; ${count} so far: ${fine}`;
  return `${paint(["bold", "green"], "FINE")}  ${table}  ${count}: ${fine}`;
}

const imageLines = ({ kind, left }: BadImage): string[] => [IMAGE_KINDS[kind], `left on the disk: ${left}`];

function operationLines({ operations }: BadImage, paint: Paint): string {
  const first = Math.max(0, operations.length - OPERATIONS_SHOWN);
  const numbered = operations.map((operation, index) => `  ${`${index + 1}`.padStart(3)}  ${operation}\n`).slice(first);
  const heading = first === 0 ? "What happened before" : `What happened before  the last ${OPERATIONS_SHOWN}`;
  return `\n${paint("bold", heading)}\n${numbered.join("")}`;
}

const runs = (histories: number): string => (histories === 1 ? "one history" : `${formatCount(histories)} histories`);

function kindLines({ counts }: CrashImagesResult): string {
  const kinds = Object.keys(IMAGE_KINDS) as ImageKind[];
  const width = Math.max(...kinds.map((kind) => formatCount(counts[kind]).length));
  return kinds.map((kind) => `  ${formatCount(counts[kind]).padStart(width)}  ${IMAGE_KINDS[kind]}\n`).join("");
}

const reproduction = ({ file, seed, images }: CrashImagesRun): string =>
  `npx quorate crash-images${file === null ? "" : ` --table ${shellQuote(file)}`} --seed ${seed} --images ${images}`;

/** A line without its line feed. */
export function renderCrashImagesJson(run: CrashImagesRun, result: CrashImagesResult): string {
  const { counts, different, bad, histories, machines, operations, isInterrupted } = result;
  return JSON.stringify({
    table: run.table,
    verdict: bad !== null ? "broken" : isInterrupted ? "inconclusive" : "fine",
    images: imagesIn(counts),
    kinds: counts,
    different,
    bad: bad && { ...bad, operations: bad.operations.slice(-OPERATIONS_SHOWN) },
    seed: run.seed,
    histories,
    disks: machines,
    operations,
    reproduce: reproduction(run),
  });
}

/** One line for stderr while it goes on. */
export const crashImagesProgress = ({ table, images }: CrashImagesRun, done: number, clock: Clock): string =>
  `${table}: ${formatCount(done)} of ${counted(images, "crash image")}, ${rate(done, clock)}`;

/** One line for stderr at the end. */
export function crashImagesSpeed({ counts }: CrashImagesResult, clock: Clock): string {
  const done = imagesIn(counts);
  const seconds = clock.elapsed_ms / 1000;
  return `${counted(done, "crash image")} in ${seconds.toFixed(1)} s, ${formatCount(Math.round(done / seconds))} per second, ${rate(done, clock)}\n`;
}

/** Since the first image: of the clock on the wall, and of this program's processor. */
interface Clock {
  readonly elapsed_ms: number;
  readonly processor_ms: number;
}

const rate = (done: number, { processor_ms }: Clock): string =>
  `${formatCount(Math.round((1000 * done) / Math.max(processor_ms, 1)))} per second of processor time`;
