/**
 * A family of search spaces: everything the networks of one kind of cell have of their own. The rest of the project
 * sees a space, its supernet, genotypes and their networks through `supernet.ts`, `evaluation.ts`, `genotype.ts` and
 * `discretize.ts`. A new family is a folder with one of these and a line in `families.ts`.
 */
import type { Node } from "../graph/node.ts";
import type { Affine } from "../nn/affine.ts";
import type { OperationName } from "../nn/operation_names.ts";
import type { Scope } from "../nn/scope.ts";
import type { AlphaMatrix, SpaceData } from "../spaces/space_data.ts";
import type { AlphaRows } from "./alphas.ts";
import type { CellDiagram } from "./diagram.ts";
import type { EvaluationSize, NetworkSize } from "./frame.ts";
import type { Classes } from "./literal.ts";
import type { Fields } from "./misfit.ts";
import type { SupernetVariant } from "./variant.ts";

/** Mixing weights by matrix: `weights[matrix][row][column]`, each [1]. */
export type MixingWeights = Readonly<Record<string, readonly (readonly Node[])[]>>;

/** A number [1] for each row of each matrix. */
export type RowWeights = Readonly<Record<string, readonly Node[]>>;

/** What a supernet is built from, besides its parameters. */
export interface SupernetParts {
  /** Feature map [imageChannels, N, H, W]. */
  readonly images: Node;
  /** The mixing weights of a cell; most methods have the same for all. */
  readonly weights: (cell: number) => MixingWeights;
  /**
   * What a cell's mixed operations add to every element of their output besides: the weights, all zero, of the
   * operations that were not drawn. Undefined where the variant has none.
   */
  readonly undrawn: (cell: number) => RowWeights | undefined;
  /** The next row of the drop-path scales [N]; undefined where nothing is dropped. */
  readonly nextDrop: () => Node | undefined;
  /** A number [1] that the method sets each epoch. */
  readonly number: (name: string) => Node;
  /** Is shown the output of every operation of a cell, before it is weighted; operations without one are left out. */
  readonly shown: (cell: number, place: Choice, output: Affine) => void;
}

/** Which supernet of a space it is. */
export interface SupernetOf<S> {
  readonly space: S;
  readonly size: NetworkSize;
  readonly variant: SupernetVariant;
}

/** An operation that a genotype chose: a column of a row of a matrix of architecture parameters. */
export interface Choice {
  /** Name of the matrix. */
  readonly matrix: string;
  /** From 0. */
  readonly row: number;
  /** From 0: which of the row's alternatives. */
  readonly column: number;
}

/** Where a supernet's state dict shows its size. */
export interface SizeTraces {
  /** Name of the first convolution's weight. */
  readonly stem: string;
  /** Its output channels for each channel of the first cell. */
  readonly widening: number;
  /** Modules `cells.{c}` that stand between cells and are none. */
  readonly others: number;
}

/** Its functions are methods, which TypeScript lets stand for those of any space and genotype (`families.ts`). */
export interface Family<S extends SpaceData, G> {
  /** The architecture parameters of a supernet: the space's, and what the variant adds. */
  matrices(space: S, variant: SupernetVariant): readonly AlphaMatrix[];
  readonly traces: SizeTraces;
  /** Rows of a supernet's drop-path input: all edges of all cells. */
  dropPaths(space: S, size: NetworkSize): number;
  /** The cells of a supernet by type, where there are several: those of one read the same matrices, and no others do. */
  cellTypes?(layers: number): Readonly<Record<string, readonly number[]>>;
  /** Logits [classes, N] of the supernet; the scope collects everything else. */
  supernet(scope: Scope, net: SupernetOf<S>, parts: SupernetParts): Node;

  /** The genotype of mixing weights, by the rule of the space's publication. */
  discretize(weights: AlphaRows, space: S): G;
  /** The weights that a genotype leaves at one, of the space and of what the variant adds; all others are zero. */
  choices(genotype: G, space: S, variant: SupernetVariant): readonly Choice[];
  /** A uniformly drawn genotype. `draw(n)` is a whole number below n, another one at each call. */
  random(space: S, draw: (below: number) => number): G;
  /**
   * What a uniformly drawn architecture of the supernet leaves at one: like a genotype's choices, but `none` is an
   * operation as any other, and what leads nowhere is there as well.
   */
  sample(space: S, draw: (below: number) => number): readonly Choice[];

  /** How many cells the space has, by what is counted, where they can be counted one by one. */
  cellCounts?(space: S): Readonly<Record<string, number>>;

  /** The field that tells this family's genotypes from others'. */
  readonly field: string;
  /** The genotype in a value that has the field. Throws a `Misfit` where it is none. */
  parse(value: Fields): G;
  /** The classes of Python that hold its genotypes, with their fields in order. */
  readonly classes?: Classes;
  /** The values in a text that is in no notation of Python or JSON but the family's own, and where in it they begin. */
  find?(text: string): readonly { readonly value: Fields; readonly at: number }[];
  /** As the family's own repositories write it. */
  text(genotype: G): string;
  /** JSON, laid out for people. */
  json(genotype: G): string;
  /** The operations of a genotype by cell: the first is the one that collapses. */
  operations(genotype: G): readonly (readonly OperationName[])[];
  diagrams(genotype: G): readonly CellDiagram[];

  /** Rows of a found network's drop-path input. */
  networkDropPaths(genotype: G, size: EvaluationSize): number;
  /** Logits of a found network, and of its auxiliary head if it has one: dense [classes, N]. */
  network(
    scope: Scope,
    genotype: G,
    size: EvaluationSize,
    parts: Pick<SupernetParts, "images" | "nextDrop">,
  ): { readonly logits: Node; readonly auxiliaryLogits?: Node };
}
