/**
 * How a method gets from its steps to a cell. A strategy is one of a closed set of kinds. The control flow of each is
 * in a table of `pipelines/strategies`; the compiler checks that the table has all kinds.
 */
import type { AlphaRows } from "../network/alphas.ts";
import type { Genotype } from "../network/genotype.ts";
import type { KeptChoices } from "../network/kept.ts";
import type { Key } from "../random.ts";
import type { Decisions } from "../search/decisions.ts";
import type { Space } from "../spaces/mod.ts";
import type { EigenvalueRow } from "./eigenvalue_stop.ts";

/** From steps to a cell: one of a closed set of kinds, told apart by `kind`. */
export type Strategy<Own> =
  | Drawn
  | Gradient<Own>
  | Staged<Own>
  | BestOf
  | Selection<Own>
  | WeightSharing<Own>
  | Pruned<Own>;

/** The cell is drawn: there is no search. */
export interface Drawn {
  /** Tells this strategy from the others. */
  readonly kind: "drawn";
  /** A cell of the space, by chance. */
  readonly draw: (space: Space, key: Key) => Genotype;
}

/** One search whose alphas follow a gradient. */
export interface Gradient<Own> {
  /** Tells this strategy from the others. */
  readonly kind: "gradient";
  /**
   * Rules on the dominant eigenvalues, the newest last: one every `stopEvery` epochs from epoch 0, and the last
   * epoch's. Absent where the method looks at none.
   */
  watch?(settings: Own, series: readonly EigenvalueRow[], progress: Progress): Verdict;
}

/** Several such searches in a row, each over fewer operations than the one before. */
export interface Staged<Own> {
  /** Tells this strategy from the others. */
  readonly kind: "staged";
  /** Throws a usage error for settings that do not fit the search stages. */
  stages(settings: Own, whole: Extent): readonly SearchStage[];
  /** Whether the learning rate of the weights falls once over all stages; over each when left out. */
  readonly oneFall?: boolean;
  /** What the stages after the first have more and less of, for a sentence: "more cells and fewer operations". */
  readonly later: string;
  /** What the next search stage begins with: so many operations an edge, from what one ends with. */
  next(space: Space, ended: StageEnd, operations: number): NextStage;
  /** Further JSON files of a run by name, from the weights that the last search stage ended with. */
  files(settings: Own, weights: AlphaRows, space: Space): Readonly<Record<string, unknown>>;
}

/** Several whole searches, of which the best cell is kept. */
export interface BestOf {
  /** Tells this strategy from the others. */
  readonly kind: "best of";
  /** What each of the searches changes; `cutout` is the user's, the side of the square in pixels. */
  readonly searches: (settings: { readonly cutout: number }) => readonly SearchChanges[];
}

/**
 * One search, after which the cell is selected on the trained supernet: in rounds of questions, each of which decides
 * something for good, with training of the supernet between one round and the next.
 */
export interface Selection<Own> {
  /** Tells this strategy from the others. */
  readonly kind: "selection";
  /** Epochs of training from the first round to the last, after a search of `searched` epochs. */
  epochs(settings: Own, searched: number, space: Space): number;
  /** Learning rate of the weights once a share of that training is done. */
  lr(settings: Own, at: SelectionProgress): number;
  /** Images of the half for the alphas that the supernet is scored on; 0 takes all. */
  images(settings: Own): number;
  /** The rounds: the training is shared out evenly between them. `key` is for what they leave to chance. */
  rounds(settings: Own, space: Space, key: Key): readonly (readonly Question[])[];
}

/** How far the training between the rounds of a {@link Selection} is. */
export interface SelectionProgress {
  /** The space that is searched. */
  readonly space: Space;
  /** Learning rates that the search began and ended with. */
  readonly lr: number;
  /** The second. */
  readonly lrMin: number;
  /** Share of the training that is done, from 0 to 1. */
  readonly done: number;
}

/** What is asked of a trained supernet: how well it does without each of several parts. */
export interface Question {
  /** What it is about, for people: "Normal cell, k−2 → 0". */
  readonly about: string;
  /** What is left out in turn, where so much is decided already. */
  removals(decisions: Decisions): readonly Removal[];
  /** What follows from the supernet's scores without each of them. */
  answer(decisions: Decisions, scores: readonly RemovalScore[]): Answer;
}

/** A part of the supernet whose mixing weights become zero; the others stay what they are. */
export interface Removal {
  /** For people: an operation, or an edge. */
  readonly name: string;
  /** Name of the matrix. */
  readonly matrix: string;
  /** From 0. */
  readonly row: number;
  /** From 0; the whole row where it is left out. */
  readonly column?: number;
}

/** How the supernet does without a part, on the images of the selection. */
export interface RemovalScore {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** In [0, 1]. */
  readonly accuracy: number;
}

/** What a question decides. */
export interface Answer {
  /** All that is decided from now on. */
  readonly decisions: Decisions;
  /** The same for people: "keeps nor_conv_3x3". */
  readonly outcome: string;
}

