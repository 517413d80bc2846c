/** Steps of a file against float64 results of an independent implementation (`tests/goldens/README.md`). */
import { assert, assertEquals } from "deno-std/assert";
import type { Runner } from "../../src/gpu/mod.ts";
import { readSafetensors, type SafetensorsFile, type Tensor } from "../../src/io/safetensors.ts";
import type { VariantName } from "../../src/search/mean_shift.ts";
import { computeStep } from "../../src/search/step_file.ts";

export const golden = (name: string): SafetensorsFile =>
  readSafetensors(new URL(`../goldens/${name}.safetensors`, import.meta.url).pathname);
const numbers = ({ data }: Tensor): number[] => Array.from(data as ArrayLike<number>, Number);
const norm = (values: readonly number[]): number => Math.hypot(...values);

/** How far off a step of the weights may be, of the step's own length: float32 leaves it that much of the weights. */
const stepTolerance = 2e-3;

/**
 * Asserts that every output of `input` is as in `wanted`, up to a relative error; and of weights after a step
 * (`new.NAME` of the input NAME) the step too, beside which the weights are so large that they would hide its errors.
 */
export async function compare(
  runner: Runner,
  input: string,
  wanted: string,
  variant: VariantName,
  tolerance: number,
): Promise<void> {
  const before = golden(input);
  const got = await computeStep(runner, before, variant);
  const want = golden(wanted).tensors;
  assertEquals([...got.keys()].sort(), [...want.keys()].sort());
  for (const [name, tensor] of want) {
    const exact = numbers(tensor);
    const ours = numbers(got.get(name)!);
    assertEquals(got.get(name)!.shape, tensor.shape, name);
    const error = norm(ours.map((x, i) => x - exact[i]!)) / Math.max(norm(exact), 1e-12);
    const worst = ours.reduce(
      (w, x, i) => Math.abs(x - exact[i]!) > Math.abs(ours[w]! - exact[w]!) ? i : w,
      0,
    );
    assert(
      error <= tolerance,
      `${wanted} ${name} [${tensor.shape}]: relative error ${error}, worst at ${worst}: ${
        ours[worst]
      }, wants ${exact[worst]}`,
    );
    const start = before.tensors.get(name.replace(/^new\./, ""));
    if (!name.startsWith("new.") || start === undefined) continue;
    const from = numbers(start);
    const off = norm(ours.map((x, i) => x - exact[i]!)) / norm(exact.map((x, i) => x - from[i]!));
    assert(
      off <= stepTolerance,
      `${wanted} ${name} [${tensor.shape}]: the step is off by ${off} of its length`,
    );
  }
}
