/** The goldens hold whichever fusion passes are on, with all memory and with little. */
import { elements, type Node } from "../../src/graph/node.ts";
import { type Runner, withPadding } from "../../src/gpu/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { passes, type PassName } from "../../src/plan/fuse.ts";
import { fold, normal } from "../../src/random.ts";
import { assertClose } from "../kernels/close.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { networkSteps } from "../plan/network_steps.ts";
import { compare } from "./compare.ts";

const names = Object.keys(passes) as PassName[];
/** Passes of sums of scaled operations: in a training step of S3 each of these has a BatchNorm of its own. */
const ofSums: readonly PassName[] = ["convolutionsIntoSum", "averagesIntoSum"];
const subsets = names.filter((name) => !ofSums.includes(name)).reduce<PassName[][]>(
  (sets, name) => [...sets, ...sets.map((set) => [...set, name])],
  [[]],
);
/** No pass, all, and all but each. */
const withoutOne = [[], names, ...names.map((name) => names.filter((other) => other !== name))];

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
for (const fusion of withoutOne) {
  Deno.test(`golden bilevel_s3: ${fusion.join(", ") || "no pass"}`, async () => {
    const runner = planning(fusion, Infinity);
    await compare(runner, "bilevel_s3.in", "bilevel_s3.want.default", "default", 1e-5);
  });
}

Deno.test("steps of NAS-Bench-201 are the same whichever passes are on", async () => {
  const { weight, sample } = networkSteps("nasbench201");
  const outputs = { ...weight, ...sample };
  const feeds = (name: string, { shape }: Pick<Node, "shape">): Float32Array | Uint32Array => {
    const length = elements(shape);
    if (name === "labels") return Uint32Array.from({ length }, (_, i) => i % 5);
    // Variances are positive.
    const [from, by] = name === "statistics" ? [1, 0.1] : [0, name === "weights" ? 0.2 : 1];
    return Float32Array.from({ length }, (_, i) => from + by * normal(fold([1, 1], name), i));
  };
  const runner = sharedRunner();
  let first: number[][] | undefined;
  for (const fusion of withoutOne) {
    const program = await runner.load(compile(outputs, { maxBinding: 2 ** 27 }, fusion));
    const given = Object.entries(program.plan.inputs).map(([name, port]) => {
      const value = feeds(name, port);
      return [name, value instanceof Uint32Array ? value : withPadding(value, port.shape)] as const;
    });
    const results = program.run<keyof typeof outputs>(Object.fromEntries(given));
    const tensors = Object.keys(outputs).map((name) => results[name as keyof typeof outputs]);
    const data = (await runner.tensors.read(tensors)).map((values) => [...values]);
    runner.tensors.release(...tensors);
    program.destroy();
    first ??= data;
    data.forEach((values, i) =>
      assertClose(values, first![i]!, `${fusion}: ${Object.keys(outputs)[i]}`, 1e-4)
    );
  }
});
