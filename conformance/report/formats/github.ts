/** Workflow commands that a job on GitHub prints: each annotation shows beside its line in a pull request. */
import path from "node:path";
import type { Level } from "../../results/annotation-rules.js";
import type { Results } from "../../results/results.js";
import { type Annotation, annotationsOf } from "./annotations.js";

/** A line for every annotation that was not accepted, and the summary. */
export const renderGithub = (results: Results): string =>
  [
    ...results.cases.flatMap((judged) =>
      annotationsOf(judged)
        .filter(({ justification }) => justification === null)
        .map((annotation) => `${commandOf(annotation, judged.name)}\n`),
    ),
    `${results.command}: ${results.summary}\n`,
  ].join("");

const COMMANDS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

function commandOf({ level, at, rule, message, related }: Annotation, name: string): string {
  const place = at === null ? [] : [`file=${property(relative(at.file))}`, `line=${at.line}`, `col=${at.column}`];
  const title = `title=${property(`${name}: ${rule}`)}`;
  const others = related.map(({ at, message }) => `${relative(at.file)}:${at.line}:${at.column}: ${message}`);
  return `::${COMMANDS[level]} ${[...place, title].join(",")}::${data([message, ...others].join("\n"))}`;
}

/** As a checkout has it. */
const relative = (file: string): string => path.relative("", file).split(path.sep).join("/") || file;

/** What ends a command or a line of it is escaped, and what the escapes are made of. */
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
