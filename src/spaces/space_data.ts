/** What all search spaces have, whatever their kind. */
import type { Source } from "../papers.ts";

/** A choice of a cell between alternatives: one softmax of the architecture parameters. */
export interface AlphaRow {
  /** What chooses, for people: an edge "k−2 → 0". */
  readonly name: string;
  /** The alternatives, in the order of the columns: operations, or states to take input from. */
  readonly choices: readonly string[];
}

/** One tensor of architecture parameters; all its rows have as many columns. */
export interface AlphaMatrix {
  /** `normal` for the tensor that PyTorch code calls `alphas_normal`. */
  readonly name: string;
  /** For people: "Normal cell". */
  readonly title: string;
  /** One a choice. */
  readonly rows: readonly AlphaRow[];
  /**
   * The tensor in which PyTorch code has it, where that holds several matrices, one after the other in their order;
   * `alphas_NAME` when left out.
   */
  readonly tensor?: string;
}

/** What all spaces have. */
export interface SpaceData {
  /** As users write it. */
  readonly name: string;
  /** What its cells choose from, in a line. */
  readonly summary: string;
  /** Where it is published; absent where it is nowhere. */
  readonly source?: Source;
  /** Cells of the supernet in the space's publication. */
  readonly layers: number;
  /** Its architecture parameters. */
  readonly matrices: readonly AlphaMatrix[];
  /**
   * Settings of the space's publication that differ from the paper's presets, by the names of `search`; they take
   * their place there.
   */
  readonly published?: Readonly<Record<string, unknown>>;
}
