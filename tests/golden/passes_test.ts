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

for (const memory of [Infinity, 0]) {
  for (const fusion of subsets) {
    const how = `${fusion.join(", ") || "no pass"}, ${
      memory === 0 ? "much recomputed" : "nothing recomputed"
    }`;
    Deno.test(`golden gradients_s3: ${how}`, async () => {
      const runner = sharedRunner();
      const planning: Pick<Runner, "compile" | "load" | "tensors"> = {
        compile: (outputs) => compile(outputs, { maxBinding: 2 ** 27, memory }, fusion),
        load: (plan) => runner.load(plan),
        tensors: runner.tensors,
      };
      await compare(planning as Runner, "gradients_s3.in", "gradients_s3.want", "default", 1e-4);
    });
  }
}
