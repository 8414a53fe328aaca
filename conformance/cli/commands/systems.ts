/**
 * What `quorate systems` does: it explores variants of systems, tells what comes out, and compares it with what is
 * pinned.
 */
import { type Study, study } from "../../../model/systems/study.js";
import { renderSystem } from "../../report/systems/system.js";
import { renderStudyJson } from "../../report/systems/system-json.js";
import { type JudgedStudy, systemsResults } from "../../report/systems/systems-results.js";
import { EXIT, type ExitCode, mostSevere } from "../../shell/exit-codes.js";
import { interruptible } from "../../shell/interrupt.js";
import { startProgress } from "../../shell/progress.js";
import type { Terminal } from "../../shell/terminal.js";
import { explorationProgress } from "../../words/progress-lines.js";
import { printResults, reserveOutputs, writeOutputs } from "../output/outputs.js";
import type { SystemsRequest } from "./systems-request.js";

/** Ctrl-C ends it early, with what was found. */
export const tellSystems = (request: SystemsRequest, terminal: Terminal): Promise<ExitCode> =>
  interruptible((signal) => tellWithin(request, terminal, signal));

async function tellWithin(request: SystemsRequest, terminal: Terminal, signal: AbortSignal): Promise<ExitCode> {
  const { jobs, tells, asksForAnswer, format, outputs, bounds } = request;
  reserveOutputs(outputs);
  const progress = startProgress(terminal);
  const judged: JudgedStudy[] = [];
  for (const { system, variant, values, pins } of jobs) {
    if (signal.aborted) break;
    const what = `${variant.name}: exploring`;
    const done = await study(system, variant, values, pins, {
      ...bounds,
      signal,
      onProgress: (figures) => progress.report(explorationProgress(system.name, what, figures)),
    });
    progress.clear();
    const isFirst = judged.at(-1)?.study.system !== system;
    judged.push(judge(done, asksForAnswer));
    if (format === "json") terminal.out(renderStudyJson(done));
    else if (format === "text" && tells) {
      terminal.out(`${judged.length > 1 ? "\n" : ""}${renderSystem(done, isFirst, terminal.paint)}`);
    }
  }
  const skipped = jobs.slice(judged.length).map(({ system, variant }) => `${system.name} ${variant.name}`);
  if (skipped.length > 0) terminal.err(`Interrupted: ${skipped.length} variants not explored.\n`);
  for (const { study, complaints } of judged) {
    for (const complaint of complaints) terminal.err(`✗ ${study.system.name} ${study.variant.name}, ${complaint}\n`);
  }
  const exitCode = mostSevere([...judged.map(({ code }) => code), ...(skipped.length > 0 ? [EXIT.inconclusive] : [])]);
  const results = systemsResults(judged, { tells, skipped, exitCode });
  // What is told as it comes was printed by now.
  if (format !== "json" && !(format === "text" && tells)) await printResults(results, format, terminal);
  await writeOutputs(outputs, results);
  return exitCode;
}

/** Complaints are about all that is not as pinned. */
function judge(done: Study, asksForAnswer: boolean): JudgedStudy {
  const complaints: string[] = [];
  const codes = done.answers.map((studied) => {
    const { answer, differences } = studied;
    if (differences !== null && differences.length > 0 && answer.verdict !== "inconclusive") {
      complaints.push(`${answer.ask}: ${differences.join("; ")}.`);
      return EXIT.unsafe;
    }
    if (asksForAnswer || differences === null) return codeOf(studied);
    return needsWord(studied) ? EXIT.inconclusive : EXIT.safe;
  });
  return { study: done, code: mostSevere(codes), complaints };
}

type Studied = Study["answers"][number];

/**
 * What comes of part of the states, or shows nothing of some step or property, is not to be taken for one as pinned.
 */
const needsWord = ({ answer: { verdict, complete, vacuous } }: Studied): boolean =>
  verdict === "inconclusive" || !complete || (isGood(verdict) && vacuous.length > 0);

const isGood = (verdict: Studied["answer"]["verdict"]): boolean => verdict === "holds" || verdict === "solvable";

function codeOf({ answer: { verdict, vacuous } }: Studied): ExitCode {
  if (verdict === "inconclusive") return EXIT.inconclusive;
  if (!isGood(verdict)) return EXIT.unsafe;
  return vacuous.length > 0 ? EXIT.inconclusive : EXIT.safe;
}
