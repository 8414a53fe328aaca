/** `quorate flaws [NAME]`, declared. */
import { type Command, Option } from "commander";
import type { Format } from "./flaws.js";
import { namesIn } from "./names-in.js";
import type { Terminal } from "./terminal.js";

export function registerFlaws(program: Command, terminal: Terminal): void {
  const command = program
    .command("flaws")
    .description("early protocols with something wrong, and the shortest run that shows why a rule exists")
    .argument("[name...]", "the protocols to tell about (left out: list them all)")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(async (words: string[], { format }: { format: Format }) => {
      const { lessonNamed, tellAll, tell, unknownLesson } = await import("./flaws.js");
      const asked = namesIn(words, (name) => lessonNamed(name) !== undefined);
      const unknown = asked.filter((name) => lessonNamed(name) === undefined);
      if (unknown.length > 0) command.error(unknown.map(unknownLesson).join("\n"));
      const lessons = asked.map((name) => lessonNamed(name)!);
      process.exitCode = lessons.length === 0 ? await tellAll(format, terminal) : await tell(lessons, format, terminal);
    });
}
