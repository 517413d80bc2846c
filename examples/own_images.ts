/**
 * Predicts the classes of your own images with the network of a run: prints the most probable class of each image, and
 * how probable it is. The first of these commands makes the run:
 *
 *     npx -y deno task search --data path/to/images --size 32 --out runs/mine
 *     npx -y deno task run examples/own_images.ts runs/mine photo.png …
 */
import { input, readImages, readNetwork, Runner, softmax, withPadding } from "@ms-darts/ms-darts";

const [run, ...paths] = Deno.args;
if (run === undefined || paths.length === 0) {
  console.error("Give the folder of a run, then one or more images, PNG or JPEG.");
  Deno.exit(2);
}

const { net, parameters, statistics, classes, normalisation, images } = readNetwork(
  `${run}/weights.safetensors`,
);
const { channels, height, width } = images;
const { pixels } = await readImages(paths, images);

const { logits } = net.build({
  images: input("images", [channels, 1, height, width]),
  parameters: input("parameters", [net.layout.parameterFloats]),
  statistics: input("statistics", [net.layout.statisticsFloats]),
  mode: "eval",
});
const runner = await Runner.open();
const program = await runner.load(runner.compile({ shares: softmax(logits, 0) }));

const plane = height * width;
for (const [n, path] of paths.entries()) {
  const bytes = pixels.subarray(n * channels * plane, (n + 1) * channels * plane);
  const normal = Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / plane);
    return (byte / 255 - normalisation.mean[channel]!) / normalisation.std[channel]!;
  });
  const { shares } = program.run({
    images: withPadding(normal, [channels, 1, height, width]),
    parameters,
    statistics,
  });
  const [probabilities] = await runner.tensors.read([shares!]);
  runner.tensors.release(shares!);
  const best = probabilities!.indexOf(Math.max(...probabilities!));
  console.log(`${path}: ${classes[best]}, ${(100 * probabilities![best]!).toFixed(1)} %`);
}
runner.close();
