/** jax-js on WebGPU as a contestant: the block of ReLU, depthwise, pointwise and BatchNorm. */
import { serve } from "./serve.ts";

/**
 * The part of an array that is used. An array that is handed to an operation is used up; `ref` keeps it for
 * another use.
 */
interface Array {
  readonly ref: Array;
  add(x: number): Array;
  sub(x: Array): Array;
  mul(x: Array): Array;
  dispose(): void;
}
type Block = (x: Array, filters: Array, matrix: Array) => Array;

/** The part of jax-js that is used. */
interface Jax {
  init(device: "webgpu"): Promise<string[]>;
  defaultDevice(device: "webgpu"): void;
  jit<F>(f: F): F;
  vjp(f: Block, at: Array[]): [Array, (cotangent: Array) => Array[]];
  blockUntilReady(arrays: Array[]): Promise<unknown>;
  nn: { relu(x: Array): Array };
  numpy: Record<"mean" | "var_", (x: Array, axes: number[], options: { keepdims: true }) => Array> & {
    sqrt(x: Array): Array;
    reciprocal(x: Array): Array;
  };
  random: { key(seed: number): Array; normal(key: Array, shape: number[]): Array };
  lax: {
    convGeneralDilated(
      x: Array,
      w: Array,
      strides: number[],
      padding: "SAME",
      options?: { featureGroupCount: number },
    ): Array;
  };
}

const version = "0.1.25";

await serve(async (task) => {
  if (task.kind !== "block" && task.kind !== "block-gradient") throw new Error(`No task ${task.kind} here.`);
  // Not a literal, so that type checks of the project need no download.
  const jax: Jax = await import(`npm:@jax-js/jax@${version}`);
  const { numpy, lax, nn, random } = jax;
  if (!(await jax.init("webgpu")).includes("webgpu")) throw new Error("jax-js finds no WebGPU adapter.");
  jax.defaultDevice("webgpu");

  const { channels, batch, size } = task;
  const normal = (seed: number, shape: number[]) => random.normal(random.key(seed), shape);
  const x = normal(0, [batch, channels, size, size]);
  const filters = normal(1, [channels, 1, 3, 3]);
  const matrix = normal(2, [channels, channels, 1, 1]);
  const cotangent = normal(3, [batch, channels, size, size]);

  const block: Block = (x, filters, matrix) => {
    const filtered = lax.convGeneralDilated(nn.relu(x), filters, [1, 1], "SAME", {
      featureGroupCount: channels,
    });
    const y = lax.convGeneralDilated(filtered, matrix, [1, 1], "SAME");
    const mean = numpy.mean(y.ref, [0, 2, 3], { keepdims: true });
    const variance = numpy.var_(y.ref, [0, 2, 3], { keepdims: true });
    return y.sub(mean).mul(numpy.reciprocal(numpy.sqrt(variance.add(1e-5))));
  };
  const forward = jax.jit(block);
  const gradient = jax.jit((x: Array, filters: Array, matrix: Array, cotangent: Array) => {
    const [y, back] = jax.vjp(block, [x, filters, matrix]);
    return [y, ...back(cotangent)];
  });
  const once = () =>
    task.kind === "block"
      ? [forward(x.ref, filters.ref, matrix.ref)]
      : gradient(x.ref, filters.ref, matrix.ref, cotangent.ref);
  return {
    version,
    async run(count) {
      // All results are kept until they are there: jax-js never computes what is disposed of before.
      const results = globalThis.Array.from({ length: count }, once).flat();
      await jax.blockUntilReady(results);
      results.forEach((result) => result.dispose());
    },
  };
});
