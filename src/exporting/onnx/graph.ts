/** An ONNX graph while it is built: nodes in the order in which they run, and the constants they read. */
import { elements, type Shape } from "../../graph/node.ts";

/** An attribute: a whole number, several of them, or a float. */
export type Attribute = number | readonly number[] | { readonly float: number };

/** An operation with one output. */
export interface OnnxNode {
  /** Such as Conv. */
  readonly type: string;
  /** Of the node, and of its output. */
  readonly name: string;
  /** Names of outputs, of constants, or of the graph's input. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A tensor that the file has. */
export interface Initializer {
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array;
}

/** Adds nodes and constants, which have names of their own. */
export class OnnxGraph {
  nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, Initializer>();
  readonly #taken = new Map<string, number>();

  /** Adds a node; returns the name of its output: `name`, with a number behind it where that is taken. */
  add(
    type: string,
    inputs: readonly string[],
    attributes: OnnxNode["attributes"] = {},
    name = type,
  ): string {
    const own = this.#free(name);
    this.nodes.push({ type, name: own, inputs, attributes });
    return own;
  }

  /** A constant of float32 by that name, which is added where it is not there yet. */
  constant(name: string, shape: Shape, values: ArrayLike<number>): string {
    if (!this.initializers.has(name)) {
      if (elements(shape) !== values.length) {
        throw new TypeError(`Cannot export ${name}: ${values.length} numbers for [${shape}]`);
      }
      this.initializers.set(name, { shape, data: Float32Array.from(values) });
    }
    return name;
  }

  /** A constant of float32 that has no name in the network. */
  numbers(shape: Shape, values: ArrayLike<number>): string {
    return this.constant(this.#free("constant"), shape, values);
  }

  /** A constant of int64, for operations that take indices. */
  indices(values: readonly number[]): string {
    const name = `indices_${values.join("_")}`;
    this.initializers.set(name, { shape: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  }

  /** The graph's output gets this name, and what it does not need goes. */
  finish(output: string, name: string): void {
    const needed = new Set([output]);
    const kept: OnnxNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!needed.has(node.name)) continue;
      node.inputs.forEach((input) => needed.add(input));
      kept.unshift(node.name === output ? { ...node, name } : node);
    }
    this.nodes = kept;
    for (const constant of [...this.initializers.keys()]) {
      if (!needed.has(constant)) this.initializers.delete(constant);
    }
  }

  #free(name: string): string {
    const count = (this.#taken.get(name) ?? 0) + 1;
    this.#taken.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  }
}
