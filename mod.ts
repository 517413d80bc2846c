/**
 * MS-DARTS: mean-shift differentiable architecture search on WebGPU.
 *
 * The library under the commands, layer by layer. A graph is a value, its gradient is a graph, a plan is data, and
 * a program is a plan on a device:
 *
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { gradient, input, mul, Runner, sum } from "@ms-darts/ms-darts";
 *
 * const x = input("x", [3]);
 * const loss = sum(mul(x, mul(x, x))); // Σ x³
 * const [slope] = gradient(loss, [x]); // 3x², itself a graph
 * const runner = await Runner.open();
 * const program = await runner.load(runner.compile({ slope: slope! }));
 * const results = program.run({ x: Float32Array.of(1, 2, 3) });
 * deepEqual(await runner.tensors.read([results.slope!]), [Float32Array.of(3, 12, 27)]);
 * runner.close();
 * ```
 *
 * Every part can also be imported alone, as `@ms-darts/ms-darts/graph` and so on. This file has the names of all parts;
 * those of `nn`, `optim`, `random`, `curvature` and `training` are under the name of their part.
 *
 * @module
 */

// The engine.
export * from "./src/graph/mod.ts";
export * from "./src/gradient/mod.ts";
export * from "./src/plan/mod.ts";
export * from "./src/gpu/mod.ts";
// What a network is made of and trained with.
/** Layers, their parameters and statistics; see `./nn`. */
export * as nn from "./src/nn/mod.ts";
/** Optimisers and schedules; see `./optim`. */
export * as optim from "./src/optim/mod.ts";
/** Random numbers from keys; see `./random`. */
export * as random from "./src/random.ts";
// Architecture search.
export * from "./src/spaces/mod.ts";
export * from "./src/network/mod.ts";
export * from "./src/search/mod.ts";
/** Curvature of the loss over the alphas; see `./curvature`. */
export * as curvature from "./src/curvature/mod.ts";
export * from "./src/methods/mod.ts";
/** Training of a found network; see `./training`. */
export * as training from "./src/training/mod.ts";
// The pipeline: load, search, train.
export * from "./pipelines/mod.ts";
// Data, tables, reports and files.
export * from "./src/data/mod.ts";
export * from "./src/benchmarks/mod.ts";
export * from "./src/report/mod.ts";
export * from "./src/io/mod.ts";
