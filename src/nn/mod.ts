/**
 * Layers as graphs, with the parameters and statistics that they keep. A network is a function of a {@link Scope}: run
 * once to describe it, its {@link Layout} says where each parameter stands in one flat vector; run again on such a vector
 * it is a graph. Names and shapes are those of PyTorch's state dict.
 *
 * ```ts
 * import { deepEqual, equal } from "node:assert/strict";
 * import { input, type Node, spatialMean } from "@ms-darts/ms-darts/graph";
 * import { convBnRelu, initialParameters, linear, Scope } from "@ms-darts/ms-darts/nn";
 * import { keyFromSeed } from "@ms-darts/ms-darts/random";
 *
 * const network = (scope: Scope, images: Node) => {
 *   const map = convBnRelu(scope.child("stem"), images, { channels: 8, kernel: 3, stride: 2 });
 *   return linear(scope.child("classifier"), spatialMean(map), 10);
 * };
 * const images = input("images", [3, 4, 32, 32]); // a batch of 4
 * const scope = Scope.open({ mode: "train" });
 * network(scope, images);
 * const layout = scope.layout();
 * deepEqual(layout.parameters.map(({ name, shape }) => `${name} ${shape.join("×")}`), [
 *   "stem.op.0.weight 8×3×3×3",
 *   "stem.op.1.weight 8",
 *   "stem.op.1.bias 8",
 *   "classifier.weight 10×8",
 *   "classifier.bias 10",
 * ]);
 * const parameters = input("parameters", [layout.parameterFloats]);
 * deepEqual(network(Scope.open({ mode: "train", parameters }), images).shape, [10, 4]); // logits
 * equal(initialParameters(layout, keyFromSeed(0)).length, layout.parameterFloats);
 * ```
 *
 * @module
 */
export * from "./affine.ts";
export * from "./auxiliary_head.ts";
export * from "./candidates.ts";
export * from "./initialize.ts";
export * from "./layers.ts";
export * from "./operation_names.ts";
export * from "./parameters.ts";
export * from "./scope.ts";
export * from "./state_dict.ts";
export * from "./statistics.ts";
