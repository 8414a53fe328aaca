/** `quorate explain RULE` */
import type { Command } from "commander";
import { type Explanation, explain, explanations } from "../../../spec/rules/explain.js";
import { didYouMean } from "../../../spec/table-file/did-you-mean.js";
import { lineLengthOf, wrap } from "../../report/pieces/wrap.js";
import type { Paint, Terminal } from "../../shell/terminal.js";
import { namesIn } from "./names-in.js";

export function registerExplain(program: Command, { out, paint }: Pick<Terminal, "out" | "paint">): void {
  const command = program
    .command("explain")
    .description("say what a rule demands, why, and the smallest example that breaks it")
    .argument("<rule...>", `one or several of ${names().join(", ")}`)
    .action((words: string[]) => {
      const asked = namesIn(words, (name) => explain(name) !== undefined);
      const unknown = asked.filter((name) => explain(name) === undefined);
      if (unknown.length > 0) command.error(unknown.map(unknownRule).join("\n"));
      out(asked.map((name) => renderExplanation(explain(name)!, paint)).join("\n"));
    });
}

export function renderExplanation({ title, statement, why, example, source }: Explanation, paint: Paint): string {
  const section = (heading: string, text: string) =>
    `\n${paint("bold", heading)}\n${wrap(text, "  ", lineLengthOf(paint))}\n`;
  return [
    `${paint("bold", title)}\n`,
    section("What it demands", statement),
    section("Why", why),
    section("Smallest example that breaks it", example),
    section("Source", source),
  ].join("");
}

/** In the order of the explanations; the four rules also go by number. */
const names = (): string[] =>
  explanations.map(({ name, aliases }) => (/^\d$/.test(aliases[0] ?? "") ? `${name} (${aliases[0]})` : name));

function unknownRule(asked: string): string {
  const hint = didYouMean(
    asked,
    explanations.map(({ name }) => name),
  );
  const suggestion = hint === null ? "" : ` (${hint})`;
  return `error: there is no rule ${JSON.stringify(asked)}${suggestion}; rules are ${names().join(", ")}`;
}
