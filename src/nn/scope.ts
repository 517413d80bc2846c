/**
 * The one way layers get at parameters and BatchNorm. A scope walks the module tree of the PyTorch network
 * (`cells` → `0` → `_ops` → …), lays out each parameter and statistic as it is first asked for, and gives back
 * a node: a slice of the flat vectors it was opened with, or a stand-in when it was opened only to describe.
 * Describing and building run the same code, so they cannot disagree.
 */
import { elements, type Node, type Shape } from "../graph/node.ts";
import {
  dropout,
  gaussianNoise,
  input,
  moments,
  mul,
  neg,
  rsqrt,
  shift,
  slice,
  sub,
} from "../graph/ops/mod.ts";
import type { Affine } from "./affine.ts";
import {
  aligned,
  type BatchNormSpec,
  type Entry,
  type Init,
  type Layout,
  type ParameterSpec,
} from "./parameters.ts";

/** `train`: BatchNorm with the batch's statistics; `eval`: with the running ones. */
export type Mode = "train" | "eval";

/** What a network is built on; with a mode alone it is only described. */
export interface ScopeOptions {
  /** Of every BatchNorm and dropout. */
  readonly mode: Mode;
  /** The flat parameter vector. Left out only to describe the network. */
  readonly parameters?: Node | undefined;
  /** The flat statistics vector, for mode `eval`. */
  readonly statistics?: Node | undefined;
  /** Key of the noise operation, u32 [2]; without it a network with noise cannot be built. */
  readonly noiseKey?: Node | undefined;
}

/** What a BatchNorm has of its own. */
export interface BatchNormOptions {
  /** Whether it has a weight and a bias. */
  readonly affine: boolean;
  /** Share of a batch in the running statistics, in PyTorch's sense; 0.1 when left out. */
  readonly momentum?: number | undefined;
}

interface NormStatistics {
  /** [C]. */
  readonly mean: Node;
  /** [C]: 1/√(variance + ε). */
  readonly inverseDeviation: Node;
}

/** Added to the variance of every BatchNorm, as everywhere in PyTorch. */
export const batchNormEpsilon = 1e-5;

/** What all scopes of one network share; filled while the network is walked. */
class Ledger {
  readonly entries: Entry[] = [];
  readonly moments: Node[] = [];
  parameterFloats = 0;
  statisticsFloats = 0;
  noises = 0;
  constructor(readonly options: ScopeOptions) {}
}

/** A module of a network that is being built: the place from which layers ask for their parameters. */
export class Scope {
  private constructor(private readonly ledger: Ledger, private readonly path: string) {}

  /** The scope of a whole network. */
  static open(options: ScopeOptions): Scope {
    return new Scope(new Ledger(options), "");
  }

  /** The submodule called `name`, which may be a path (`op.1`). */
  child(name: string | number): Scope {
    return new Scope(this.ledger, this.nameOf(String(name)));
  }

  /** Full name of something in this module, as in the state dict. */
  nameOf(name: string): string {
    return this.path === "" ? name : name === "" ? this.path : `${this.path}.${name}`;
  }

  /** Whether the network is built for training or for evaluation. */
  get mode(): Mode {
    return this.ledger.options.mode;
  }

  /** A parameter of this module. `shape` is PyTorch's; the node has the shape of graphs. */
  parameter(name: string, shape: Shape, init: Init): Node {
    const ledger = this.ledger;
    const graphShape = shape.length > 2 ? [shape[0]!, elements(shape.slice(1))] : shape;
    const spec: ParameterSpec = {
      name: this.nameOf(name),
      shape,
      graphShape,
      init,
      offset: ledger.parameterFloats,
    };
    ledger.entries.push({ kind: "parameter", spec });
    ledger.parameterFloats = aligned(spec.offset + elements(shape));
    const flat = ledger.options.parameters;
    return flat ? slice(flat, spec.offset, graphShape) : input(spec.name, graphShape);
  }

  /** BatchNorm of a feature map, not yet applied. */
  batchNorm(x: Node, name: string, { affine, momentum = 0.1 }: BatchNormOptions): Affine {
    const channels = x.shape[0]!;
    const path = this.nameOf(name);
    const module = new Scope(this.ledger, path);
    const weight = affine
      ? module.parameter("weight", [channels], { kind: "constant", value: 1 })
      : undefined;
    const bias = affine ? module.parameter("bias", [channels], { kind: "constant", value: 0 }) : undefined;
    const offset = this.ledger.statisticsFloats;
    const spec: BatchNormSpec = { name: path, channels, affine, momentum, offset };
    this.ledger.entries.push({ kind: "batchNorm", spec });
    this.ledger.statisticsFloats = aligned(offset + 2 * channels);

    const { mean, inverseDeviation } = this.mode === "train"
      ? this.#batchStatistics(x)
      : this.#runningStatistics(spec);
    const scale = weight ? mul(inverseDeviation, weight) : inverseDeviation;
    const shifted = mul(mean, scale);
    return { x, scale, bias: bias ? sub(bias, shifted) : neg(shifted) };
  }

  /** A feature map of standard normal numbers; each call draws its own from the key. */
  noise(shape: Shape): Node {
    return gaussianNoise(this.#noiseKey("noise"), this.ledger.noises++, shape);
  }

  /** Dropout of single elements at a rate [1], in mode `train`; each call draws its own mask from the key. */
  dropout(x: Node, rate: Node): Node {
    return this.mode === "eval" ? x : dropout(x, rate, this.#noiseKey("dropout"), this.ledger.noises++);
  }

  #noiseKey(use: string): Node {
    const { parameters, noiseKey } = this.ledger.options;
    if (parameters && !noiseKey) {
      throw new TypeError(`Cannot build ${this.path}: its ${use} needs a noiseKey`);
    }
    return noiseKey ?? input("noiseKey", [2], "u32");
  }

  /** The [2, C] batch statistics of every BatchNorm, in the order of the layout. Empty in mode `eval`. */
  get moments(): readonly Node[] {
    return this.ledger.moments;
  }

  /** All that was asked for so far. */
  layout(): Layout {
    const { entries, parameterFloats, statisticsFloats } = this.ledger;
    return {
      entries,
      parameters: entries.flatMap((entry) => (entry.kind === "parameter" ? [entry.spec] : [])),
      batchNorms: entries.flatMap((entry) => (entry.kind === "batchNorm" ? [entry.spec] : [])),
      parameterFloats,
      statisticsFloats,
    };
  }

  #batchStatistics(x: Node): NormStatistics {
    const channels = x.shape[0]!;
    const statistics = moments(x);
    this.ledger.moments.push(statistics);
    return {
      mean: slice(statistics, 0, [channels]),
      inverseDeviation: inverseDeviation(slice(statistics, channels, [channels])),
    };
  }

  #runningStatistics({ name, channels, offset }: BatchNormSpec): NormStatistics {
    const flat = this.ledger.options.statistics;
    if (!flat) throw new TypeError(`Cannot build ${name} in eval mode without the running statistics`);
    return {
      mean: slice(flat, offset, [channels]),
      inverseDeviation: inverseDeviation(slice(flat, offset + channels, [channels])),
    };
  }
}

const inverseDeviation = (variance: Node): Node => rsqrt(shift(variance, batchNormEpsilon));
