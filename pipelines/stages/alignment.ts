/** How far the cells of each type agree on their alphas: the layer alignment of Λ-DARTS, at the alphas as they are. */
import type { DeviceTensor } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { alignedTypes, alignments, mixingOfCells } from "../../src/search/alignment.ts";
import type { SearchState } from "../../src/search/state.ts";
import { score } from "../../src/search/step_graphs.ts";
import {
  networkInputs,
  numberNodes,
  type Numbers,
  relaxer,
  relaxInputs,
  type SearchProblem,
} from "./problem.ts";
import { batchInputs, batchNodes, type HostBatch, type Stage, stage, stepKey } from "./stage.ts";

/** What the alignment is measured at. */
export interface AlignmentInput {
  readonly state: Pick<SearchState, "weights" | "statistics" | "alphas" | "decisions" | "step" | "key">;
  readonly numbers: Numbers;
  readonly batch: HostBatch;
}

/**
 * Λ [1] by type of cell, of the types that have two cells; undefined where none has. The loss is that of a batch, with
 * BatchNorm in training mode, at the mixing vector that the method makes of its alphas without chance. No state moves,
 * the running statistics neither.
 */
export function alignmentStage(
  problem: SearchProblem,
): Stage<AlignmentInput, Readonly<Record<string, DeviceTensor>>> | undefined {
  const { config, data, net } = problem;
  if (alignedTypes(net).length === 0) return undefined;
  return stage({
    inputs: {
      ...networkInputs(problem, stepKey("alignment noise")),
      ...relaxInputs(problem),
      ...batchInputs(data, config.batch, "search", ({ batch }: AlignmentInput) => batch),
    },
    graph(nodes): Record<string, Node> {
      const mixing = mixingOfCells(net, relaxer(problem, nodes)(nodes.alphas));
      const network = { ...nodes, numbers: numberNodes(problem, nodes) };
      const { loss } = score(net, "train", mixing, network, batchNodes(data, "search", nodes));
      return alignments(net, loss, mixing);
    },
    result: (outputs) => outputs,
  });
}
