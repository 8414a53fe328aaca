/** What `quorate flaws` does: early, flawed protocols, each with the shortest run that shows why a rule exists. */
import { chapters, lessonNamed, lessons } from "../../model/flawed/flaws.js";
import type { Lesson } from "../../model/flawed/lesson.js";
import { type Study, studyLesson } from "../../model/flawed/study.js";
import { didYouMean } from "../../spec/table-file/did-you-mean.js";
import { renderLesson, renderLessonJson } from "../report/lesson.js";
import { renderLessons } from "../report/lessons.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import type { Terminal } from "./terminal.js";

export { lessonNamed };

export type Format = "text" | "json";

/** Safe (0) iff all protocols came out as pinned; a flawed one must break as it did when its story was written. */
export async function tellAll(format: Format, terminal: Terminal): Promise<ExitCode> {
  const studies: Study[] = [];
  for (const lesson of lessons) {
    const study = await studyLesson(lesson);
    studies.push(study);
    if (format === "json") terminal.out(`${renderLessonJson(study)}\n`);
  }
  if (format === "text") terminal.out(renderLessons(chapters, studies, terminal.paint));
  return judgeStudies(studies, terminal);
}

export async function tell(told: readonly Lesson[], format: Format, terminal: Terminal): Promise<ExitCode> {
  const studies: Study[] = [];
  for (const lesson of told) {
    const study = await studyLesson(lesson);
    if (format === "text" && studies.length > 0) terminal.out("\n");
    studies.push(study);
    terminal.out(format === "json" ? `${renderLessonJson(study)}\n` : renderLesson(study, terminal.paint));
  }
  return judgeStudies(studies, terminal);
}

/** Complains about all that is not as pinned, on stderr, and gives the exit code. */
export function judgeStudies(studies: readonly Study[], { err }: Terminal): ExitCode {
  const surprising = studies.filter(({ differences }) => differences.length > 0);
  for (const { lesson, differences } of surprising) err(`✗ ${lesson.name}: ${differences.join("; ")}.\n`);
  return surprising.length === 0 ? EXIT.safe : EXIT.unsafe;
}

/** What to say where no protocol has this name. */
export function unknownLesson(asked: string): string {
  const names = lessons.map(({ name }) => name);
  const hint = didYouMean(asked, names);
  const suggestion = hint === null ? "" : ` (${hint})`;
  return `error: there is no protocol ${JSON.stringify(asked)}${suggestion}; protocols are ${names.join(", ")}`;
}
