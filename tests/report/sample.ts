/** A run as the pipelines leave it, made up but plausible: 50 epochs of search in S5, 30 of training. */
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import { choicesOf } from "../../src/network/discretize.ts";
import { cellDiagrams, type Genotype, genotypeText } from "../../src/network/genotype.ts";
import { fold, type Key, keyFromSeed, normal } from "../../src/random.ts";
import type { MetricRow, MixingEpoch, ReportData, RunResult } from "../../src/report/mod.ts";
import { softmax } from "../../src/softmax.ts";
import { type Space, spaceByName } from "../../src/spaces/mod.ts";

const key = keyFromSeed(7);

/** Mixing weights of logits that drift from nothing to what the genotype keeps. */
function mixingEpochs(space: Space, genotype: Genotype, epochs: number): MixingEpoch[] {
  const chosen = choicesOf(genotype, space);
  const weights = (epoch: number): AlphaRows =>
    Object.fromEntries(space.matrices.map(({ name: matrix, rows }) => [
      matrix,
      rows.map(({ choices }, row) =>
        softmax(choices.map((name, column) => {
          const use: Key = fold(fold(fold(key, matrix), row), column);
          const kept = chosen.some((one) =>
            one.matrix === matrix && one.row === row && one.column === column
          );
          const drift = kept ? 1.5 : name === "none" ? -0.6 : 0.5 * normal(use, 1000);
          return drift * (epoch / 50) ** 1.3 + 0.04 * normal(use, epoch);
        }))
      ),
    ]));
  return Array.from({ length: epochs }, (_, epoch) => ({ epoch, weights: weights(epoch) }));
}

/** Losses that fall and flatten, noisily. */
function metricRows(stage: MetricRow["stage"], epochs: number): MetricRow[] {
  const noise = (name: string, epoch: number) => normal(fold(fold(key, stage), name), epoch);
  return Array.from({ length: epochs }, (_, epoch) => {
    const left = Math.exp((-3.2 * epoch) / epochs);
    return {
      stage,
      epoch,
      train_loss: 0.16 + 1.5 * left + 0.015 * noise("a", epoch),
      train_accuracy: 0.955 - 0.5 * left + 0.004 * noise("b", epoch),
      valid_loss: 0.27 + 1.4 * left + 0.025 * noise("c", epoch),
      valid_accuracy: 0.914 - 0.5 * left + 0.006 * noise("d", epoch),
      seconds: 8.4 + 0.3 * noise("e", epoch),
      lr: 0.001 + 0.012 * (1 + Math.cos((Math.PI * epoch) / epochs)),
      images_per_second: 1190 + 25 * noise("f", epoch),
      ...(stage === "search" && {
        epsilon: 0.025 + (0.225 * epoch) / epochs,
        skip_count: Math.min(2, Math.floor(epoch / 18)),
        alpha_entropy: 2.079 - 0.24 * (epoch / epochs) ** 1.5,
      }),
    };
  });
}

/** A whole run in one of the spaces whose MS-DARTS cell is published. */
export function sampleRun(
  space: "s1" | "s2" | "s3" | "s4" | "s5" = "s5",
  searchEpochs = 50,
  trainEpochs = 30,
): ReportData & { readonly result: RunResult } {
  const genotype: Genotype = publishedGenotypes[`c10_${space}_ms`];
  return {
    title: `MS-DARTS in ${space.toUpperCase()} on Fashion-MNIST`,
    method: "ms-darts (default)",
    dataset: "fashion-mnist-small",
    device: "NVIDIA GeForce RTX 4070",
    commands: [`npx deno task search --preset quick --space ${space} --seed 7 --out runs/quick-${space}`],
    config: {
      preset: "quick",
      method: "ms-darts",
      variant: "default",
      space,
      seed: 7,
      epochs: searchEpochs,
      batch: 64,
      channels: 16,
      layers: 8,
      lr: 0.025,
      lrMin: 0.001,
      archLr: 0.0003,
      bandwidth: 1,
      samples: 3,
      iterations: 2,
      epsilon: 0.25,
      train: { epochs: trainEpochs, batch: 96, channels: 16, layers: 8, dropPath: 0.2 },
    },
    environment: {
      deno: "2.9.6",
      typescript: "6.0.3",
      os: "linux x86_64",
      adapter: { vendor: "nvidia", architecture: "ada-lovelace", description: "NVIDIA GeForce RTX 4070" },
      features: ["timestamp-query", "shader-f16"],
      limits: { maxBufferSize: 2147483648, maxStorageBufferBindingSize: 2147483648 },
    },
    metrics: [...metricRows("search", searchEpochs), ...metricRows("train", trainEpochs)],
    space: spaceByName(space),
    mixing: mixingEpochs(spaceByName(space), genotype, searchEpochs),
    choices: choicesOf(genotype, spaceByName(space)),
    cells: cellDiagrams(genotype),
    genotypeText: genotypeText(genotype),
    result: {
      parameters: 328_122,
      macs: 45_870_592,
      test_accuracy: 0.9137,
      test_loss: 0.2711,
      seconds: 551.4,
    },
    notes: [
      "Test accuracy comes from one run with one seed; seeds differ by about half a percent on these images.",
      "Skipped 2 files that are not readable images: bag/0031.jpg, coat/0007.jpg.",
    ],
  };
}
