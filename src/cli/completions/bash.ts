/** Completion in bash. */
import type { Completed, Value } from "./words.ts";

/** Shell words that offer a value: names in `names`, `list` where several may be given, `paths` where a path may. */
const offer = ({ names, list, paths }: Value): string =>
  [
    `names="${names.join(" ")}"`,
    ...list ? ["list=1"] : [],
    ...paths === "none" ? [] : [`paths=${paths}`],
  ].join(" ");

/** Branches for all values, those that offer the same as one. */
function branches(values: readonly (readonly [pattern: string, Value])[]): string {
  const alike = Map.groupBy(values, ([, value]) => offer(value));
  return [...alike].map(([words, patterns]) =>
    `      ${patterns.map(([pattern]) => pattern).join("|")}) ${words} ;;`
  ).join("\n");
}

/** The script for commands by the name of `program`. For bash 3.2 and newer, by itself. */
export function bash(program: string, commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, flags }) =>
    flags.flatMap(({ flag, value }) => value === undefined ? [] : [[`"${name} ${flag}"`, value] as const])
  );
  const words = commands.flatMap(({ name, word }) => word === undefined ? [] : [[name, word] as const]);
  const flags = commands.filter(({ flags }) => flags.length > 0)
    .map(({ name, flags }) => `      ${name}) flags="${flags.map(({ flag }) => flag).join(" ")}" ;;`);
  return `# Completion of ${program} in bash.
_ms_darts() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  local names= list= paths= flags= before= valued=1
  COMPREPLY=()
  # What stands behind the sign in --flag=value is a word of its own here.
  if [[ $cur == "=" ]]; then cur=
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  if (( COMP_CWORD == 1 )); then
    names="${commands.map(({ name }) => name).join(" ")}"
  else
    case "$command $prev" in
${branches(values)}
      *) valued= ;;
    esac
    if [[ ! $valued ]]; then
      case $command in
${flags.join("\n")}
      esac
      case $command in
${branches(words)}
        *) names=$flags ;;
      esac
      if [[ $cur == -* ]]; then names=$flags list= paths=; fi
    fi
  fi
  if [[ $list && $cur == *,* ]]; then before=\${cur%,*}, cur=\${cur##*,}; fi
  local IFS=$' \\n'
  COMPREPLY=($(compgen -P "$before" -W "$names" -- "$cur"))
  if [[ ! $paths ]]; then
    # Otherwise it would be files where nothing fits.
    compopt +o default 2> /dev/null
    if [[ $list ]]; then compopt -o nospace 2> /dev/null; fi
  elif (( BASH_VERSINFO[0] > 3 )); then
    IFS=$'\\n'
    if [[ $paths == folders ]]; then COMPREPLY+=($(compgen -d -- "$cur"))
    else COMPREPLY+=($(compgen -f -- "$cur"))
    fi
    compopt -o filenames 2> /dev/null
  fi
}
complete -o default -F _ms_darts ${program}`;
}
