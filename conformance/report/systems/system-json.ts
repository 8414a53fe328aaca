/** What came out of a variant of a system, for programs: one object a question, one a line. */
import type { Study } from "../../../model/systems/study.js";

export const renderStudyJson = ({ system, variant, values, answers }: Study): string =>
  answers
    .map(({ answer, run, differences }) => {
      const { ask, verdict, property, distinctStates, transitions, depth, complete, representatives, vacuous } = answer;
      const object = {
        system: system.name,
        variant: variant.name,
        parameters: values,
        question: ask,
        verdict,
        property,
        distinctStates,
        transitions,
        depth,
        complete,
        representatives,
        run: run === null ? null : { length: run.steps.length, steps: run.steps.map(({ sentence }) => sentence) },
        // The last steps, of this number, come round again and again.
        cycle: answer.cycle?.length ?? null,
        components: answer.components,
        vacuous,
        pinned: differences === null ? null : differences.length === 0,
      };
      return `${JSON.stringify(object)}\n`;
    })
    .join("");
