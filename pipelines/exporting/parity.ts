/** How far the logits of an ONNX file are from those of the project's own engine. */
import { deviceError } from "../../src/errors.ts";
import { asInput } from "../../src/exporting/onnx/images.ts";
import { type OnnxOptions, openOnnx } from "../../src/exporting/onnx/session.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { fromNCHW, input } from "../../src/graph/ops/mod.ts";
import { fold, keyFromSeed, uniform } from "../../src/random.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";

/** Images of the batches that are compared: one alone, and an odd number. */
const batches = [1, 7];

/** Largest difference that is taken for rounding: one of a wrong graph is of the size of the logits themselves. */
const mostDifference = 1e-3;

/** Random images as bytes, [images, C, H, W]. */
function randomBytes(images: number, { channels, height, width }: ReadNetwork["images"]): Uint8Array {
  const key = fold(keyFromSeed(0), "export");
  return Uint8Array.from(
    { length: images * channels * height * width },
    (_, i) => Math.floor(256 * uniform(key, i)),
  );
}

/** The engine's logits [N, classes] of normalised images [N, C, H, W]. */
async function engineLogits(
  runner: Runner,
  { net, parameters, statistics, classes, images: { channels, height, width } }: ReadNetwork,
  images: Float32Array,
): Promise<Float32Array> {
  const count = images.length / (channels * height * width);
  const { logits } = net.build({
    images: fromNCHW(input("images", [count, channels, height * width]), { height, width }),
    parameters: input("parameters", [parameters.length]),
    statistics: input("statistics", [statistics.length]),
    mode: "eval",
  });
  const program = await runner.load(runner.compile({ logits }));
  const { logits: tensor } = program.run({ images, parameters, statistics });
  const [values] = await runner.tensors.read([tensor!]);
  runner.tensors.release(tensor!);
  program.destroy();
  return Float32Array.from(
    values!,
    (_, i) => values![(i % classes.length) * count + Math.floor(i / classes.length)]!,
  );
}

/**
 * The largest difference of a logit between the project's own engine and onnxruntime, on random images.
 *
 * @throws UserError (exit 3) where it is more than rounding explains
 */
export async function measuredDifference(
  runner: Runner,
  network: ReadNetwork,
  file: Uint8Array<ArrayBuffer>,
  options: OnnxOptions,
): Promise<number> {
  const images = batches.reduce((sum, count) => sum + count);
  const bytes = randomBytes(images, network.images);
  const own = await engineLogits(runner, network, asInput(bytes, "none", network));
  await using session = await openOnnx(file, options);
  const given = asInput(bytes, session.normalise, network);
  const floats = given.length / images;
  let [difference, first] = [0, 0];
  for (const count of batches) {
    const logits = await session.run(given.slice(first * floats, (first + count) * floats));
    const wanted = own.subarray(first * network.classes.length);
    // A difference that is no number is kept.
    logits.forEach((value, i) => {
      const off = Math.abs(value - wanted[i]!);
      if (!(off <= difference)) difference = off;
    });
    first += count;
  }
  if (difference <= mostDifference) return difference;
  throw deviceError(
    `The ONNX file computes other logits than ${runner.info.adapter}: they differ by up to ${
      difference.toPrecision(3)
    }, more than ${mostDifference}, and nothing was written; doctor tests the device.`,
  );
}
