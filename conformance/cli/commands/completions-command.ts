/** `quorate completions SHELL`, declared. */
import { Argument, type Command } from "commander";
import type { Terminal } from "../../shell/terminal.js";

const AFTER = `
Examples:
  quorate completions bash > ~/.local/share/bash-completion/completions/quorate
  quorate completions zsh > ~/.zfunc/_quorate             with fpath+=~/.zfunc before compinit in ~/.zshrc
  quorate completions fish > ~/.config/fish/completions/quorate.fish
`;

export function registerCompletions(program: Command, { out }: Pick<Terminal, "out">): void {
  program
    .command("completions")
    .description("print a script by which a shell completes commands, options and names")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", AFTER)
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { completions, wordsOf } = await import("./completions.js");
      out(completions[shell](wordsOf(program)));
    });
}
