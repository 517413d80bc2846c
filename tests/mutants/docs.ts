/** Mistakes in what writes the docs. */
import { type Mutant, mutants } from "./mutant.ts";

const tables = "tests/docs_tables_test.ts";

export const docs: readonly Mutant[] = [
  ...mutants("scripts/docs/run.ts", tables, [
    {
      what: "what is stale is no failure",
      from: "return check && stale.length > 0 ? 1 : 0;",
      to: "return 0;",
    },
    {
      what: "--check writes",
      from: "if (!check) Deno.writeTextFileSync",
      to: "if (check) Deno.writeTextFileSync",
    },
  ]),
  ...mutants("scripts/docs/regions.ts", tables, [
    {
      what: "what stands behind a table goes",
      from: "return region + part.slice(closed);",
      to: "return region;",
    },
    { what: "a table that differs is not named", from: "!== region) stale.push", to: "=== name) stale.push" },
  ]),
  ...mutants("scripts/docs/architecture.ts", tables, [
    {
      what: "an arrow that can be read off others",
      from: "other !== to && reaches(other, to)",
      to: "other === from",
    },
  ]),
  ...mutants("scripts/docs/markdown.ts", tables, [
    { what: "a bar ends a cell", from: '.replaceAll("|", "\\\\|")', to: "" },
  ]),
  ...mutants("scripts/docs/spaces.ts", tables, [
    { what: "none is chosen for an edge", from: 'name !== "none"', to: 'name !== ""' },
  ]),
];
