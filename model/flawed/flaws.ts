/**
 * The catalogue of early, flawed protocols: why the rules exist.
 *
 * In the order in which one leads to the next: what was wrong with the protocol before is what the next one mends,
 * and where it goes wrong itself. Two of them are safe: the sound protocol, and leaders with ballots.
 */
import type { Chapter, Lesson } from "./lesson.js";
import { crashes } from "./lessons/crashes.js";
import { leaders } from "./lessons/leaders.js";
import { oneRegister } from "./lessons/one-register.js";
import { secondTry } from "./lessons/second-try.js";

export const chapters: readonly Chapter[] = [oneRegister, secondTry, crashes, leaders];

export const lessons: readonly Lesson[] = chapters.flatMap((chapter) => chapter.lessons);

/** The lesson that goes by the name, in any case, with blanks or underscores for hyphens; or undefined. */
export function lessonNamed(asked: string): Lesson | undefined {
  const wanted = asked
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  return lessons.find(({ name }) => name === wanted);
}
