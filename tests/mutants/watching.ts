/** Mistakes in what live pages show of runs, and in who is shown them. */
import { type Mutant, mutants } from "./mutant.ts";

const pages = "tests/watching/pages_test.ts";
const server = "tests/watching/server_test.ts";

export const watching: readonly Mutant[] = [
  ...mutants("src/io/lock.ts", pages, [
    {
      what: "a process that was killed lives as long as one on another machine",
      from: "alive: !free && heard < silence",
      to: "alive: heard < silence",
      filter: "a run's state",
    },
  ]),
  ...mutants("pipelines/watching/files.ts", pages, [
    {
      what: "what was read once is never read again",
      from: "before?.stamp === stamp && before.settled",
      to: "before !== undefined",
      filter: "half-written",
      ci: true,
    },
    {
      what: "a file that has just changed is taken for settled",
      from: "> unsettled;",
      to: ">= 0;",
      filter: "half-written",
    },
    {
      what: "files are read through links",
      from: "const there = Deno.lstatSync(path);",
      to: "const there = Deno.statSync(path);",
      filter: "odd letters",
    },
  ]),
  ...mutants("pipelines/watching/places.ts", pages, [
    {
      what: "links to folders are followed",
      from: "isDirectory && !name",
      to: "!name",
      filter: "odd letters",
    },
  ]),
  ...mutants("pipelines/watching/comparison.ts", pages, [
    {
      what: "a name may lead out of the folder of a comparison",
      from: "|| !isName(name) ",
      to: "",
      filter: "the page of a comparison",
    },
  ]),
  ...mutants("pipelines/watching/mixing.ts", "tests/cli/watch_test.ts", [
    {
      what: "a stage is drawn with the rows of all",
      from: 'row["search_stage"] === index',
      to: 'row["search_stage"] !== undefined',
      filter: "looks as in the report",
    },
  ]),
  ...mutants("pipelines/watching/server.ts", server, [
    {
      what: "a host of any port is this machine",
      from: "host === `${name}:${port}`",
      to: "host.startsWith(name)",
      filter: "own names",
      ci: true,
    },
    {
      what: "whatever is asked for is done",
      from: 'request.method !== "GET" && request.method !== "HEAD"',
      to: "false",
      filter: "own names",
    },
    {
      what: "other sites may listen",
      from: "if (ofOtherSite(request))",
      to: "if (false)",
      filter: "told of changes",
    },
  ]),
];
