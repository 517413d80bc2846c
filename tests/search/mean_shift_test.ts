/** The mean shift against the vector of an independent run of the public code's routine, and its algebra. */
import { assert } from "deno-std/assert";
import type { Node } from "../../src/graph/node.ts";
import { constant, pack, reshape, slice } from "../../src/graph/ops/mod.ts";
import { flatten } from "../../src/network/alphas.ts";
import { meanShift, type MeanShiftVariant, variants } from "../../src/search/mean_shift.ts";
import { run } from "../kernels/harness.ts";
import { layoutOf } from "./matrices.ts";

const layout = layoutOf({ first: [1, 3], second: [1, 2] });
const vector = (first: readonly number[], second: readonly number[]): Node =>
  flatten([
    constant(Float32Array.from(first), [1, 3]),
    constant(Float32Array.from(second), [1, 2]),
  ], layout);

const start = [[0.5, 0.3, 0.2], [0.6, 0.4]] as const;
const noise = [[[0.3, -0.4, 0.1], [0.1, 0.2]], [[-0.2, 0.1, 0.4], [-0.3, -0.1]]] as const;

/** Shifts the test vector; losses are given, the same in every iteration. */
async function shift(
  variant: MeanShiftVariant,
  bandwidth: number,
  iterations: number,
  losses: readonly number[],
) {
  let asked = 0;
  const { mixing } = meanShift(vector(...start), {
    layout,
    variant,
    bandwidth,
    noise: Array.from({ length: iterations }, () => noise.map(([a, b]) => vector(a, b))),
    loss: () => constant(losses[asked++ % losses.length]!, [1]),
  });
  const rows = layout.matrices.map(({ offset, shape }) => slice(mixing, offset, [shape[1]]));
  const [got] = await run([reshape(pack(rows, [0, 3], [5]), [5])]);
  return [...got!];
}

function close(got: readonly number[], want: readonly number[]): void {
  want.forEach((w, i) => assert(Math.abs(got[i]! - w) < 2e-6, `[${i}] is ${got[i]}, wants ${w}`));
}

Deno.test("mean shift, reference, T = 1 and T = 2, h = 1", async () => {
  close(await shift(variants.reference, 1, 1, [1.2, 0.8]), [
    0.598984,
    0.101016,
    0.420610,
    0.540072,
    0.480054,
  ]);
  close(await shift(variants.reference, 1, 2, [1.2, 0.8]), [
    0.705089,
    -0.105089,
    0.636947,
    0.481310,
    0.560982,
  ]);
});

Deno.test("mean shift, reference, h = 0.5", async () => {
  close(await shift(variants.reference, 0.5, 1, [1.2, 0.8]), [
    0.597902,
    0.102098,
    0.421259,
    0.541857,
    0.481393,
  ]);
});

Deno.test("mean shift, projected points averaged, one kernel over both matrices", async () => {
  const variant = { ...variants.default, kernel: "joint" } as const;
  close(await shift(variant, 1, 1, [1.2, 0.8]), [0.528403, 0.123243, 0.348354, 0.523056, 0.476944]);
});

Deno.test("mean shift of equal losses under a flat kernel is the plain mean of the points", async () => {
  const got = await shift(variants.default, 1e6, 1, [1, 1]);
  close(got, [
    (0.727273 + 0.230769) / 2,
    0.307692 / 2,
    (0.272727 + 0.461538) / 2,
    (0.538462 + 0.5) / 2,
    (0.461538 + 0.5) / 2,
  ]);
});

Deno.test("mean shift with a bandwidth far below the distances takes the nearest point instead of 0/0", async () => {
  const got = await shift({ ...variants.default, kernel: "joint" }, 1e-3, 1, [1, 1]);
  close(got, [0.727273, 0, 0.272727, 0.538462, 0.461538]);
});

const noiseless = { losses: [0, 0], near: [0.727273, 0, 0.272727, 0.538462, 0.461538] };

Deno.test("mean shift is finite for every bandwidth and for losses of zero", async () => {
  for (const [name, variant] of Object.entries(variants)) {
    for (const bandwidth of [1e-200, 1e-30, 1e-20, 1e-10, 1, 1e20, 1e30, 1e200]) {
      for (const losses of [[1.2, 0.8], noiseless.losses]) {
        const got = await shift(variant, bandwidth, 2, losses);
        assert(got.every(Number.isFinite), `${name}, h = ${bandwidth}, losses ${losses}: ${got}`);
      }
    }
    const joint = { ...variant, kernel: "joint", averaged: "projected" } as const;
    close(await shift(joint, 1e-30, 1, noiseless.losses), noiseless.near);
  }
});

Deno.test("mean shift keeps rows of the default and paper variants on the simplex", async () => {
  for (const variant of [variants.default, variants.paper]) {
    const got = await shift(variant, 0.7, 2, [2, 0.5]);
    assert(got.every((x) => x >= 0));
    assert(Math.abs(got[0]! + got[1]! + got[2]! - 1) < 1e-6 && Math.abs(got[3]! + got[4]! - 1) < 1e-6);
  }
});
