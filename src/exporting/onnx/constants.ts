/** The values of vectors that a network computes from its parameters and statistics alone, in float64. */
import { elements, type Node } from "../../graph/node.ts";
import type { Layout, ParameterSpec } from "../../nn/parameters.ts";
import type { ReadNetwork } from "../../training/network_file.ts";

/** What the nodes of a network that do not depend on its images are. */
export class Constants {
  readonly #known = new Map<Node, Float64Array | undefined>();
  readonly #vectors: Readonly<Record<string, Float32Array>>;

  constructor({ parameters, statistics }: Pick<ReadNetwork, "parameters" | "statistics">) {
    this.#vectors = { parameters, statistics };
  }

  /** The elements of a dense node; undefined where it depends on the images. */
  valueOf(node: Node): Float64Array | undefined {
    if (!this.#known.has(node)) this.#known.set(node, this.#evaluate(node));
    return this.#known.get(node);
  }

  /** The elements of a dense node that has to be a constant. */
  of(node: Node): Float64Array {
    const value = this.valueOf(node);
    if (value === undefined) throw new TypeError(`Cannot export: ${node.op.name} depends on the images`);
    return value;
  }

  /** Consecutive elements of a vector of the network. */
  part(vector: "parameters" | "statistics", offset: number, count: number): Float64Array {
    return Float64Array.from(this.#vectors[vector]!.subarray(offset, offset + count));
  }

  #evaluate({ op, inputs, attrs, shape }: Node): Float64Array | undefined {
    if (shape.length === 4) return undefined;
    if (op.name === "input") {
      const vector = this.#vectors[(attrs as { name: string }).name];
      return vector && Float64Array.from(vector);
    }
    if (op.name === "constant") {
      const { fill } = attrs as { fill: number | Float32Array };
      return typeof fill === "number"
        ? new Float64Array(elements(shape)).fill(fill)
        : Float64Array.from(fill);
    }
    const values: Float64Array[] = [];
    for (const input of inputs) {
      const value = this.valueOf(input);
      if (value === undefined) return undefined;
      values.push(value);
    }
    const compute = operations[op.name];
    if (!compute) throw new TypeError(`Cannot export: no rule for ${op.name} of vectors`);
    return compute(values, { attrs, shape, inputs });
  }
}

/** The parameter that a node is, in whatever shape. */
export function parameterAt(node: Node, layout: Layout): ParameterSpec | undefined {
  const { op, inputs: [x], attrs } = node;
  if (op.name === "reshape") return parameterAt(x!, layout);
  if (op.name !== "slice" || (x!.attrs as { name?: string } | null)?.name !== "parameters") return undefined;
  return layout.parameters.find(({ offset, shape }) =>
    offset === (attrs as { offset: number }).offset && elements(shape) === elements(node.shape)
  );
}

type Operation = (
  values: readonly Float64Array[],
  node: Pick<Node, "attrs" | "shape" | "inputs">,
) => Float64Array;

const unary = (f: (x: number, numbers: { s: number; t: number }) => number): Operation => ([x], { attrs }) =>
  x!.map((value) => f(value, attrs as { s: number; t: number }));

/** Of two operands that are of one length, or one of which is a single number. */
const binary = (f: (a: number, b: number) => number): Operation => ([a, b], { shape }) => {
  const count = elements(shape);
  for (const { length } of [a!, b!]) {
    if (length !== 1 && length !== count) {
      throw new TypeError(`Cannot export: ${length} numbers for ${count} of a vector`);
    }
  }
  return Float64Array.from(
    { length: count },
    (_, i) => f(a![a!.length === 1 ? 0 : i]!, b![b!.length === 1 ? 0 : i]!),
  );
};

const operations: Readonly<Record<string, Operation>> = {
  affine: unary((x, { s, t }) => s * x + t),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  square: unary((x) => x * x),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  add_all: (values) => values[0]!.map((_, i) => values.reduce((sum, x) => sum + x[i]!, 0)),
  broadcast: ([x], { shape }) =>
    binary((a) => a)([x!, new Float64Array(1)], { attrs: null, shape, inputs: [] }),
  reshape: ([x]) => x!,
  slice: ([x], { attrs, shape }) => {
    const { offset } = attrs as { offset: number };
    return x!.subarray(offset, offset + elements(shape));
  },
};
