/**
 * All operations: builders of graph nodes. Of files that also have what the planner alone builds, the builders by name.
 */
export * from "./augment.ts";
export { avgPool, avgPoolGrad, type AvgPoolGradAttrs } from "./avg_pool.ts";
export * from "./channel_shuffle.ts";
export { accumulate, channelDot, channelDots, combine, type Term } from "./combine.ts";
export { concatChannels, sliceChannels } from "./concat.ts";
export {
  convolution,
  type ConvolutionAttrs,
  type ConvolutionInputAttrs,
  convolutionInputGrad,
  convolutionWeightGrad,
} from "./convolution.ts";
export {
  depthwise,
  type DepthwiseAttrs,
  type DepthwiseInputAttrs,
  depthwiseInputGrad,
  depthwiseWeightGrad,
} from "./depthwise.ts";
export { dirichlet, dirichletSlope } from "./dirichlet.ts";
export * from "./elementwise.ts";
export * from "./from_nchw.ts";
export { inverseSquaredVariance, leastVariance } from "./inverse_squared_variance.ts";
export { constant, type ConstantAttrs, input, type InputAttrs, vector } from "./leaf.ts";
export type { LoadAttrs, Loader } from "./loader.ts";
export * from "./loss.ts";
export * from "./matmul.ts";
export { maxPool, maxPoolGather, maxPoolScatter, type PoolAttrs } from "./max_pool.ts";
export * from "./moments.ts";
export * from "./not_finite.ts";
export { pointwise, type PointwiseAttrs, pointwiseWeightGrad, type ReluAttrs } from "./pointwise.ts";
export * from "./project_rows.ts";
export { dropout, gammaStreams, gaussianNoise, uniformNoise } from "./random.ts";
export * from "./reduce.ts";
export { relu, reluMask } from "./relu.ts";
export * from "./sample_scale.ts";
export * from "./sgd.ts";
export * from "./spatial_mean.ts";
export * from "./unfold.ts";
export { pack, reshape, row, slice } from "./view.ts";
