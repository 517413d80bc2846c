/** The network that a genotype stands for: only the chosen operations. */
import type { Node } from "../graph/node.ts";
import { input } from "../graph/ops/mod.ts";
import type { Layout } from "../nn/parameters.ts";
import { familyOfGenotype, type Genotype } from "./families.ts";
import {
  buildOn,
  checkSize,
  describe,
  type EvaluationSize,
  type NetworkInputs,
  type NetworkOutputs,
  rowsOf,
} from "./frame.ts";

/** What the network of a genotype is built on. */
export interface EvaluationInputs extends NetworkInputs {
  /**
   * Drop-path: [dropPaths, N], for each droppable operation and sample 0 or 1/(keep probability). Rows are in
   * the order of cells and of the genotype's edges. Nothing is dropped when it is left out.
   */
  readonly dropPath?: Node | undefined;
}

/** What the network of a genotype computes. */
export interface EvaluationOutputs extends NetworkOutputs {
  /** Dense [classes, N], of the auxiliary head if there is one. For the training loss; nothing else needs it. */
  readonly auxiliaryLogits?: Node;
}

/** The network of a genotype, as a function from nodes to nodes. */
export interface EvaluationNetwork {
  /** The cell or cells that it is made of. */
  readonly genotype: Genotype;
  /** Its channels, cells and classes. */
  readonly size: EvaluationSize;
  /** Its parameters and statistics, where they stand in flat vectors. */
  readonly layout: Layout;
  /** Rows of the drop-path input: all operations but the identities. */
  readonly dropPaths: number;
  /** Throws a usage error if the images do not fit the reductions or the auxiliary head. */
  build(inputs: EvaluationInputs): EvaluationOutputs;
}

/** The network of `genotype`. Throws a usage error for sizes that are not positive whole numbers. */
export function evaluationNetwork(genotype: Genotype, size: EvaluationSize): EvaluationNetwork {
  checkSize(size);
  const family = familyOfGenotype(genotype, "a search");
  const images = input("images", [size.imageChannels ?? 3, 1, 32, 32]);
  const layout = describe((scope) =>
    family.network(scope, genotype, size, { images, nextDrop: () => undefined })
  );
  return {
    genotype,
    size,
    layout,
    dropPaths: family.networkDropPaths(genotype, size),
    build: ({ dropPath, ...inputs }) =>
      buildOn(
        inputs,
        layout,
        (scope) =>
          family.network(scope, genotype, size, { images: inputs.images, nextDrop: rowsOf(dropPath) }),
      ),
  };
}
