/** The questions' front door. */
import type { WordedModel } from "../language/index.js";
import type { Answer, Bounds, Question } from "./answer.js";
import { type Explored, exploreWithin } from "./explored.js";
import { askInvariant } from "./invariant.js";
import { askLasso } from "./lasso.js";
import { askRefines } from "./refines.js";
import { askSimilarity } from "./similarity.js";
import { askStuck } from "./stuck.js";
import { askValence } from "./valence.js";

export type {
  Abstraction,
  Answer,
  Bounds,
  Chain,
  ChainLink,
  FinalViews,
  Goal,
  Question,
  Valence,
  Verdict,
} from "./answer.js";
export { loadState, type Searched, statesOf } from "./explored.js";
export { type StuckStates, stuckAmong, stuckStates } from "./stuck.js";
export { outcomesIn, valencesIn } from "./valence.js";

const NEED_GRAPH: readonly Question["ask"][] = ["valence", "lasso"];

/** Similarity compares the views of processes by name, so each run must be there under its own names. */
const needsEveryState = ({ ask }: Question): boolean => NEED_GRAPH.includes(ask) || ask === "similarity";

/** Answers in the order of the questions; the model is explored once for all of them. */
export async function ask(worded: WordedModel, questions: readonly Question[], bounds: Bounds): Promise<Answer[]> {
  const explored = await exploreWithin(worded, bounds, questions.some(needsEveryState));
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await answerTo(question, explored, bounds));
  return answers;
}

async function answerTo(question: Question, explored: Explored, bounds: Bounds): Promise<Answer> {
  switch (question.ask) {
    case "invariant":
      return askInvariant(explored, bounds);
    case "stuck":
      return askStuck(explored, question.goal, bounds);
    case "valence":
      return askValence(explored, question.decided);
    case "lasso":
      return askLasso(explored, question.goal);
    case "similarity":
      return askSimilarity(explored, question.final);
    case "refines":
      return askRefines(explored, question.abstraction, bounds);
  }
}
