/**
 * A search space of your own, without changing the project: three operations on every edge of a DARTS cell. Searches a
 * cell in it and trains the cell's network briefly. Prints the size of the supernet, the cell, and the accuracy on the
 * test images.
 */
import {
  countSupernet,
  genotypeText,
  load,
  Runner,
  search,
  searchSettings,
  train,
  uniformSpace,
} from "@ms-darts/ms-darts";

/** A space is data: names of operations, for each edge. `dartsSpace` takes different ones for each edge. */
const space = uniformSpace("mine", "separable and dilated convolutions, and skips", [
  "skip_connect",
  "sep_conv_3x3",
  "dil_conv_5x5",
]);

const sizes = { channels: 4, layers: 2, batch: 16, searchLimit: 256, validLimit: 64 } as const;
const training = { evalChannels: 4, evalLayers: 2, evalEpochs: 3, trainLimit: 1024, testLimit: 256 } as const;
const settings = searchSettings({ preset: "tiny", epochs: 2, ...sizes, ...training }, { space });
const data = await load(settings);

const { channels, height, width } = data;
const size = { channels: 4, layers: 2, classes: data.classes.length, imageChannels: channels };
const { parameters, alphas } = countSupernet(space, size);
console.log(`supernet: ${parameters} parameters, ${alphas} alphas, for images of ${height}×${width}`);

const runner = await Runner.open();
const { genotype, epochs } = await search(runner, { settings, data, space });
console.log(`after ${epochs.length} epochs: ${genotypeText(genotype)}`);
const { test } = await train(runner, { settings, data, genotype });
console.log(`test accuracy ${(100 * test.accuracy).toFixed(1)} %`);
runner.close();
