/** The runs of a comparison, grouped, as its table and page want them. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { kebab } from "../../src/config/describe.ts";
import type { ComparedRun, Comparison } from "../../src/report/mod.ts";
import type { PlannedRun } from "./runs.ts";

/** One group for each method, space and value, in the order they were given; `known` is what there is of a run. */
export function assemble(
  config: CompareConfig,
  command: string,
  runs: readonly PlannedRun[],
  known: (run: PlannedRun) => Omit<ComparedRun, "name" | "seed">,
): Comparison {
  const { methods, spaces, grid, seeds, jobs } = config;
  const values = grid?.values ?? [undefined];
  const setting = grid && kebab(grid.key);
  const groups = spaces.flatMap((space) =>
    methods.flatMap((method) =>
      values.map((value) => ({
        method,
        space,
        ...value !== undefined && { value: String(value) },
        runs: runs.filter((run) => run.method === method && run.space === space && run.value === value)
          .map((run) => ({ name: run.name, seed: run.seed, ...known(run) })),
      }))
    )
  );
  return { command, seeds, jobs, setting, groups };
}
