/** A variant of a system, to be walked through: it tells and draws itself. */
import type { Picture, WordedModel } from "../../model/language/index.js";
import type { Question } from "../../model/questions/index.js";
import type { Instance } from "../../model/systems/system.js";
import type { Explorable, Outcome, StatePicture } from "./explorable.js";

export function systemExplorable({ worded, questions }: Instance): Explorable {
  return {
    model: worded.model,
    sentenceOf: (step) => worded.sentenceOf(step),
    picture: () => pictureOf(worded),
    outcomes: outcomesOf(questions),
  };
}

/** What its questions take for an outcome: values to decide on, or else goals. */
function outcomesOf(questions: readonly Question[]): Outcome[] {
  const decided = questions.flatMap((question) => (question.ask === "valence" ? question.decided : []));
  if (decided.length > 0) return [...decided];
  const goals = questions.flatMap((question) =>
    question.ask === "stuck" || question.ask === "lasso" ? [question.goal] : [],
  );
  return goals.filter(({ name }, index) => goals.findIndex((goal) => goal.name === name) === index);
}

function pictureOf(worded: WordedModel): StatePicture {
  const { tables, lines }: Picture = worded.draw();
  return {
    tables: tables.map(({ title, head, rows }) => ({
      title,
      head: head.slice(1),
      rows: rows.map(([name = "", ...cells]) => ({
        name,
        cells: cells.map((text) => ({ text, decides: false })),
        note: "",
      })),
    })),
    lines,
  };
}
