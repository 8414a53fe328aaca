/** `quorate flaws [NAME]`, declared. */
import { type Command, Option } from "commander";
import type { Format } from "./flaws.js";
import type { Terminal } from "./terminal.js";

export function registerFlaws(program: Command, terminal: Terminal): void {
  const command = program
    .command("flaws")
    .description("early protocols with something wrong, and the shortest run that shows why a rule exists")
    .argument("[name...]", "the protocol to tell about (left out: list them all)")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(async (words: string[], { format }: { format: Format }) => {
      const { lessonNamed, tellAll, tellOne, unknownLesson } = await import("./flaws.js");
      const asked = words.join(" ");
      const lesson = lessonNamed(asked);
      if (words.length === 0) process.exitCode = await tellAll(format, terminal);
      else if (lesson === undefined) command.error(unknownLesson(asked));
      else process.exitCode = await tellOne(lesson, format, terminal);
    });
}
