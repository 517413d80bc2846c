/** The runs of a comparison, grouped, as its table and page want them. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { kebab } from "../../src/config/describe.ts";
import type { ComparedRun, Comparison, RunRecord } from "../../src/report/mod.ts";
import type { Failure } from "./children.ts";
import type { PlannedRun } from "./runs.ts";

/** One group for each method, space and value, in the order they were given. */
export function assemble(
  config: CompareConfig,
  command: string,
  runs: readonly PlannedRun[],
  finished: ReadonlyMap<PlannedRun, RunRecord>,
  failures: ReadonlyMap<PlannedRun, Failure>,
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
          .map((run): ComparedRun => {
            const [record, failure] = [finished.get(run), failures.get(run)];
            return {
              name: run.name,
              seed: run.seed,
              ...record && { record },
              ...failure && { failure: failure.message },
            };
          }),
      }))
    )
  );
  return { command, seeds, jobs, setting, groups };
}
