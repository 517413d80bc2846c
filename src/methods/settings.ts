/** What methods may read, all of them together: the keys are those of the settings that they bring along. */
import type { VariantName } from "../search/mean_shift.ts";
import type { Port } from "./method.ts";

/** What methods may read, by the keys of `config.json`; a search's configuration includes all of these. */
export type MethodSettings = {
  /** Variant of MS-DARTS's mean shift. */
  readonly variant: VariantName;
  /** Bandwidth h of the mean shift's Gaussian kernel (MS-DARTS eq. 11). */
  readonly bandwidth: number;
  /** Points N around the alphas (MS-DARTS algorithm 1). */
  readonly samples: number;
  /** Mean-shift iterations T (MS-DARTS algorithm 1). */
  readonly iterations: number;
  /** Radius of a perturbation, in mixing weights; the last epoch's, where it grows. */
  readonly epsilon?: number | undefined;
  /** Steps of sdarts-adv's ascent. */
  readonly ascentSteps: number;
  /** Weight β of darts-'s auxiliary skip connections in the first epoch. */
  readonly skipWeight: number;
  /** How that weight falls to 0 over the search. */
  readonly skipDecay: "linear" | "cosine";
  /** Whose version of pc-darts or gdas. */
  readonly port?: Port | undefined;
  /** One in so many channels goes through the operations of pc-darts. */
  readonly partialChannels: number;
  /** One in so many channels in each stage of drnas-progressive, such as `4,2`. */
  readonly stageParts: string;
  /** Cells that each stage of p-darts adds to the supernet. */
  readonly addedLayers?: number | undefined;
  /** Rates of the dropout on skip connections that p-darts's stages start with, such as `0.1,0.4,0.7`. */
  readonly skipDropout: string;
  /** Skip connections that p-darts's normal cell may have. */
  readonly maxSkips: number;
  /** Architectures that random-ws scores in a round. */
  readonly candidates?: number | undefined;
  /** Search batches that it scores each of them on. */
  readonly candidateBatches: number;
  /** The best of a round, which it scores on all images. */
  readonly finalists?: number | undefined;
  /** Weight of fair-darts's loss that drives sigmoids to 0 or 1. */
  readonly zeroOneWeight: number;
  /** Squared or absolute distance from 0.5, which that loss enlarges. */
  readonly zeroOneLoss: "l2" | "l1";
  /** Sigmoid from which fair-darts keeps an edge, of at most two a node. */
  readonly edgeThreshold: number;
  /** Weight that beta-darts's loss on the raw alphas grows to. */
  readonly betaWeight: number;
  /** Probability by the end of the search that em-darts mutates an edge. */
  readonly mutation: number;
  /** Weight that lambda-darts's layer alignment grows to in the loss of the weights. */
  readonly alignmentWeight: number;
  /** Whether darts-pt leaves the alphas as they start. */
  readonly fixedAlphas: boolean;
  /** Epochs of training from darts-pt's first projection to the last. */
  readonly projectionEpochs?: number | undefined;
  /** Learning rate of the weights in them, in the first one. */
  readonly projectionLr?: number | undefined;
  /** Images of the half for the alphas that darts-pt scores the supernet on; 0 takes all. */
  readonly projectionImages: number;
  /** What darts-pt compares operations by. */
  readonly projectionBy: "accuracy" | "loss";
  /** What sgas decides by: 1 importance and certainty of edges, 2 their stability as well. */
  readonly criterion: number;
  /** Epoch of sgas's first decision, from 0. */
  readonly decideStart?: number | undefined;
  /** Epochs from one decision of sgas to the next. */
  readonly decideEvery?: number | undefined;
  /** Epochs from one dominant eigenvalue to the next (darts-es, darts-ada). */
  readonly stopEvery: number;
  /** Eigenvalues in a local average. */
  readonly stopWindow: number;
  /** Local averages that are looked back. */
  readonly stopDelta: number;
  /** Growth of the local average that stops the search. */
  readonly stopFactor: number;
  /** First epoch that a search may go back to. */
  readonly stopStart: number;
  /** What darts-ada multiplies the weights' L2 penalty by. */
  readonly decayFactor: number;
  /** Largest L2 penalty of darts-ada. */
  readonly decayMax: number;
  /** Seeds of each of the settings that r-darts-dp and r-darts-l2 try. */
  readonly searchSeeds: number;
  /** Epochs each of their cells is trained before the best is chosen; 0 compares the supernets. */
  readonly selectEpochs?: number | undefined;
};
