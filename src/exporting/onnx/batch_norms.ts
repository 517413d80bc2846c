/** BatchNorms of a network, which its graph has as a scale and a bias alone, found again and written as such. */
import type { Node } from "../../graph/node.ts";
import { topological } from "../../graph/rewrite.ts";
import type { BatchNormSpec, Layout } from "../../nn/parameters.ts";
import { batchNormEpsilon } from "../../nn/scope.ts";
import type { Constants } from "./constants.ts";
import type { OnnxGraph } from "./graph.ts";

/** A BatchNorm, and what it adds to scale·x. */
interface FoundNorm {
  readonly spec: BatchNormSpec;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** bias − mean·scale. */
  readonly shift: Float64Array;
}

/** What two ways to compute a scale in float64 may differ by, of its size. */
const rounding = 1e-12;

/** Finds and adds BatchNorms. */
export class BatchNorms {
  readonly #byVariance: ReadonlyMap<number, BatchNormSpec>;
  readonly #added = new Map<string, string>();

  constructor(
    private readonly graph: OnnxGraph,
    private readonly constants: Constants,
    private readonly layout: Layout,
  ) {
    this.#byVariance = new Map(layout.batchNorms.map((spec) => [spec.offset + spec.channels, spec]));
  }

  /** The BatchNorm whose scale this is: it reads its variance and has its value. */
  of(scale: Node): FoundNorm | undefined {
    const read = topological([scale]).flatMap(({ op, inputs: [x], attrs }) =>
      op.name === "slice" && x!.op.name === "input" && (x!.attrs as { name: string }).name === "statistics"
        ? [this.#byVariance.get((attrs as { offset: number }).offset)]
        : []
    );
    const [spec] = read;
    if (read.length !== 1 || spec === undefined) return undefined;
    const { channels, offset } = spec;
    const parameter = (name: string, otherwise: number): Float64Array => {
      const found = this.layout.parameters.find((other) => other.name === `${spec.name}.${name}`);
      return found
        ? this.constants.part("parameters", found.offset, channels)
        : new Float64Array(channels).fill(otherwise);
    };
    const [weight, bias] = [parameter("weight", 1), parameter("bias", 0)];
    const mean = this.constants.part("statistics", offset, channels);
    const variance = this.constants.part("statistics", offset + channels, channels);
    const own = weight.map((value, c) => value / Math.sqrt(variance[c]! + batchNormEpsilon));
    const given = this.constants.of(scale);
    const same = own.every((value, c) => Math.abs(value - given[c]!) <= rounding * Math.abs(value));
    const shift = bias.map((value, c) => value - mean[c]! * own[c]!);
    return same ? { spec, weight, bias, mean, variance, shift } : undefined;
  }

  /** The BatchNorm of the map `x`; returns the name of its output. */
  add({ spec: { name, channels }, ...values }: FoundNorm, x: string): string {
    const key = `${name} ${x}`;
    const known = this.#added.get(key);
    if (known !== undefined) return known;
    const constant = (suffix: string, values: Float64Array) =>
      this.graph.constant(`${name}.${suffix}`, [channels], values);
    const added = this.graph.add(
      "BatchNormalization",
      [
        x,
        constant("weight", values.weight),
        constant("bias", values.bias),
        constant("running_mean", values.mean),
        constant("running_var", values.variance),
      ],
      { epsilon: { float: batchNormEpsilon } },
      name,
    );
    this.#added.set(key, added);
    return added;
  }
}
