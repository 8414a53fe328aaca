/** Scripts by which shells complete command lines, from the commands as they are declared. */
import type { Command } from "commander";
import { systems } from "../../../model/systems/registry.js";
import { explanations } from "../../../spec/rules/explain.js";

/** A command, as a shell needs to know it. */
export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** What its arguments may be; nothing where they are files. */
  readonly words: readonly string[];
}

interface OptionWords {
  /** `--format` */
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** What the value may be; nothing where it is a file, a number or the like. */
  readonly choices: readonly string[];
}

/** Names that no declaration holds. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  systems: systems.map(({ name }) => name),
  explain: explanations.map(({ name }) => name).filter((name) => !name.includes(" ")),
};

const OPTION_NAMES: Readonly<Record<string, readonly string[]>> = { "explore --system": NAMES.systems! };

export const wordsOf = (program: Command): CommandWords[] =>
  program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ long, description, required, optional, argChoices }) => ({
      flag: long!,
      description,
      takesValue: required || optional,
      choices: argChoices ?? OPTION_NAMES[`${command.name()} ${long}`] ?? [],
    })),
    words: NAMES[command.name()] ?? command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  }));

export const completions = { bash, zsh, fish };

function bash(commands: readonly CommandWords[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ flag, choices }) => `    "${name} ${flag}") words="${choices.join(" ")}"; files=${choices.length === 0} ;;`,
      ),
  );
  const flags = commands.map(({ name, options }) => `      ${name}) words="${flagsOf(options)}" ;;`);
  const given = commands
    .filter(({ words }) => words.length > 0)
    .map(({ name, words }) => `      ${name}) words="${words.join(" ")}" ;;`);
  return `# bash completion for quorate
_quorate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  local words="" files=false
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} help --help --version" -- "$current"))
    return
  fi
  case "$command $before" in
${values.join("\n")}
    *)
    if [[ "$current" == -* ]]; then
      case "$command" in
${flags.join("\n")}
      esac
    else
      files=true
      case "$command" in
${given.join("\n")}
      esac
    fi ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "$files" = true ]; then
    local file
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _quorate quorate
`;
}

const flagsOf = (options: readonly OptionWords[]): string => [...options.map(({ flag }) => flag), "--help"].join(" ");

function zsh(commands: readonly CommandWords[]): string {
  const described = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`);
  const cases = commands.map(({ name, options, words }) => {
    const specs = options.map(({ flag, description, takesValue, choices }) => {
      const value = choices.length === 0 ? "_files" : `(${choices.join(" ")})`;
      return quoted(`*${flag}[${bracketed(description)}]${takesValue ? `:value:${value}` : ""}`);
    });
    const rest =
      words.length === 0
        ? quoted("*:file:_files")
        : `${quoted(`*:name:(${words.join(" ")})`)} ${quoted("*:file:_files")}`;
    return `    ${name}) _arguments -S ${[...specs, quoted("--help[print its help]"), rest].join(" ")} ;;`;
  });
  return `#compdef quorate
_quorate() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _quorate quorate
`;
}

/** As the text of an option in _arguments. */
const bracketed = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, description, options, words }) => {
    const within = `complete -c quorate -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c quorate -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
      ...options.map(({ flag, description: about, takesValue, choices }) => {
        const value = !takesValue ? "" : choices.length === 0 ? " -r" : ` -x -a ${quoted(choices.join(" "))}`;
        return `${within} -l ${flag.slice(2)}${value} -d ${quoted(about)}`;
      }),
      ...(words.length === 0 ? [] : [`${within} -a ${quoted(words.join(" "))}`]),
    ];
  });
  return `# fish completion for quorate\n${lines.join("\n")}\n`;
}

/** One word of a shell; in all three a quote ends, stands by itself, and begins again. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
