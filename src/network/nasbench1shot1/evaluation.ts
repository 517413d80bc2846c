/**
 * The network of NAS-Bench-101 (Ying et al., ICML 2019, section 2 and its public code): three stacks of equal cells, with
 * pooling and twice the channels between them. The outputs of a cell's last vertices are concatenated, so that their
 * channels add up to the cell's. BatchNorms have the usual momentum: the benchmark's, 0.003, is for its long trainings.
 */
import { usageError } from "../../errors.ts";
import { setting } from "../../setting.ts";
import type { Node } from "../../graph/node.ts";
import { concatChannels, maxPool, sliceChannels } from "../../graph/ops/mod.ts";
import { apply, type Weighted, weightedSum } from "../../nn/affine.ts";
import { candidates } from "../../nn/candidates.ts";
import { convBnRelu } from "../../nn/layers.ts";
import type { OperationName } from "../../nn/operation_names.ts";
import type { Scope } from "../../nn/scope.ts";
import { stackOf, startsStack } from "../../spaces/stack.ts";
import type { SupernetParts } from "../family.ts";
import { classifier, type EvaluationSize } from "../frame.ts";
import { connected, type ModelSpec } from "./model_spec.ts";

/** Logits of the network. Throws a usage error for an auxiliary head, which it has none of. */
export function networkLogits(
  scope: Scope,
  spec: ModelSpec,
  { channels, layers, classes, auxiliary = false }: EvaluationSize,
  { images }: Pick<SupernetParts, "images">,
): { readonly logits: Node } {
  if (auxiliary) {
    throw usageError(
      `The networks of NAS-Bench-101 have no auxiliary head; set ${setting("auxiliary")} to 0.`,
    );
  }
  let x = convBnRelu(scope.child("stem"), images, { channels, kernel: 3 });
  for (let c = 0; c < layers; c++) {
    const module = scope.child(`cells.${c}`);
    if (startsStack(c, layers)) x = halved(module, x);
    x = cell(module, spec, x, channels * 2 ** stackOf(c, layers));
  }
  return { logits: classifier(scope, x, classes) };
}

/** Max pooling 2×2; an odd last row or column is left out. */
function halved(scope: Scope, x: Node): Node {
  const [, , height, width] = x.shape as [number, number, number, number];
  if (height < 2 || width < 2) {
    throw usageError(
      `Images do not fit the reductions: a ${height}×${width} feature map is left to halve before ` +
        `${scope.nameOf("")}; choose a ${setting("size")} of at least 4.`,
    );
  }
  return maxPool(x, { kernel: 2, stride: 2, pad: 0 });
}

/** A cell without the vertices that lead nowhere. */
function cell(scope: Scope, spec: ModelSpec, x: Node, channels: number): Node {
  const vertices = connected(spec);
  const edge = (from: number, to: number): boolean => spec.matrix[vertices[from]!]![vertices[to]!] === 1;
  const last = vertices.length - 1;
  const widths = vertexChannels(last + 1, edge, channels);
  const project = (to: number): Weighted[] => {
    if (!edge(0, to)) return [];
    const module = scope.child(`projections.${vertices[to]}`);
    return [{ value: { x: convBnRelu(module, x, { channels: widths[to]!, kernel: 1 }) } }];
  };
  const outputs: Node[] = [x];
  for (let v = 1; v < last; v++) {
    // A state may have more channels than this vertex: it reads the first of them.
    const states = outputs.flatMap((state, from): Weighted[] =>
      from > 0 && edge(from, v) ? [{ value: { x: sliceChannels(state, 0, widths[v]!) } }] : []
    );
    const name = spec.ops[vertices[v]!] as OperationName;
    const sum = weightedSum([...states, ...project(v)]);
    outputs.push(
      apply(candidates[name](scope.child(`vertices.${vertices[v]}`), sum, { stride: 1, mixed: false })!),
    );
  }
  const leaving = outputs.filter((_, from) => from > 0 && edge(from, last));
  const whole: Weighted[] = leaving.length > 0 ? [{ value: { x: concatChannels(leaving) } }] : [];
  return weightedSum([...whole, ...project(last)]);
}

/**
 * The channels of each vertex: those that lead to the output share its channels, the first ones the remainder, and the
 * others have as many as the widest they lead to. Throws a usage error where there are fewer channels than shares.
 */
export function vertexChannels(
  count: number,
  edge: (from: number, to: number) => boolean,
  channels: number,
): number[] {
  const last = count - 1;
  const between = Array.from({ length: Math.max(0, count - 2) }, (_, i) => i + 1);
  const leaving = between.filter((v) => edge(v, last));
  if (leaving.length > channels) {
    throw usageError(
      `Cannot share ${channels} channels among the ${leaving.length} vertices that lead to the output of a cell; ` +
        `choose more ${setting("channels")}.`,
    );
  }
  const widths = new Array<number>(count).fill(channels);
  leaving.forEach((v, i) =>
    widths[v] = Math.floor(channels / leaving.length) + Number(i < channels % leaving.length)
  );
  for (const v of between.toReversed()) {
    if (!leaving.includes(v)) {
      widths[v] = Math.max(...between.filter((to) => to > v && edge(v, to)).map((to) => widths[to]!));
    }
  }
  return widths;
}
