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

/** Asserts that every output of `input` is as in `wanted`, up to a relative error. */
export async function compare(
  runner: Runner,
  input: string,
  wanted: string,
  variant: VariantName,
  tolerance: number,
): Promise<void> {
  const got = await computeStep(runner, golden(input), variant);
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
  }
}
