/** Completion in fish. */
import type { Completed, Value } from "./words.ts";

const quote = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;

/** The options of `complete` for a value: whether it is needed, its names, and whether it may be a file. */
function offer({ names, list, paths }: Value): string {
  const all = list
    ? [`(__ms_darts_list ${names.join(" ")})`]
    : [...names, ...paths === "folders" ? ["(__fish_complete_directories)"] : []];
  const given = all.length === 0 ? "" : ` -a ${quote(all.join(" "))}`;
  return `${paths === "files" ? "-F" : "-f"}${given}`;
}

/** The script for commands by the name of `program`. For fish 3 and newer. */
export function fish(program: string, commands: readonly Completed[]): string {
  const line = (words: string, summary: string) => `complete -c ${program} ${words} -d ${quote(summary)}`;
  const ofCommand = ({ name, flags, word }: Completed): string[] => {
    const when = `-n '__ms_darts_command ${name}'`;
    return [
      ...flags.map(({ flag, summary, value }) =>
        line(`${when} -l ${flag.slice(2)}${value === undefined ? "" : ` -r ${offer(value)}`}`, summary)
      ),
      ...word === undefined ? [] : [line(`${when} ${offer(word)}`, word.title)],
    ];
  };
  return `# Completion of ${program} in fish.
function __ms_darts_command -d 'Whether this command is typed, or none where no name is given'
    set -l words (commandline -opc)
    if set -q argv[1]
        test (count $words) -gt 1; and test $words[2] = $argv[1]
    else
        test (count $words) -eq 1
    end
end
function __ms_darts_list -d 'Names after those of a list that are there'
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
    printf '%s\\n' "$before"$argv
end
complete -c ${program} -e
complete -c ${program} -f
${commands.map(({ name, summary }) => line(`-n __ms_darts_command -a ${name}`, summary)).join("\n")}
${commands.flatMap(ofCommand).join("\n")}`;
}
