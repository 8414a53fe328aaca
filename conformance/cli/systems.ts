/** What `quorate systems` does: it explores variants of systems, tells what comes out, and compares it with what is pinned. */
import { type Study, study } from "../../model/systems/study.js";
import { explorationProgress } from "../report/progress-lines.js";
import { renderSystem } from "../report/system.js";
import { renderStudyJson } from "../report/system-json.js";
import { renderSystems } from "../report/systems.js";
import { EXIT, type ExitCode, mostSevere } from "./exit-codes.js";
import { interruptible } from "./interrupt.js";
import { startProgress } from "./progress.js";
import type { SystemsRequest } from "./systems-request.js";
import type { Terminal } from "./terminal.js";

/** Ctrl-C ends it early, with what was found. */
export const tellSystems = (request: SystemsRequest, terminal: Terminal): Promise<ExitCode> =>
  interruptible((signal) => tellWithin(request, terminal, signal));

async function tellWithin(
  { jobs, tells, asksForAnswer, format, bounds }: SystemsRequest,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  const progress = startProgress(terminal);
  const studies: Study[] = [];
  for (const { system, variant, values, pins } of jobs) {
    if (signal.aborted) break;
    const what = `${variant.name}: exploring`;
    const done = await study(system, variant, values, pins, {
      ...bounds,
      signal,
      onProgress: (figures) => progress.report(explorationProgress(system.name, what, figures)),
    });
    progress.clear();
    const isFirst = studies.at(-1)?.system !== system;
    studies.push(done);
    if (format === "json") terminal.out(renderStudyJson(done));
    else if (tells) terminal.out(`${studies.length > 1 ? "\n" : ""}${renderSystem(done, isFirst, terminal.paint)}`);
  }
  if (format === "text" && !tells) terminal.out(renderSystems(studies, terminal.paint));
  return conclude(studies, { skipped: jobs.length - studies.length, asksForAnswer }, terminal);
}

interface Asked {
  /** Variants that were not begun. */
  readonly skipped: number;
  readonly asksForAnswer: boolean;
}

/** Complains about all that is not as pinned, on stderr, and gives the exit code. */
function conclude(studies: readonly Study[], { skipped, asksForAnswer }: Asked, { err }: Terminal): ExitCode {
  if (skipped > 0) err(`Interrupted: ${skipped} variants not explored.\n`);
  const codes = studies.flatMap((done) =>
    done.answers.map((studied) => {
      const { answer, differences } = studied;
      if (differences !== null && differences.length > 0 && answer.verdict !== "inconclusive") {
        err(`✗ ${done.system.name} ${done.variant.name}, ${answer.ask}: ${differences.join("; ")}.\n`);
        return EXIT.unsafe;
      }
      return asksForAnswer || differences === null || needsWord(studied) ? codeOf(studied) : EXIT.safe;
    }),
  );
  return mostSevere([...codes, ...(skipped > 0 ? [EXIT.inconclusive] : [])]);
}

type Studied = Study["answers"][number];

/** A good outcome that shows nothing of some step or property, or none: not to be taken for one as pinned. */
const needsWord = ({ answer: { verdict, vacuous } }: Studied): boolean =>
  verdict === "inconclusive" || (isGood(verdict) && vacuous.length > 0);

const isGood = (verdict: Studied["answer"]["verdict"]): boolean => verdict === "holds" || verdict === "solvable";

function codeOf({ answer: { verdict, vacuous } }: Studied): ExitCode {
  if (verdict === "inconclusive") return EXIT.inconclusive;
  if (!isGood(verdict)) return EXIT.unsafe;
  return vacuous.length > 0 ? EXIT.inconclusive : EXIT.safe;
}
