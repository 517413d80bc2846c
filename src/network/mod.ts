/**
 * Supernets of search spaces, genotypes, and the networks that these stand for. A network is a function from nodes to
 * nodes; sizes are counted without building one on a device.
 *
 * ```ts
 * import { equal } from "node:assert/strict";
 * import { countNetwork, countSupernet, genotypeText, publishedGenotype } from "@ms-darts/ms-darts/network";
 * import { spaceByName } from "@ms-darts/ms-darts/spaces";
 *
 * const genotype = publishedGenotype("PC_DARTS_cifar")!;
 * const { parameters } = countNetwork(genotype, { channels: 36, layers: 20, classes: 10 });
 * equal(parameters, 3_634_678); // "3.6 M" in the paper
 * equal(genotypeText(genotype).startsWith("Genotype(normal=[('sep_conv_3x3', 1)"), true);
 * equal(countSupernet(spaceByName("s5"), { channels: 16, layers: 8, classes: 10 }).alphas, 224);
 * ```
 *
 * @module
 */
export {
  type AlphaLayout,
  alphaLayout,
  type AlphaRows,
  checkRows,
  flatten,
  mapMatrices,
  matricesOf,
  type PlacedMatrix,
  rowsOf,
  softmaxRows,
} from "./alphas.ts";
export { countCells, countNetwork, countSupernet, type NetworkCount, type SupernetCount } from "./count.ts";
export type { DartsGenotype, GenotypeEdge } from "./darts/genotype.ts";
export type { CellDiagram, DiagramEdge, DiagramNode, DiagramOutput } from "./diagram.ts";
export { choicesOf, discreteMixing, discretize, randomGenotype } from "./discretize.ts";
export {
  type EvaluationInputs,
  type EvaluationNetwork,
  evaluationNetwork,
  type EvaluationOutputs,
} from "./evaluation.ts";
export type { EvaluationSize, NetworkInputs, NetworkOutputs, NetworkSize } from "./frame.ts";
export {
  cellDiagrams,
  cellOperations,
  type Genotype,
  genotypeJson,
  genotypeText,
  readGenotype,
  skipCount,
  spaceOf,
} from "./genotype.ts";
export type { Choice } from "./family.ts";
export type { KeptChoices } from "./kept.ts";
export type { ModelSpec, VertexOperation } from "./nasbench1shot1/model_spec.ts";
export type { NasBench201Genotype } from "./nasbench201/genotype.ts";
export { publishedGenotype, publishedNames } from "./published.ts";
export { type Supernet, supernet, type SupernetInputs } from "./supernet.ts";
export type { SupernetVariant } from "./variant.ts";
