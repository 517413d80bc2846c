/** TensorFlow.js on WebGPU as a contestant: the block of ReLU, depthwise, pointwise and BatchNorm, NHWC. */
import { serve } from "./serve.ts";

interface Tensor {
  dispose(): void;
}
type Block = (x: Tensor, filters: Tensor, matrix: Tensor) => Tensor;

/** The part of TensorFlow.js that is used. */
interface TensorFlow {
  setBackend(name: "webgpu"): Promise<boolean>;
  backend(): {
    commandEncoder: unknown;
    submitQueue(): void;
    queue: { onSubmittedWorkDone(): Promise<void> };
  };
  tidy<T>(f: () => T): T;
  randomNormal(shape: number[]): Tensor;
  ones(shape: number[]): Tensor;
  zeros(shape: number[]): Tensor;
  relu(x: Tensor): Tensor;
  depthwiseConv2d(x: Tensor, filters: Tensor, strides: number, pad: "same"): Tensor;
  conv2d(x: Tensor, filters: Tensor, strides: number, pad: "same"): Tensor;
  moments(x: Tensor, axes: number[]): { mean: Tensor; variance: Tensor };
  batchNorm(
    x: Tensor,
    mean: Tensor,
    variance: Tensor,
    offset: Tensor,
    scale: Tensor,
    epsilon: number,
  ): Tensor;
  valueAndGrads(f: Block): (at: Tensor[], cotangent: Tensor) => { value: Tensor; grads: Tensor[] };
}

const version = "4.22.0";

await serve(async (task) => {
  if (task.kind !== "block" && task.kind !== "block-gradient") throw new Error(`No task ${task.kind} here.`);
  // Not literals, so that type checks of the project need no download.
  const tf: TensorFlow = await import(`npm:@tensorflow/tfjs@${version}`);
  await import(`npm:@tensorflow/tfjs-backend-webgpu@${version}`);
  if (!await tf.setBackend("webgpu")) throw new Error("TensorFlow.js finds no WebGPU adapter.");

  const { channels, batch, size } = task;
  const x = tf.randomNormal([batch, size, size, channels]);
  const filters = tf.randomNormal([3, 3, channels, 1]);
  const matrix = tf.randomNormal([1, 1, channels, channels]);
  const cotangent = tf.randomNormal([batch, size, size, channels]);
  // Its BatchNorm has no gradient without them.
  const [offset, scale] = [tf.zeros([channels]), tf.ones([channels])];

  const block: Block = (x, filters, matrix) => {
    const y = tf.conv2d(tf.depthwiseConv2d(tf.relu(x), filters, 1, "same"), matrix, 1, "same");
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    return tf.batchNorm(y, mean, variance, offset, scale, 1e-5);
  };
  const gradient = tf.valueAndGrads(block);
  const once = () =>
    tf.tidy(() => {
      if (task.kind === "block") return [block(x, filters, matrix)];
      const { value, grads } = gradient([x, filters, matrix], cotangent);
      return [value, ...grads];
    });
  return {
    version,
    async run(count) {
      for (let i = 0; i < count; i++) once().forEach((result) => result.dispose());
      const backend = tf.backend();
      if (backend.commandEncoder) backend.submitQueue();
      await backend.queue.onSubmittedWorkDone();
    },
  };
});
