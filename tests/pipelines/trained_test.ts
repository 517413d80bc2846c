/** A trained network that is read again predicts as it did after its training. */
import {
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "deno-std/assert";
import { predict, readNetwork, searchSettings, train } from "../../pipelines/mod.ts";
import { UserError } from "../../src/errors.ts";
import { withPadding } from "../../src/gpu/mod.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { writeSafetensors } from "../../src/io/safetensors.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";

const runner = sharedRunner();
const genotype = publishedGenotypes.c10_s3_ms;
const settings = searchSettings({
  ...{ preset: "tiny", evalEpochs: 1, evalBatch: 8, evalChannels: 4, evalLayers: 2, evalHoldout: 0 },
});

Deno.test("readNetwork: what train gives and writeSafetensors writes, read again, scores the test images the same", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const trained = await train(runner, { settings, data: noiseData, genotype });
    const path = `${folder}/weights.safetensors`;
    writeSafetensors(path, trained.weights.tensors, trained.weights.metadata);
    const { net, parameters, statistics, classes, normalisation: { mean, std }, images } = readNetwork(path);
    assertEquals([net.genotype, net.size, classes], [genotype, trained.net.size, noiseData.classes]);
    const { test, channels, height, width } = noiseData;
    assertEquals(images, { channels, height, width });

    const shape = [channels, test.count, height, width];
    const plane = height * width;
    // [N, C, H, W] as bytes becomes [C, N, H, W] as the network takes it.
    const normal = Float32Array.from({ length: test.pixels.length }, (_, i) => {
      const [c, n] = [Math.floor(i / plane / test.count), Math.floor(i / plane) % test.count];
      const byte = test.pixels[(n * channels + c) * plane + i % plane]!;
      return (byte / 255 - mean[c]!) / std[c]!;
    });
    const { logits } = net.build({
      images: input("images", shape),
      parameters: input("parameters", [parameters.length]),
      statistics: input("statistics", [statistics.length]),
      mode: "eval",
    });
    const program = await runner.load(runner.compile({ logits }));
    const results = program.run({ images: withPadding(normal, shape), parameters, statistics });
    const [scores] = await runner.tensors.read([results["logits"]!]);
    // What a last batch is filled up with changes nothing, and the images keep their order.
    const read = readNetwork(path);
    for (const batch of [3, 64]) {
      (await predict(runner, read, test, { batch })).forEach(({ label, probability, probabilities }, n) => {
        const own = classes.map((_, k) => scores![k * test.count + n]!);
        const sum = own.reduce((sum, score) => sum + Math.exp(score), 0);
        own.forEach((score, k) => assertAlmostEquals(probabilities[k]!, Math.exp(score) / sum, 1e-5));
        const best = own.indexOf(Math.max(...own));
        assertEquals([label, probability], [classes[best], probabilities[best]]);
      });
    }
    await assertRejects(
      () => predict(runner, { ...read, parameters: parameters.map(() => NaN) }, test),
      UserError,
      "not finite",
    );
    const losses = [...test.labels].map((label, n) => {
      const own = classes.map((_, k) => scores![k * test.count + n]!);
      return Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0)) - own[label]!;
    });
    assertAlmostEquals(losses.reduce((sum, loss) => sum + loss) / test.count, trained.test.loss, 1e-5);

    writeSafetensors(path, trained.weights.tensors, { ...trained.weights.metadata, mean: "[0.5" });
    const { message, exitCode } = assertThrows(() => readNetwork(path), UserError);
    assertEquals(exitCode, 4);
    assertStringIncludes(message, `${path} is not the weights.safetensors of a run`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
