/**
 * Predicts the classes of your own images with the network of a run: prints the most probable class of each image, and
 * how probable it is, as the command `predict` does. The first of these commands makes the run:
 *
 *     npx -y deno task search --data path/to/images --size 32 --out runs/mine
 *     npx -y deno task run examples/own_images.ts runs/mine photo.png …
 */
import { predict, readImages, readNetwork, Runner } from "@ms-darts/ms-darts";

const [run, ...paths] = Deno.args;
if (run === undefined || paths.length === 0) {
  console.error("Give the folder of a run, then one or more images, PNG or JPEG.");
  Deno.exit(2);
}

const network = readNetwork(`${run}/weights.safetensors`);
const images = await readImages(paths, network.images);
const runner = await Runner.open();
const predictions = await predict(runner, network, images);
runner.close();
predictions.forEach(({ label, probability }, n) =>
  console.log(`${paths[n]}: ${label}, ${(100 * probability).toFixed(1)} %`)
);
