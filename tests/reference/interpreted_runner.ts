/** A stand-in for the device: programs that are interpreted in float64, over tensors that are arrays of the host. */
import type { DeviceTensor, Feed, Program, Runner } from "../../src/gpu/mod.ts";
import { isTensor } from "../../src/gpu/mod.ts";
import type { DType, Node, Shape } from "../../src/graph/node.ts";
import { interpret } from "./interpreter.ts";

type Graph = Readonly<Record<string, Node>>;

/** A tensor of the host, in the place of one on the device. */
export const hostTensor = (
  values: ArrayLike<number>,
  shape: Shape = [values.length],
  dtype: DType = "f32",
): DeviceTensor => ({ buffer: Float64Array.from(values), shape, dtype } as unknown as DeviceTensor);

/** What it holds. */
export const valuesOf = ({ buffer }: DeviceTensor): Float64Array => buffer as unknown as Float64Array;

/** One run of a program, as it was. */
export interface Ran {
  readonly name: string;
  /** The feeds that its graph reads. */
  readonly feeds: Readonly<Record<string, Feed>>;
  readonly outputs: Readonly<Record<string, DeviceTensor>>;
}

/** A program of that graph; `onRun` gets every run. */
export function interpretedProgram(
  name: string,
  graph: Graph,
  onRun: (ran: Ran) => void = () => {},
): Program {
  const run = (feeds: Readonly<Record<string, Feed>>) => {
    const host = Object.entries(feeds).map((
      [input, feed],
    ) => [input, isTensor(feed) ? valuesOf(feed) : feed]);
    const values = interpret(Object.values(graph), Object.fromEntries(host));
    const outputs = Object.fromEntries(
      Object.entries(graph).map((
        [output, { shape, dtype }],
        i,
      ) => [output, hostTensor(values[i]!, shape, dtype)]),
    );
    onRun({ name, feeds, outputs });
    return outputs;
  };
  return { run, destroy() {} } as unknown as Program;
}

/** Tensors that belong to nobody: what is released twice, or never made, is found elsewhere. */
const tensors = {
  release() {},
  retire() {},
  upload: (data: Float32Array | Uint32Array, shape: Shape) =>
    hostTensor(data, shape, data instanceof Uint32Array ? "u32" : "f32"),
  read: (read: readonly DeviceTensor[]) =>
    Promise.resolve(read.map((tensor) => {
      const values = valuesOf(tensor);
      if (tensor.dtype === "f32") return Float32Array.from(values);
      return new Float32Array(Uint32Array.from(values).buffer);
    })),
};

/** A runner of such programs; `onRun` gets every run of each of them. */
export const interpretedRunner = (onRun: (ran: Ran) => void = () => {}): Runner =>
  ({
    tensors,
    prepare: (graphs: Readonly<Record<string, Graph>>) =>
      Promise.resolve(
        Object.fromEntries(
          Object.entries(graphs).map(([name, graph]) => [name, interpretedProgram(name, graph, onRun)]),
        ),
      ),
  }) as unknown as Runner;
