/**
 * The names of the candidate operations, as every DARTS code base spells them, and what is to be known of each without
 * its layer, which is in `candidates.ts`: these two tables have the same names.
 */

/** What is known of an operation besides its layer. */
interface Facts {
  /**
   * Its colour in all figures, on light and on dark screens: at 3:1 or more against either background, and told from
   * those it is searched with under red-green blindness too (`tests/report/palette_test.ts`).
   */
  readonly light: string;
  readonly dark: string;
  /** What it is made of, in the order of its layers; a stride is the first convolution's or the pool's. */
  readonly parts: string;
  /** Two letters for compact tables: `s3.1` is a `sep_conv_3x3` from node 1. DARTS cells have what has them. */
  readonly short?: string;
  /** Whether it has no parameter where nothing strides; no when left out. */
  readonly free?: true;
}

/** What is known of each operation besides its layer, in the order in which figures list them. */
export const operations = {
  none: { parts: "nothing: zero", light: "#868e99", dark: "#7d8794", free: true },
  noise: {
    parts: "normal noise of the input's shape, without the input",
    light: "#b5488a",
    dark: "#e48cc3",
    short: "nz",
    free: true,
  },
  max_pool_3x3: {
    parts: "max-pooling 3×3, in a supernet BatchNorm",
    light: "#077245",
    dark: "#379a68",
    short: "mx",
    free: true,
  },
  avg_pool_3x3: {
    parts: "average-pooling 3×3 over what lies in the image, in a supernet BatchNorm",
    light: "#1e9a81",
    dark: "#95f0e7",
    short: "av",
    free: true,
  },
  skip_connect: {
    parts: "the input; with a stride of 2 ReLU, two 1×1 convolutions of half the channels, BatchNorm",
    light: "#676d89",
    dark: "#98a9b9",
    short: "sk",
    free: true,
  },
  sep_conv_3x3: {
    parts: "twice ReLU, depthwise 3×3, 1×1, BatchNorm",
    light: "#0072b2",
    dark: "#5dbae9",
    short: "s3",
  },
  sep_conv_5x5: {
    parts: "twice ReLU, depthwise 5×5, 1×1, BatchNorm",
    light: "#3b2a94",
    dark: "#a284f6",
    short: "s5",
  },
  sep_conv_7x7: {
    parts: "twice ReLU, depthwise 7×7, 1×1, BatchNorm",
    light: "#7d5bd6",
    dark: "#d0c2ff",
    short: "s7",
  },
  dil_conv_3x3: {
    parts: "ReLU, depthwise 3×3 of dilation 2, 1×1, BatchNorm",
    light: "#d55e00",
    dark: "#ff9447",
    short: "d3",
  },
  dil_conv_5x5: {
    parts: "ReLU, depthwise 5×5 of dilation 2, 1×1, BatchNorm",
    light: "#651844",
    dark: "#f1a49f",
    short: "d5",
  },
  conv_7x1_1x7: {
    parts: "ReLU, convolution 1×7, convolution 7×1, BatchNorm",
    light: "#a07400",
    dark: "#e6bd4b",
    short: "c7",
  },
  nor_conv_1x1: { parts: "ReLU, convolution 1×1, BatchNorm", light: "#b84a1b", dark: "#ff9d6b" },
  nor_conv_3x3: { parts: "ReLU, convolution 3×3, BatchNorm", light: "#15549f", dark: "#62a8f5" },
  maxpool3x3: { parts: "max-pooling 3×3", light: "#077245", dark: "#379a68", free: true },
  "conv3x3-bn-relu": { parts: "convolution 3×3, BatchNorm, ReLU", light: "#15549f", dark: "#62a8f5" },
  "conv1x1-bn-relu": { parts: "convolution 1×1, BatchNorm, ReLU", light: "#b84a1b", dark: "#ff9d6b" },
} as const satisfies Record<string, Facts>;

/** The name of a candidate operation, one of {@link operationNames}. */
export type OperationName = keyof typeof operations;

const facts = Object.entries<Facts>(operations) as [OperationName, Facts][];

/** All names, in the order in which figures list them. */
export const operationNames: readonly OperationName[] = facts.map(([name]) => name);

/** Those without a parameter where nothing strides. */
export const parameterFree: readonly OperationName[] = facts.flatMap(([name, { free }]) =>
  free ? [name] : []
);

/** A two-letter form of an operation's name, a key of {@link shortNames}. */
export type ShortName = Extract<
  typeof operations[OperationName],
  { readonly short: string }
>["short"];

/** Names by their short forms. */
export const shortNames = Object.fromEntries(
  facts.flatMap(([name, { short }]) => short === undefined ? [] : [[short, name]]),
) as Readonly<Record<ShortName, OperationName>>;
