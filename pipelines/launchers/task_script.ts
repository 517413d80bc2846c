/** What scripts of all clusters have in common: bash that begins or resumes the run of its number. */
import { quoted } from "../../src/quoted.ts";
import { endedName, logName } from "../comparison/ended.ts";
import type { PlannedRun } from "../comparison/runs.ts";

export const words = (list: readonly string[]): string => list.map(quoted).join(" ");

/** Chooses the run of a number, which stands in a variable of that name: its folder and its command lines. */
export const chooseRun = (runs: readonly PlannedRun[], variable: string): string =>
  `case "$${variable}" in
${
    runs.map(({ directory, args, resumeArgs }, index) =>
      `${index})
  run=${quoted(directory)}
  begin=(${words(args)})
  resume=(${words(resumeArgs)}) ;;`
    ).join("\n")
  }
*) echo "There is no run $${variable}"; exit 2 ;;
esac`;

/** Ends where the run has finished; otherwise decides whether it begins or goes on. */
export const prepareRun = `[ -e "$run/result.json" ] && exit 0
mkdir -p "$run" && rm -f "$run/${endedName}" || exit 2
log="$run/${logName}"
touch "$log" || exit 2
before=$(wc -c < "$log")
[ -e "$run/config.json" ] && arguments=("\${resume[@]}") || arguments=("\${begin[@]}")`;

/**
 * Does the run to its end, by this command and its arguments. The first SIGUSR1 or SIGTERM is passed on, once: a second
 * one would end the search before it has saved. `asked` is then not empty; `code` is the search's.
 */
export const doRun = (command: string): string =>
  `asked= child=
warned() {
  trap '' USR1 TERM
  asked=$1
  echo "SIG$1 came: the run saves and stops."
  [ -n "$child" ] && kill -s "$1" "$child" 2> /dev/null
}
trap 'warned USR1' USR1
trap 'warned TERM' TERM
NO_COLOR=1 ${command} "\${arguments[@]}" >> "$log" 2>&1 &
child=$!
[ -n "$asked" ] && kill -s "$asked" "$child"
wait "$child"
code=$?
if [ -n "$asked" ]; then
  # The signal may have ended the wait, not the search.
  wait "$child"
  again=$?
  [ "$again" -ne 127 ] && code=$again
fi`;

/** Ends with the run's exit code, which is kept for who looks next. */
export const endRun = `trap '' USR1 TERM
if [ "$code" -ne 0 ]; then
  echo "$code $before" > "$run/${endedName}.new" && mv "$run/${endedName}.new" "$run/${endedName}"
fi
exit "$code"`;
