import { assert, assertEquals } from "@std/assert";
import { trainingOf } from "../../src/config/derive.ts";
import { presets } from "../../src/config/presets.ts";
import { resolve } from "../../src/config/resolve.ts";
import { evaluateCommand, searchCommand } from "../../src/config/spec.ts";

for (const name of Object.keys(presets)) {
  Deno.test(`preset ${name}: every key is a setting, every value fits`, () => {
    const flags = { preset: name };
    const config = resolve(searchCommand, { flags }) as Record<string, unknown>;
    const table: Record<string, unknown> = presets[name as keyof typeof presets];
    for (const [key, value] of Object.entries(table)) {
      assert(key in searchCommand.schema.shape, `${key} is no setting`);
      assertEquals(config[key], value, key);
    }
  });

  Deno.test(`preset ${name}: evaluate trains as search does`, () => {
    const search = trainingOf(resolve(searchCommand, { flags: { preset: name } }));
    const evaluate = resolve(evaluateCommand, { flags: { preset: name, genotype: "DARTS_V2" } });
    for (const [key, value] of Object.entries(search)) {
      assertEquals(evaluate[key as keyof typeof evaluate], value, key);
    }
  });
}

Deno.test("presets cifar10 and cifar100: the paper's settings", () => {
  for (const preset of ["cifar10", "cifar100"]) {
    const config = resolve(searchCommand, { flags: { preset } });
    const { space, channels, layers, batch, epochs, samples, iterations, bandwidth, epsilon } = config;
    assertEquals(
      { space, channels, layers, batch, epochs, samples, iterations, bandwidth, epsilon },
      {
        space: "s5",
        channels: 16,
        layers: 8,
        batch: 64,
        epochs: 40,
        samples: 3,
        iterations: 2,
        bandwidth: 1,
        epsilon: 0.25,
      },
    );
    assertEquals([config.lr, config.lrMin, config.archLr, config.archWeightDecay], [
      0.025,
      0.001,
      3e-4,
      1e-3,
    ]);
    assertEquals(trainingOf(config), {
      epochs: 600,
      batch: 64,
      channels: 36,
      layers: 20,
      lr: 0.025,
      schedule: "cosine",
      momentum: 0.9,
      weightDecay: 3e-4,
      gradClip: 5,
      crop: undefined,
      cutout: 16,
      auxiliary: 0.4,
      dropPath: 0.2,
      labelSmoothing: 0,
      holdout: 0,
    });
    assertEquals([config.data, config.trainLimit, config.testLimit], [preset, 0, 0]);
  }
});
