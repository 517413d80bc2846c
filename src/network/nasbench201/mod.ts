/** The family of NAS-Bench-201. */
import type { NasBench201Space } from "../../spaces/nasbench201.ts";
import { nasbench201Edges, nasbench201EdgeTensor, nasbench201Nodes } from "../../spaces/nasbench201.ts";
import type { CellDiagram } from "../diagram.ts";
import { edgeMatrices, type WeightedCell } from "../edge_weights.ts";
import type { Family } from "../family.ts";
import { choices, discretize, randomCell } from "./discretize.ts";
import { networkLogits } from "./evaluation.ts";
import { residualBlocks } from "./frame.ts";
import {
  edgeOperations,
  findArchitectures,
  genotypeJson,
  type NasBench201Genotype,
  parseGenotype,
} from "./genotype.ts";
import { supernetLogits } from "./supernet.ts";

/** The edges with `none` are left out. */
function diagram(genotype: NasBench201Genotype): CellDiagram {
  const operations = edgeOperations(genotype);
  return {
    name: "cell",
    title: "Cell",
    inputs: ["c_{k-1}"],
    nodes: nasbench201Nodes.map((node) => ({
      name: String(node),
      edges: nasbench201Edges.flatMap(({ from, to }, e) =>
        to === node && operations[e] !== "none" ? [{ operation: operations[e]!, from }] : []
      ),
    })),
    output: { name: "c_{k}", from: [nasbench201Nodes.at(-1)!] },
    note: operations.includes("none") ? "Edges with the operation none are left out." : "",
  };
}

/** The cell as edge weights see it. They rank nothing: every edge of a found cell keeps its operation. */
const weightedCell: WeightedCell = {
  tensor: nasbench201EdgeTensor,
  title: "Cell",
  edges: nasbench201Edges,
  stateName: String,
};

export const nasbench201: Family<NasBench201Space, NasBench201Genotype> = {
  matrices: ({ matrices }, { edgeNormalisation }) =>
    edgeNormalisation ? [...matrices, ...edgeMatrices(weightedCell)] : matrices,
  traces: { stem: "stem.0.weight", widening: 1, others: residualBlocks },
  dropPaths: (_, { layers }) => layers * nasbench201Edges.length,
  supernet: supernetLogits,
  discretize,
  choices,
  random: randomCell,
  sample: (space, draw) => choices(randomCell(space, draw), space, {}),
  cellCounts: ({ operations }) => ({ cells: operations.length ** nasbench201Edges.length }),
  field: "arch",
  parse: parseGenotype,
  find: (text) => findArchitectures(text).map(({ arch, at }) => ({ value: { arch }, at })),
  text: ({ arch }) => arch,
  json: genotypeJson,
  operations: (genotype) => [edgeOperations(genotype)],
  diagrams: (genotype) => [diagram(genotype)],
  networkDropPaths: () => 0,
  network: networkLogits,
};
