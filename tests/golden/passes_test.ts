/** The goldens hold whichever fusion passes are on, with all memory and with little. */
import type { Runner } from "../../src/gpu/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { passes, type PassName } from "../../src/plan/fuse.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { compare } from "./compare.ts";

const names = Object.keys(passes) as PassName[];
const subsets = names.reduce<PassName[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [
  [],
]);

/** A runner's planning with some of the passes. */
function planning(fusion: readonly PassName[], memory: number): Runner {
  const runner = sharedRunner();
  const part: Pick<Runner, "compile" | "load" | "tensors"> = {
    compile: (outputs) => compile(outputs, { maxBinding: 2 ** 27, memory }, fusion),
    load: (plan) => runner.load(plan),
    tensors: runner.tensors,
  };
  return part as Runner;
}

for (const memory of [Infinity, 0]) {
  for (const fusion of subsets) {
    const how = `${fusion.join(", ") || "no pass"}, ${
      memory === 0 ? "much recomputed" : "nothing recomputed"
    }`;
    Deno.test(`golden gradients_s3: ${how}`, async () => {
      const runner = planning(fusion, memory);
      await compare(runner, "gradients_s3.in", "gradients_s3.want", "default", 1e-4);
    });
  }
}

// The mean shift has passes of its own: with running statistics more of a graph is linear.
for (const fusion of [[], ...names.map((name) => names.filter((other) => other !== name))]) {
  Deno.test(`golden bilevel_s3: ${fusion.join(", ") || "no pass"}`, async () => {
    const runner = planning(fusion, Infinity);
    await compare(runner, "bilevel_s3.in", "bilevel_s3.want.default", "default", 1e-5);
  });
}
