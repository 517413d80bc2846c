/**
 * The names of the candidate operations, as every DARTS code base spells them, and the two-letter forms used in
 * compact tables. Names only: what an operation does is in `candidates.ts`, which must define each of these.
 */
export const operationNames = [
  "none",
  "noise",
  "max_pool_3x3",
  "avg_pool_3x3",
  "skip_connect",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "sep_conv_7x7",
  "dil_conv_3x3",
  "dil_conv_5x5",
  "conv_7x1_1x7",
  "nor_conv_1x1",
  "nor_conv_3x3",
  "maxpool3x3",
  "conv3x3-bn-relu",
  "conv1x1-bn-relu",
] as const;

/** The name of a candidate operation, one of {@link operationNames}. */
export type OperationName = typeof operationNames[number];

/** What each is made of, in the order of its layers; a stride is the first convolution's or the pool's. */
export const operationParts: Readonly<Record<OperationName, string>> = {
  none: "nothing: zero",
  noise: "normal noise of the input's shape, without the input",
  max_pool_3x3: "max-pooling 3×3, in a supernet BatchNorm",
  avg_pool_3x3: "average-pooling 3×3 over what lies in the image, in a supernet BatchNorm",
  skip_connect: "the input; with a stride of 2 ReLU, two 1×1 convolutions of half the channels, BatchNorm",
  sep_conv_3x3: "twice ReLU, depthwise 3×3, 1×1, BatchNorm",
  sep_conv_5x5: "twice ReLU, depthwise 5×5, 1×1, BatchNorm",
  sep_conv_7x7: "twice ReLU, depthwise 7×7, 1×1, BatchNorm",
  dil_conv_3x3: "ReLU, depthwise 3×3 of dilation 2, 1×1, BatchNorm",
  dil_conv_5x5: "ReLU, depthwise 5×5 of dilation 2, 1×1, BatchNorm",
  conv_7x1_1x7: "ReLU, convolution 1×7, convolution 7×1, BatchNorm",
  nor_conv_1x1: "ReLU, convolution 1×1, BatchNorm",
  nor_conv_3x3: "ReLU, convolution 3×3, BatchNorm",
  maxpool3x3: "max-pooling 3×3",
  "conv3x3-bn-relu": "convolution 3×3, BatchNorm, ReLU",
  "conv1x1-bn-relu": "convolution 1×1, BatchNorm, ReLU",
};

/** Short forms: `s3.1` in a table is a `sep_conv_3x3` from node 1. */
export const shortNames = {
  nz: "noise",
  mx: "max_pool_3x3",
  av: "avg_pool_3x3",
  sk: "skip_connect",
  s3: "sep_conv_3x3",
  s5: "sep_conv_5x5",
  s7: "sep_conv_7x7",
  d3: "dil_conv_3x3",
  d5: "dil_conv_5x5",
  c7: "conv_7x1_1x7",
} as const satisfies Record<string, OperationName>;

/** A two-letter form of an operation's name, a key of {@link shortNames}. */
export type ShortName = keyof typeof shortNames;
