/** The naive oracles in `shaders/naive_*.wgsl`, as stand-ins for the kernel calls of the tiled ones. */
import depthwise from "../../shaders/naive_depthwise.wgsl" with { type: "text" };
import depthwiseInputGrad from "../../shaders/naive_depthwise_input_grad.wgsl" with { type: "text" };
import depthwiseWeightGrad from "../../shaders/naive_depthwise_weight_grad.wgsl" with { type: "text" };
import pointwise from "../../shaders/naive_pointwise.wgsl" with { type: "text" };
import pointwiseWeightGrad from "../../shaders/naive_pointwise_weight_grad.wgsl" with { type: "text" };
import { type Node, node, rowPitch } from "../../src/graph/node.ts";
import type { DepthwiseAttrs } from "../../src/graph/ops/depthwise.ts";
import { software } from "../../src/graph/tuning.ts";

const depthwiseGrid = (
  [c, n, h, w]: readonly number[],
): [number, number] => [Math.ceil(n! * h! * rowPitch(w!) / 64), c!];

/** Source and grid by the name of the operation that has the kernel. */
export const oracles: Record<string, { source: string; grid: (n: Node) => [number, number] }> = {
  depthwise: { source: depthwise, grid: (n) => depthwiseGrid(n.shape) },
  depthwise_input_grad: { source: depthwiseInputGrad, grid: (n) => depthwiseGrid(n.shape) },
  depthwise_weight_partials: {
    source: depthwiseWeightGrad,
    grid: (n) => [Math.ceil(n.shape.at(-1)! * n.shape.at(-2)! / 64), n.shape.at(-3) ?? 1],
  },
  pointwise: {
    source: pointwise,
    grid: ({ shape: [c, n, h, w] }) => [Math.ceil(n! * h! * rowPitch(w!) / 64), c!],
  },
  pointwise_weight_partials: {
    source: pointwiseWeightGrad,
    grid: (n) => [Math.ceil(n.shape.at(-1)! * n.shape.at(-2)! / 64), (n.attrs as { ranges: number }).ranges],
  },
};

/** The same node computed by the naive oracle, lowered first. Its inputs stay as they are. */
export function naive(n: Node): Node {
  const kernelNode = n.op.lower?.(n, software) ?? n;
  if (kernelNode.op.name === "partial_sums") {
    return node(kernelNode.op, [naive(kernelNode.inputs[0]!)], kernelNode.attrs, kernelNode.shape);
  }
  const turned = kernelNode.op.name === "depthwise_input_grad" &&
    (n.attrs as { stride: number }).stride === 1;
  // The tiled kernels have several filters, of which a record names one.
  const { kernel: K, dilation: D } = n.attrs as Partial<DepthwiseAttrs>;
  const { source, grid } = oracles[turned ? "depthwise" : kernelNode.op.name]!;
  const op = {
    name: `naive_${kernelNode.op.name}`,
    gradient: "none" as const,
    call: () => {
      const call = kernelNode.op.call!(kernelNode, software);
      return {
        ...call,
        kernel: {
          ...{ label: `naive ${call.kernel.label}`, source },
          defines: { ...call.kernel.defines, ...(K && D && { K, D }) },
        },
        grid: grid(kernelNode),
      };
    },
  };
  return node(op, kernelNode.inputs, kernelNode.attrs, kernelNode.shape);
}
