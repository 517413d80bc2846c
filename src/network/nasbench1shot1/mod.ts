/** The family of NAS-Bench-1Shot1: its supernets, and the cells and networks of NAS-Bench-101. */
import type { NasBench1Shot1Space } from "../../spaces/nasbench1shot1.ts";
import type { Family } from "../family.ts";
import { cellCounts } from "./count.ts";
import { cellDiagram } from "./diagram.ts";
import { choices, discretize, randomCell, sampleChoices } from "./discretize.ts";
import { networkLogits } from "./evaluation.ts";
import {
  connectedOperations,
  type ModelSpec,
  modelSpecFields,
  modelSpecJson,
  modelSpecText,
  parseModelSpec,
} from "./model_spec.ts";
import { supernetLogits } from "./supernet.ts";

export const nasbench1shot1: Family<NasBench1Shot1Space, ModelSpec> = {
  matrices: ({ matrices }) => matrices,
  dropPaths: ({ parents }, { layers }) => layers * parents.length,
  supernet: supernetLogits,
  traces: { stem: "stem.op.0.weight", widening: 1, others: 0 },
  discretize,
  choices,
  random: randomCell,
  sample: sampleChoices,
  cellCounts,
  field: "matrix",
  parse: parseModelSpec,
  classes: { ModelSpec: modelSpecFields },
  text: modelSpecText,
  json: modelSpecJson,
  operations: (spec) => [connectedOperations(spec)],
  diagrams: (spec) => [cellDiagram(spec)],
  networkDropPaths: () => 0,
  network: networkLogits,
};
