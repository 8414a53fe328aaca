/** What came of a table or a system, and the runs that show it, to be walked through. */
import { formatStep } from "../../../spec/trace.js";
import { rulesSection } from "../../report/formats/html/rules-section.js";
import { QUESTION_WORDS } from "../../report/systems/system-words.js";
import { renderExploration } from "../../report/verdict/coverage.js";
import { verdictMeaning } from "../../report/verdict/verdict-line.js";
import type { Report } from "../../verify/report.js";
import { counted } from "../../words/words.js";
import type { Journey } from "../journey.js";
import type { SystemKnown } from "../session.js";

interface TableProps {
  readonly report: Report;
  readonly journey: Journey;
  readonly onWalk: () => void;
}

export function TableVerdict({ report, journey, onWalk }: TableProps) {
  const { verdict, table, rules, because, proved, exploration, notExplored, warnings, proof } = report;
  const steps = report.counterexample?.steps ?? null;
  const walk = () => {
    journey.follow(steps!.map(formatStep));
    onWalk();
  };
  return (
    <article class={verdict}>
      <header>
        <span class="badge">{verdict}</span>
        <h2>{table.name}</h2>
        <p class="meaning">{verdictMeaning(report)}</p>
      </header>
      <p class="because">{because}</p>
      {steps !== null && (
        <p class="gap">
          <button type="button" class="main" onClick={walk}>
            Walk the {proof?.by === "run" && proof.shortest ? "shortest run" : "run"}, {counted(steps.length, "step")}
          </button>
        </p>
      )}
      {/* Made by the report's own templates, which escape what they fill in. */}
      <div class="gap" dangerouslySetInnerHTML={{ __html: rulesSection(rules, table).text }} />
      <details class="gap">
        <summary>Proved, explored, and what was not</summary>
        <p class="more">{proved}</p>
        <pre>{renderExploration(exploration).replaceAll(/^ {2}/gm, "").trimEnd()}</pre>
        <ul class="more">
          {[...notExplored, ...warnings].map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
    </article>
  );
}

interface SystemProps {
  readonly known: SystemKnown;
  readonly journey: Journey;
  readonly onWalk: () => void;
}

const TONES = {
  holds: "safe",
  solvable: "safe",
  broken: "unsafe",
  impossible: "unsafe",
  stuck: "unsafe",
  inconclusive: "inconclusive",
} as const;

export function SystemVerdict({ known: { study }, journey, onWalk }: SystemProps) {
  if (study === null) return null;
  const walk = (steps: readonly number[]) => {
    journey.restart(steps);
    onWalk();
  };
  return (
    <>
      {study.answers.map(({ answer }) => {
        const { ask, verdict, property, run, cycle, distinctStates, complete, stoppedBy, vacuous } = answer;
        return (
          <article key={ask} class={TONES[verdict]}>
            <header>
              <span class="badge">{verdict}</span>
              <h2>{QUESTION_WORDS[ask]}</h2>
            </header>
            {property !== null && <p class="because">{verdict === "broken" ? `Broken: ${property}` : property}</p>}
            {run !== null && run.length + (cycle?.length ?? 0) > 0 && (
              <p>
                <button type="button" class="main" onClick={() => walk([...run, ...(cycle ?? [])])}>
                  Walk {cycle === null ? "the shortest run" : "the run that goes on for ever"},{" "}
                  {counted(run.length + (cycle?.length ?? 0), "step")}
                </button>
              </p>
            )}
            <p class="caption">
              {counted(distinctStates, "state")}
              {complete ? ", all of them" : `, not all: a bound (${stoppedBy}) ended it`}
              {vacuous.map((clause) => `. Nothing is shown of this: ${clause}`)}.
            </p>
          </article>
        );
      })}
    </>
  );
}
