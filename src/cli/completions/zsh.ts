/** Completion in zsh. */
import type { Completed, Flag, Value } from "./words.ts";

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A text without what has a meaning inside a specification of `_arguments` or `_describe`. */
const plain = (text: string): string => text.replaceAll(/[\\:[\]]/g, "\\$&");

/** What `_arguments` does for a value. */
function action({ names, list, paths }: Value): string {
  const add = `compadd - ${names.join(" ")}`;
  if (list) return `_sequence ${add}`;
  if (paths === "none") return names.length === 0 ? " " : `(${names.join(" ")})`;
  const files = paths === "folders" ? "_files -/" : "_files";
  return names.length === 0 ? files : `{${add}; ${files}}`;
}

const flagSpec = ({ flag, summary, value }: Flag): string =>
  quote(
    value === undefined
      ? `${flag}[${plain(summary)}]`
      : `${flag}=[${plain(summary)}]:${plain(value.title)}:${action(value)}`,
  );

const branch = ({ name, flags, word }: Completed): string =>
  [
    `    ${name}) _arguments -S`,
    ...flags.map(flagSpec),
    ...word === undefined ? [] : [quote(`*:${plain(word.title)}:${action(word)}`)],
  ].join(" \\\n      ") + " ;;";

/** The script for commands by the name of `program`. To be read after `compinit`, or as a file of `fpath`. */
export const zsh = (program: string, commands: readonly Completed[]): string =>
  `#compdef ${program}
# Completion of ${program} in zsh.
_${program}() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${plain(summary)}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(branch).join("\n")}
  esac
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi`;
