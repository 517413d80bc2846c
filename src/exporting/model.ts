/** What is known of a model that is exported, as plain data: the writers of an exported folder's files get this. */
import type { ClassCount } from "../data/class_counts.ts";
import type { ReadNetwork } from "../training/network_file.ts";

/** A trained network and what is known of it. */
export interface ExportedModel {
  /** The network; it has no auxiliary head (`network.net.size.auxiliary` is false), which only training needs. */
  readonly network: ReadNetwork;
  /** Parameters, running statistics left out. */
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly macs: number;
  /** The command line that exported it, as a shell takes it. */
  readonly command: string;
  /** Of the project that exported it. */
  readonly version: string;
  /** What `model.onnx` is like. */
  readonly onnx: OnnxFacts;
  /** The run that trained it; absent where a file of weights was all there was. */
  readonly run?: TrainingRun | undefined;
}

/** What normalises the pixels that the ONNX graph takes; see {@link normalisings}. */
export type Normalising = typeof normalisings[number];

/**
 * What the input `images` of an ONNX graph is: floats that are normalised already, floats from 0 to 1, or bytes (uint8)
 * from 0 to 255. The graph normalises the latter two itself.
 */
export const normalisings = ["none", "unit", "bytes"] as const;

/** What an ONNX file is like. */
export interface OnnxFacts {
  /** What its input is. */
  readonly normalise: Normalising;
  /** Whether BatchNorms are folded into the convolutions before them. */
  readonly folded: boolean;
  /** Largest difference of a logit to the project's own engine, as measured on random images. */
  readonly difference: number;
}

/** How a network was trained and tested. */
export interface TrainingRun {
  /** The command lines that make the run again, one after the other, as a shell takes them. */
  readonly commands: readonly string[];
  /** Of the project that trained it. */
  readonly version: string;
  /** The device in its own words. */
  readonly device: string;
  /** The data set as the settings name it: `cifar10`, or a path. */
  readonly dataset: string;
  /** Of all random numbers. */
  readonly seed: number;
  /** All settings, as the run's `config.json`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The preset that the settings began with; absent where there was none. */
  readonly preset?: string | undefined;
  /** As users write it; absent where nothing was searched. */
  readonly method?: string | undefined;
  /** The search space; absent where nothing was searched. */
  readonly space?: string | undefined;
  /** Fraction of one, on the test images. */
  readonly testAccuracy: number;
  /** Mean cross-entropy on the test images. */
  readonly testLoss?: number | undefined;
  /** How many there were. */
  readonly testImages: number;
  /** Images of each class, by split. */
  readonly classes?: readonly ClassCount[] | undefined;
  /** Wall time of the whole run. */
  readonly seconds: number;
  /** One sentence each: what a reader should know before trusting the numbers. */
  readonly notes: readonly string[];
}
