/**
 * The supernet of a search: every choice of every cell is a weighted sum of its alternatives. The weights are an
 * input, so that a search step, a perturbed point and an evaluation are the same network.
 */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import type { Node } from "../graph/node.ts";
import { input } from "../graph/ops/mod.ts";
import type { Affine } from "../nn/affine.ts";
import type { Layout } from "../nn/parameters.ts";
import type { Space } from "../spaces/space.ts";
import { type AlphaLayout, alphaLayout } from "./alphas.ts";
import { cellWeights } from "./cell_weights.ts";
import { familyOf } from "./families.ts";
import type { Choice } from "./family.ts";
import {
  buildOn,
  checkSize,
  describe,
  type NetworkInputs,
  type NetworkOutputs,
  type NetworkSize,
  rowsOf,
} from "./frame.ts";
import type { SupernetVariant } from "./variant.ts";

/** A supernet, as a function from nodes to nodes. */
export interface Supernet {
  /** What its cells choose between. */
  readonly space: Space;
  /** Its channels, cells and classes. */
  readonly size: NetworkSize;
  /** How it differs from the space's own. */
  readonly variant: SupernetVariant;
  /** Its parameters and statistics, where they stand in flat vectors. */
  readonly layout: Layout;
  /** Its architecture parameters. */
  readonly alphas: AlphaLayout;
  /** Its cells (from 0) by type: those of one read the same alphas. Where there is one type, it is called `cell`. */
  readonly cellTypes: Readonly<Record<string, readonly number[]>>;
  /** Rows of the drop-path input: all edges of all cells. */
  readonly dropPaths: number;
  /** Throws a usage error if the images cannot be halved as often as there are reductions. */
  build(inputs: SupernetInputs): NetworkOutputs;
}

/** What a supernet is built on. */
export interface SupernetInputs extends NetworkInputs {
  /** Mixing weights, used as they are: flat [alphas.floats], or [cells, alphas.floats] where every cell has its own. */
  readonly mixing: Node;
  /**
   * Drop-path (RobustDARTS): [dropPaths, N], for each edge's mixed operation and sample 0 or 1/(keep probability), in
   * the order of cells and edges. Nothing is dropped when it is left out.
   */
  readonly dropPath?: Node | undefined;
  /** Numbers [1] that the method sets each epoch, where the variant reads any. */
  readonly numbers?: Readonly<Record<string, Node>> | undefined;
  /** Is shown the output of every operation, before it is weighted; operations without one are left out. */
  readonly shown?: (cell: number, place: Choice, output: Affine) => void;
}

/** Throws a usage error for channels of the first cell, and so of all, that cannot be cut into the variant's parts. */
export function checkParts(
  { channels }: Pick<NetworkSize, "channels">,
  { partialChannels: parts = 1 }: SupernetVariant,
): void {
  if (channels % parts === 0) return;
  throw usageError(
    `Cannot send one in ${parts} of ${channels} channels through the mixed operations: choose ${
      setting("channels")
    } that ` +
      `${parts} divides, or another ${setting("partialChannels")}, in stages ${setting("stageParts")}.`,
  );
}

/**
 * The supernet of `space`. Throws a usage error for sizes that are not positive whole numbers, and for channels that
 * cannot be cut into the variant's parts.
 */
export function supernet(space: Space, size: NetworkSize, variant: SupernetVariant = {}): Supernet {
  checkSize(size);
  checkParts(size, variant);
  const family = familyOf(space);
  const alphas = alphaLayout(family.matrices(space, variant));
  const net = { space, size, variant };
  const layout = describe((scope) =>
    family.supernet(scope, net, {
      images: input("images", [size.imageChannels ?? 3, 1, 32, 32]),
      ...cellWeights(input("mixing", [alphas.floats]), alphas, variant),
      nextDrop: () => undefined,
      number: (name) => input(name, [1]),
      shown: () => {},
    })
  );
  return {
    ...net,
    layout,
    alphas,
    cellTypes: family.cellTypes?.(size.layers) ?? { cell: Array.from({ length: size.layers }, (_, c) => c) },
    dropPaths: family.dropPaths(space, size),
    build: (inputs) =>
      buildOn(inputs, layout, (scope) => ({
        logits: family.supernet(scope, net, {
          images: inputs.images,
          ...cellWeights(inputs.mixing, alphas, variant),
          nextDrop: rowsOf(inputs.dropPath),
          shown: inputs.shown ?? (() => {}),
          number: (name) => {
            const value = inputs.numbers?.[name];
            if (value === undefined) throw new TypeError(`Cannot build the supernet without its ${name}`);
            return value;
          },
        }),
      })),
  };
}
