/** How far the logits of an ONNX file are from those of the project's own engine. */
import type { Images } from "../../src/data/dataset.ts";
import { deviceError } from "../../src/errors.ts";
import { asInput } from "../../src/exporting/onnx/images.ts";
import { type OnnxOptions, openOnnx } from "../../src/exporting/onnx/session.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { fold, keyFromSeed, uniform } from "../../src/random.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";
import { openClassifier } from "../prediction/classifier.ts";

/** Images of the batches that are compared: one alone, and an odd number. */
const batches = [1, 7];

/** Largest difference that is taken for rounding: one of a wrong graph is of the size of the logits themselves. */
const mostDifference = 1e-3;

/** Random images, all of the first class. */
function randomImages(count: number, { channels, height, width }: ReadNetwork["images"]): Images {
  const key = fold(keyFromSeed(0), "export");
  const pixels = Uint8Array.from(
    { length: count * channels * height * width },
    (_, i) => Math.floor(256 * uniform(key, i)),
  );
  return { name: "random", pixels, labels: new Uint8Array(count), count, channels, height, width };
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
  const images = randomImages(batches.reduce((sum, count) => sum + count), network.images);
  const classifier = await openClassifier(runner, network, images.count);
  const own = await classifier.logits(images);
  await classifier.close();
  await using session = await openOnnx(file, options);
  const given = asInput(images.pixels, session.normalise, network);
  const floats = given.length / images.count;
  let [difference, first] = [0, 0];
  for (const count of batches) {
    const logits = await session.run(given.slice(first * floats, (first + count) * floats));
    const wanted = own.subarray(first * network.classes.length);
    // Of a difference that is no number the largest is none either.
    logits.forEach((value, i) => difference = Math.max(difference, Math.abs(value - wanted[i]!)));
    first += count;
  }
  if (difference <= mostDifference) return difference;
  throw deviceError(
    `The ONNX file computes other logits than ${runner.info.adapter}: they differ by up to ${
      difference.toPrecision(3)
    }, more than ${mostDifference}, and nothing was written; doctor tests the device.`,
  );
}
