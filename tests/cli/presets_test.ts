import { assert, assertEquals } from "deno-std/assert";
import { trainingOf } from "../../src/config/schema.ts";
import { presets } from "../../src/config/presets.ts";
import { resolve } from "../../src/config/resolve.ts";
import { evaluateCommand, searchCommand } from "../../src/config/spec.ts";
import { methods } from "../../src/methods/mod.ts";
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

const published: readonly (readonly [flags: Record<string, string>, wanted: Record<string, unknown>])[] = [
  [{ method: "ms-darts", space: "s1" }, { epochs: 40, batch: 64, lr: 0.025, archLr: 3e-4, warmup: 4 }],
  [{ method: "darts", space: "s5" }, { epochs: 50, batch: 64, lr: 0.025, warmup: 0 }],
  [{ method: "darts-es", space: "s2" }, { epochs: 50, order: 2 }],
  [{ method: "sdarts-rs", space: "s5" }, { epochs: 50, epsilon: 0.3 }],
  [{ method: "sdarts-adv", space: "nasbench1shot1-1" }, { epochs: 100, batch: 96, epsilon: 0.3 }],
  [{ method: "pc-darts", space: "s5" }, {
    epochs: 50,
    batch: 256,
    lr: 0.1,
    lrMin: 0,
    archLr: 6e-4,
    warmup: 15,
  }],
  [{ method: "pc-darts", space: "s5-7", port: "smoothdarts" }, {
    epochs: 50,
    batch: 64,
    lr: 0.025,
    warmup: 0,
  }],
  [{ method: "p-darts", space: "s5" }, { epochs: 75, batch: 96, layers: 5, lrMin: 0, warmup: 10 }],
  [{ method: "gdas", space: "nasbench201" }, { epochs: 250, batch: 64, weightDecay: 5e-4, nesterov: true }],
  [{ method: "snas", space: "s5" }, { epochs: 150, batch: 64, searchDropPath: 0.3 }],
  [{ method: "gaea", space: "nasbench201-4" }, {
    epochs: 25,
    channels: 24,
    weightDecay: 3e-4,
    archLr: 0.1,
    archWeightDecay: 0,
    levels: 1,
  }],
  [{ method: "fair-darts", space: "s5-7" }, { epochs: 50, batch: 128, lr: 0.005, archLr: 3e-3 }],
  [{ method: "ms-darts", space: "nasbench1shot1-2" }, { epochs: 80, batch: 96, layers: 9, warmup: 0 }],
];
for (const [flags, wanted] of published) {
  const name = Object.values(flags).join(" ");
  Deno.test(`preset cifar10, ${name}: the settings of its publication, below the user's`, () => {
    const given = { preset: "cifar10", ...flags };
    const config = resolve(searchCommand, { flags: given }) as Record<string, unknown>;
    for (const [key, value] of Object.entries(wanted)) assertEquals(config[key], value, key);
    assertEquals(resolve(searchCommand, { flags: { ...given, epochs: "33" } }).epochs, 33);
    assertEquals(resolve(searchCommand, { flags: { ...given, preset: "tiny" } }).epochs, 2);
  });
}

Deno.test("short presets: alphas rest for a third of the epochs and may then move by about one, in every method", () => {
  // quick: 4,000 images in halves of 62 batches of 32; 2 of 6 epochs at rest, 4 of 62 steps.
  const of = (flags: Record<string, string>) => {
    const { warmup, archLr } = resolve(searchCommand, { flags });
    return [warmup, archLr];
  };
  for (const { name, fits, archLr } of methods) {
    const space = fits === undefined || fits.includes("darts") ? "s3" : "nasbench201";
    // Stages share the epochs, so that each has two or three; an optimiser other than Adam has a rate of its own.
    const stages = { "p-darts": [0, 1 / 124], "drnas-progressive": [1, 1 / 124] }[name];
    const [warmup, rate] = stages ?? [2, 1 / 248];
    assertEquals(of({ method: name, space }), [warmup, archLr ?? rate], name);
  }
  assertEquals(of({ preset: "tiny" }), [0, 0.01]);
  assertEquals(of({ preset: "cifar10-small" }), [2, 1 / 372]);
  // What the user changes counts.
  assertEquals(of({ epochs: "1" }), [0, 0.01]);
  assertEquals(of({ epochs: "30", batch: "64" }), [10, 1 / 620]);
  assertEquals(of({ trainLimit: "640", epochs: "60" }), [20, 1 / 400]);
  assertEquals(of({ searchLimit: "0" }), [2, 3e-4]);
  assertEquals(of({ warmup: "0", archLr: "0.5" }), [0, 0.5]);
  assertEquals(of({ preset: "cifar10" }), [4, 3e-4]);
});
