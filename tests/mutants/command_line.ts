/** Mistakes in how commands are started, and in what shells complete. */
import { type Mutant, mutants } from "./mutant.ts";

export const commandLine: readonly Mutant[] = [
  ...mutants("scripts/ms_darts.ts", "tests/cli/ms_darts_test.ts", [
    {
      what: "a folder that another program left is where one stands",
      from: "INIT_CWD: Deno.cwd(), ",
      to: "",
    },
    {
      what: "what is no task is taken for the list",
      from: 'return ["help", name];',
      to: 'return ["help"];',
    },
  ]),
  ...mutants("src/environment.ts", "tests/cli/ms_darts_test.ts", [
    {
      what: "runs of ms-darts lie in the checkout",
      from: "startedAs ? from : project",
      to: "startedAs ? project : project",
    },
  ]),
  ...mutants("src/setup/starters.ts", "tests/cli/starters_test.ts", [
    {
      what: "ms-darts is no starter",
      from: 'return all[1] === "task" || startsTasks(all)',
      to: 'return all[1] === "task" || startsTasks([])',
      filter: "known by their words",
    },
  ]),
  ...mutants("pipelines/launchers/missing.ts", "tests/cli/slurm_words_test.ts", [
    {
      what: "a run that diverged is handed in again",
      from: "failure.code !== diverged",
      to: "failure.code !== 0",
      filter: "a run that failed",
    },
    {
      what: "a run that failed is handed in without being asked for",
      from: "!(config.retryFailed &&",
      to: "config.retryFailed && !(true &&",
      filter: "a run that failed",
    },
  ]),
  ...mutants("pipelines/comparison/folder.ts", "tests/cli/compare_test.ts", [
    {
      what: "two comparisons do the same run",
      from: "return lockIfFree(folder, claimPath(directory));",
      to: "return { [Symbol.dispose]: () => {} };",
      filter: "two in one folder",
    },
  ]),
  ...mutants("src/cli/completions/words.ts", "tests/cli/completions_test.ts", [
    {
      what: "files are offered for a folder",
      from: '["dir", "run", "RUN", "FOLDER"]',
      to: '["dir"]',
    },
    {
      what: "the names that may be given besides others are not offered",
      from: "names ?? examples ?? []",
      to: "names ?? []",
    },
  ]),
  ...mutants("src/cli/completions/bash.ts", "tests/cli/completions_test.ts", [
    {
      what: "a list loses the names before the last",
      from: "before=\\${cur%,*}, cur=",
      to: "before= cur=",
    },
  ]),
];
