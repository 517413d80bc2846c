/** One whole MS-DARTS iteration (architecture step, mean shift, weight step) of a step file, as one graph. */
import { batch, noiseKey, type Output, parameters, prefixed, statistics } from "./step_nodes.ts";
import { elements, type Node } from "../graph/node.ts";
import { constant, input, pack, slice } from "../graph/ops/mod.ts";
import type { SafetensorsFile } from "../io/safetensors.ts";
import type { Supernet } from "../network/supernet.ts";
import { adamOfDarts } from "../optim/adam.ts";
import { alphaTensors, flattenTensors, softmaxRows, tensorsOf } from "../network/alphas.ts";
import { adamOfAlphas } from "./alpha_optimiser.ts";
import { iteration, type IterationInput, type Steps } from "./iteration.ts";
import { meanShift, type Shifted, type VariantName, variants } from "./mean_shift.ts";
import { stepSettings } from "./step_metadata.ts";
import {
  architectureStep,
  type BatchNodes,
  score,
  type ScoredNodes,
  weightStep,
  type WeightUpdate,
} from "./step_graphs.ts";

/** What an iteration computes as nodes. */
interface IterationNodes {
  readonly statistics: Node;
  readonly alphas: Node;
  readonly shifted?: Shifted;
  readonly trained?: WeightUpdate & Pick<ScoredNodes, "loss">;
}

/** A whole MS-DARTS iteration as one graph: the composition of a search, over nodes. */
export function wholeIteration(net: Supernet, file: SafetensorsFile, variant: VariantName): Output[] {
  const layout = net.alphas;
  const { weights, alphas } = parameters(net);
  const start: IterationNodes = { alphas, statistics: statistics(net) };
  const given: IterationInput<BatchNodes> = {
    train: batch(net, file, ""),
    search: batch(net, file, "_valid"),
    resting: false,
  };
  const { alphas: moved, shifted, trained } = iteration(start, given, stepsOf(net, file, variant, weights));
  const losses = shifted!.losses.flat();
  return [
    ...tensorsOf(moved, layout),
    {
      name: "sample_losses",
      node: pack(losses, losses.map((_, i) => i), [losses.length]),
      shape: [shifted!.losses.length, shifted!.losses[0]!.length],
    },
    ...tensorsOf(shifted!.mixing, layout).map((o) => ({ ...o, name: prefixed("perturbed", o.name) })),
    { name: "loss", node: trained!.loss, shape: [] },
    ...net.layout.parameters.map(({ name, shape, graphShape, offset }) => ({
      name: `new.${name}`,
      node: slice(trained!.weights, offset, graphShape),
      shape,
    })),
  ];
}

/** The steps of an iteration as nodes, each from fresh optimizer states. */
function stepsOf(
  net: Supernet,
  file: SafetensorsFile,
  variant: VariantName,
  weights: Node,
): Steps<IterationNodes, BatchNodes, Shifted> {
  const s = stepSettings(file);
  const layout = net.alphas;
  const optimiser = adamOfAlphas(adamOfDarts);
  const zeros = (floats: number): Node => constant(0, [floats]);
  const at = ({ statistics }: IterationNodes) => ({ weights, statistics, noiseKey: noiseKey() });
  return {
    order: "alphas first",
    architectureStep: (state, search) =>
      architectureStep(
        net,
        {
          ...at(state),
          alphas: state.alphas,
          alphaMean: zeros(layout.floats),
          alphaVariance: zeros(layout.floats),
          schedule: constant(optimiser.schedule(s.arch_lr, 1), [2]),
        },
        search,
        {
          move: (nodes) => optimiser.move(nodes, layout, s.arch_weight_decay),
          relax: (raw) => softmaxRows(raw, layout),
        },
      ),
    perturb: (state, train, search) =>
      meanShift(softmaxRows(state.alphas, layout), {
        layout,
        variant: variants[variant],
        bandwidth: s.bandwidth,
        noise: noisePoints(net, s),
        loss: (mixing) =>
          score(net, "eval", mixing, at(state), { train, search }[variants[variant].scoredOn]).loss,
      }),
    weightStep: (state, shifted, train) => {
      const trained = weightStep(
        net,
        {
          ...at(state),
          velocity: zeros(net.layout.parameterFloats),
          mixing: shifted.mixing,
          lr: constant(s.lr, [1]),
        },
        train,
        { momentum: s.momentum, weightDecay: s.weight_decay, gradClip: s.grad_clip },
      );
      return { ...state, statistics: trained.statistics, shifted, trained };
    },
  };
}

/** The displacements of the mean shift's points, [iterations][samples] of [floats]. */
function noisePoints(
  { alphas: layout }: Supernet,
  { iterations, samples }: Pick<ReturnType<typeof stepSettings>, "iterations" | "samples">,
): Node[][] {
  const noise = alphaTensors(layout).map(({ name, shape }) =>
    input(prefixed("noise", name), [iterations, samples, elements(shape)])
  );
  const point = (i: number): Node =>
    flattenTensors(
      noise.map((points) => slice(points, i * points.shape[2]!, [points.shape[2]!])),
      layout,
    );
  return Array.from(
    { length: iterations },
    (_, t) => Array.from({ length: samples }, (_, n) => point(t * samples + n)),
  );
}
