/** What all networks have in common: sizes, inputs, the way they are built, the classifier. */
import { usageError } from "../errors.ts";
import { type Node, sameShape } from "../graph/node.ts";
import { slice, spatialMean } from "../graph/ops/mod.ts";
import { linear } from "../nn/layers.ts";
import type { Layout } from "../nn/parameters.ts";
import { type Mode, Scope } from "../nn/scope.ts";

/** Sizes of a stack of cells. */
export interface NetworkSize {
  /** Channels of the first cell's nodes. */
  readonly channels: number;
  /** Number of cells. */
  readonly layers: number;
  /** Of the images: logits of each. */
  readonly classes: number;
  /** Channels of an image; 3 when left out. */
  readonly imageChannels?: number;
}

/** Sizes of the network that a genotype stands for. */
export interface EvaluationSize extends NetworkSize {
  /** Whether there is an auxiliary head; no when left out. */
  readonly auxiliary?: boolean;
}

/** Nodes a network is built on. */
export interface NetworkInputs {
  /** Feature map [imageChannels, N, H, W]. */
  readonly images: Node;
  /** The flat parameter vector [layout.parameterFloats]. */
  readonly parameters: Node;
  /** The flat statistics vector [layout.statisticsFloats]; needed in mode `eval`. */
  readonly statistics?: Node | undefined;
  /** Whether BatchNorm takes the batch's statistics or the running ones. */
  readonly mode: Mode;
  /** Key of the noise operation, u32 [2]; needed where the network has noise. */
  readonly noiseKey?: Node | undefined;
}

/** What every network computes. */
export interface NetworkOutputs {
  /** Dense [classes, N]. */
  readonly logits: Node;
  /** Batch mean and biased variance [2, C] of each BatchNorm in the order of `layout.batchNorms`; empty in `eval`. */
  readonly moments: readonly Node[];
}

/** Throws a usage error for a size that is not a positive whole number. */
export function checkSize(size: NetworkSize): void {
  for (const [name, value] of Object.entries(size)) {
    if (typeof value === "number" && (!Number.isInteger(value) || value < 1)) {
      throw usageError(
        `Cannot build a network with ${name} ${value}: it has to be a whole number of at least 1`,
      );
    }
  }
}

/** The layout of what `build` asks its scope for, found by building it once without any vectors. */
export function describe(build: (scope: Scope) => unknown): Layout {
  const scope = Scope.open({ mode: "train" });
  build(scope);
  return scope.layout();
}

/** Builds on the vectors given, which have to be those of `layout`, and adds the moments. */
export function buildOn<Outputs>(
  inputs: NetworkInputs,
  layout: Layout,
  build: (scope: Scope) => Outputs,
): Outputs & Pick<NetworkOutputs, "moments"> {
  const check = (what: string, vector: Node | undefined, floats: number) => {
    if (vector && !sameShape(vector.shape, [floats])) {
      throw new TypeError(`Cannot build the network: its ${what} are [${floats}], got [${vector.shape}]`);
    }
  };
  check("parameters", inputs.parameters, layout.parameterFloats);
  check("statistics", inputs.statistics, layout.statisticsFloats);
  const scope = Scope.open(inputs);
  const outputs = build(scope);
  return { ...outputs, moments: scope.moments };
}

/** Mean over the image and a linear layer: logits [classes, N]. */
export const classifier = (scope: Scope, x: Node, classes: number): Node =>
  linear(scope.child("classifier"), spatialMean(x), classes);

/** Gives out the rows of a [rows, N] matrix one after the other; nothing when there is no matrix. */
export function rowsOf(matrix: Node | undefined): () => Node | undefined {
  let next = 0;
  return () => matrix && slice(matrix, next++ * matrix.shape[1]!, [matrix.shape[1]!]);
}
