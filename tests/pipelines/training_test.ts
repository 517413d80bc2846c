/** What a training feeds its steps with: every epoch all images in an order of its own, at its own learning rate. */
import { assertAlmostEquals, assertEquals, assertNotEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { evaluateCommand } from "../../src/config/spec.ts";
import { type Program, tensorsOf } from "../../src/gpu/mod.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import { cosine, oneCycle } from "../../src/optim/schedules.ts";
import { networkOf } from "../../pipelines/training/network.ts";
import { trainLoop } from "../../pipelines/training/train.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData, side } from "./noise_data.ts";
import { silent } from "../../pipelines/run/hooks.ts";

const [epochs, batch, trained] = [3, 8, 32];
const flags = {
  epochs: `${epochs}`,
  batch: `${batch}`,
  channels: "2",
  layers: "1",
  holdout: "0",
  lr: "0.02",
};
const { train } = noiseData;

/** The images of a step by their numbers, and its learning rate. */
interface Fed {
  readonly images: readonly number[];
  readonly lr: number;
}

/** What every training step of a run of three epochs is fed with. */
async function fedIn(schedule: string): Promise<Fed[]> {
  const config = resolve(evaluateCommand, { flags: { ...flags, genotype: "DARTS_V2", schedule } });
  const net = networkOf(resolveGenotype("DARTS_V2"), config, noiseData);
  const runner = sharedRunner();
  const fed: Fed[] = [];
  const watch = (program: Program): void => {
    const { run } = program;
    program.run = (feeds) => {
      if ("train_pixels" in feeds) fed.push(read(feeds));
      return run.call(program, feeds) as never;
    };
  };
  const { prepare } = runner;
  runner.prepare = (async (...given: Parameters<typeof prepare>) => {
    const programs = await prepare.apply(runner, given);
    Object.values(programs).forEach(watch);
    return programs;
  }) as typeof prepare;
  try {
    const { state } = await trainLoop(runner, { config, data: noiseData, net }, 0, silent, () => {});
    runner.tensors.release(...tensorsOf(state));
  } finally {
    runner.prepare = prepare;
  }
  return fed;
}

function read(feeds: Readonly<Record<string, unknown>>): Fed {
  const bytes = new Uint8Array((feeds["train_pixels"] as Uint32Array).buffer);
  const size = side * side;
  const numbers = Array.from({ length: batch }, (_, i) => {
    const own = bytes.subarray(i * size, (i + 1) * size).join();
    return Array.from({ length: train.count }, (_, n) => n)
      .findIndex((n) => train.pixels.subarray(n * size, (n + 1) * size).join() === own);
  });
  return { images: numbers, lr: (feeds["lr"] as Float32Array)[0]! };
}

Deno.test("training: every epoch has all images once, in an order of its own", async () => {
  const fed = await fedIn("cosine");
  const each = trained / batch;
  const orders = Array.from(
    { length: epochs },
    (_, e) => fed.slice(e * each, (e + 1) * each).flatMap(({ images }) => images),
  );
  for (const order of orders) {
    assertEquals(
      order.toSorted((a, b) => a - b),
      Array.from({ length: trained }, (_, i) => i),
    );
  }
  assertNotEquals(orders[0], orders[1]);
  assertNotEquals(orders[1], orders[2]);
});

Deno.test("training: the cosine's learning rate is the epoch's, one-cycle's the step's", async () => {
  const steps = epochs * trained / batch;
  const wanted = {
    "cosine": (step: number) => cosine(0.02, 0, Math.floor(step * batch / trained) / epochs),
    "one-cycle": (step: number) => oneCycle(0.02, step / steps),
  };
  for (const [schedule, lr] of Object.entries(wanted)) {
    const fed = await fedIn(schedule);
    assertEquals(fed.length, steps);
    fed.forEach((step, i) => assertAlmostEquals(step.lr, lr(i), 1e-8));
  }
});
