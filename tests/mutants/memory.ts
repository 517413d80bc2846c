/** Mistakes in what is said of memory, and of time, before a run. */
import { type Mutant, mutants } from "./mutant.ts";

const budget = "tests/plan/budget_test.ts";

export const memory: readonly Mutant[] = [
  ...mutants("src/plan/budget.ts", budget, [
    {
      what: "what a step returns is not counted",
      from: "sum(taken) + sum(returned)",
      to: "sum(taken)",
      ci: true,
    },
    {
      what: "a tensor that two steps take is counted twice",
      from: "tensor.bytes > (found.get(name)?.bytes ?? 0)",
      to: "found.set(`${name}${found.size}`, tensor) && false",
    },
  ]),
  ...mutants("src/plan/budget.ts", "tests/plan/prepare_test.ts", [
    {
      what: "more is computed again than it takes",
      from: "memory === Infinity ? Math.max(0, arena - over) : 0",
      to: "0 * arena",
    },
  ]),
  ...mutants("src/cli/explained.ts", "tests/cli/explained_test.ts", [
    {
      what: "memory grows with the batch from nothing",
      from: "batch * (limit - fixed) / (bytes - fixed)",
      to: "batch * limit / bytes",
    },
  ]),
  ...mutants("src/plan/plan.ts", [budget, "tests/plan/arena_test.ts"], [
    {
      what: "plans that share an arena need the last one's",
      from: "Math.max(bytes, shared[i] ?? 0)",
      to: "bytes",
    },
    { what: "constants take no memory", from: "sum + data.byteLength", to: "sum + 0 * data.byteLength" },
  ]),
  ...mutants("src/plan/compile.ts", ["tests/plan/compile_test.ts", "tests/plan/memory_test.ts"], [
    { what: "nothing is recomputed", from: "best.bytes > wanted;", to: "best.bytes < 0;" },
  ]),
  ...mutants("src/methods/reach.ts", "tests/pipelines/foresee_test.ts", [
    { what: "resting epochs count", from: "(epochs - warmup) * stepsPerEpoch", to: "epochs * stepsPerEpoch" },
  ]),
];
