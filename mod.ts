/**
 * MS-DARTS: mean-shift differentiable architecture search on WebGPU.
 *
 * The library under the commands, layer by layer. A graph is a value, its gradient is a graph, a plan is data, and
 * a program is a plan on a device:
 *
 * ```ts
 * import { compile, gradient, input, mul, Runner, sum } from "./mod.ts";
 *
 * const x = input("x", [3]);
 * const loss = sum(mul(x, mul(x, x))); // Σ x³
 * const [slope] = gradient(loss, [x]); // 3x², itself a graph
 * const runner = await Runner.open();
 * const program = await runner.load(compile({ slope: slope! }, { maxBinding: 2 ** 27 }));
 * const results = program.run({ x: Float32Array.of(1, 2, 3) });
 * console.log(await runner.tensors.read([results.slope!])); // [3, 12, 27]
 * runner.close();
 * ```
 *
 * @module
 */

// Graph: tensor expressions and their operations.
export * from "./src/graph/node.ts";
export * from "./src/graph/ops/mod.ts";
export { software, type Tuning } from "./src/graph/tuning.ts";
// Gradient: graph to graph.
export { gradient } from "./src/gradient/gradient.ts";
// Plan: graph to data.
export { compile } from "./src/plan/compile.ts";
export { explain, type Plan, planBytes, type PlanLimits } from "./src/plan/plan.ts";
export { passes, type PassName } from "./src/plan/fuse.ts";
// Run: a device, its tensors, and plans made programs.
export { type DeviceInfo, type DeviceTensor, type Feed, Program, Runner } from "./src/gpu/mod.ts";
// Networks and search spaces.
export { type Space, spaceByName, spaces } from "./src/spaces/mod.ts";
export { type Supernet, supernet } from "./src/network/supernet.ts";
export { type EvaluationNetwork, evaluationNetwork } from "./src/network/evaluation.ts";
export { type Genotype, genotypeJson, genotypeText, readGenotype } from "./src/network/genotype.ts";
export { publishedGenotypes } from "./src/network/darts/published.ts";
export { discretize } from "./src/network/discretize.ts";
export { countNetwork, countSupernet } from "./src/network/count.ts";
// Search: alphas, mean shift, steps, methods.
export * from "./src/network/alphas.ts";
export * from "./src/search/mean_shift.ts";
export { architectureStep, score, weightStep } from "./src/search/step_graphs.ts";
export { type Method, methodByName, methods } from "./src/methods/mod.ts";
// The pipeline: load, search, train.
export { load, search, type SearchInput, searchSettings, train } from "./pipelines/mod.ts";
// Data and files.
export { type Dataset, type Images } from "./src/data/dataset.ts";
export { openDataset } from "./src/data/mod.ts";
export { readSafetensors, writeSafetensors } from "./src/io/safetensors.ts";