/** The weights of all architectures are trained together, without alphas; then candidates are scored with them. */
export interface WeightSharing<Own> {
  /** Tells this strategy from the others. */
  readonly kind: "weight sharing";
  /** What is scored after so many weight steps. */
  scoring(settings: Own, space: Space, steps: number): CandidateScoring;
  /** The cell of a candidate, whose weights are one for what was drawn. */
  cell(weights: AlphaRows, space: Space): Genotype;
}

/**
 * The weights of the operations that are left are trained, without a gradient of the alphas: these are a mask. At the end
 * of some epochs every operation is measured, and the mask changes.
 */
export interface Pruned<Own> {
  /** Tells this strategy from the others. */
  readonly kind: "pruned";
  /** Whether the operations are measured at the end of an epoch (from 0). */
  measures(settings: Own, epoch: number, epochs: number): boolean;
  /** The mask after such an epoch. */
  cut(settings: Own, measured: CutContext): AlphaRows;
}

/** What is known of the operations at the end of an epoch. */
export interface CutContext {
  /** 1 for each operation that is left, 0 for the others. */
  readonly mask: AlphaRows;
  /** See `importances`: as a mean over the images that train the weights and the cells of a type. */
  readonly importance: AlphaRows;
  /** The space that is searched. */
  readonly space: Space;
  /** From 0. */
  readonly epoch: number;
  /** Of the whole search. */
  readonly epochs: number;
}

/** The size of a search. */
export interface Extent {
  /** Of the search, from its fresh weights on. */
  readonly epochs: number;
  /** Cells of the supernet. */
  readonly layers: number;
}

/** How far a watched search is. */
export interface Progress {
  /** Epochs of the whole search. */
  readonly epochs: number;
  /** The L2 penalty on the weights now. */
  readonly weightDecay: number;
}

/** What a method makes of the dominant eigenvalues so far. Epochs are such as have an eigenvalue. */
export type Verdict =
  | { readonly kind: "continue" }
  /** The search ends, with the cell of an epoch before. */
  | { readonly kind: "stop"; readonly epoch: number }
  /** The search returns to the state at the end of an epoch before, with another L2 penalty on the weights. */
  | { readonly kind: "rollback"; readonly epoch: number; readonly weightDecay: number };

/** The rows of the alphas that a search stage ends with. */
export interface StageEnd {
  /** As they are. */
  readonly alphas: AlphaRows;
  /** What they stand for. */
  readonly weights: AlphaRows;
}

/** What a search stage begins with. */
export type NextStage =
  /** A smaller space, with fresh weights and alphas. */
  | { readonly kind: "anew"; readonly space: Space }
  /** The weights and alphas of the stage before, the alphas of operations that are not kept at 0. */
  | { readonly kind: "on"; readonly kept: KeptChoices };

/** One of the searches of a {@link Staged} strategy. */
export interface SearchStage {
  /** What it has of its own. */
  readonly settings: Extent & { readonly [Key in "skipDropout" | "stageParts"]?: string };
  /** How many operations an edge has in it, of so many in the space. */
  readonly operations: (count: number) => number;
}

/** The settings in which the searches of a {@link BestOf} strategy differ. */
export interface SearchChanges {
  /** L2 penalty on the weights. */
  readonly weightDecay?: number;
  /** Drop-path probability of the mixed operations in the last epoch. */
  readonly searchDropPath?: number;
  /** Side of the square cut out of search images, in pixels. */
  readonly cutout?: number;
}

/** How candidates are scored. */
export interface CandidateScoring {
  /** How often fresh candidates are drawn. */
  readonly rounds: number;
  /** Architectures drawn in a round. */
  readonly candidates: number;
  /** Search batches that each of them is scored on. */
  readonly batches: number;
  /** The best of a round, which are scored on all validation images. */
  readonly finalists: number;
}

/** Why a search cannot have other epochs than it began with; undefined where it can. */
export function fixedEpochs({ kind }: Strategy<never>): string | undefined {
  switch (kind) {
    case "drawn":
      return "draws its cell without a search";
    case "staged":
      return "divides its epochs among stages that cannot be gone back to";
    case "pruned":
      return "drops operations for good, after epochs that go by their number";
    case "gradient":
    case "best of":
    case "selection":
    case "weight sharing":
      return undefined;
  }
}

/** Whether the cell is chosen by accuracies on the validation images. */
export const choosesOnValidation = ({ kind }: Strategy<never>): boolean =>
  kind === "best of" || kind === "weight sharing";

/** The extents of a search's parts that start from fresh weights: of its stages, or the whole where it has one. */
export const extentsOf = <Own>(strategy: Strategy<Own>, settings: Own, whole: Extent): readonly Extent[] =>
  strategy.kind === "staged" ? strategy.stages(settings, whole).map((stage) => stage.settings) : [whole];
