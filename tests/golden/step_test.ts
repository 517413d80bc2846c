/** Whole steps against float64 results of an independent implementation (`tests/goldens/README.md`). */
import { assert, assertEquals } from "@std/assert";
import { readSafetensors, type Tensor } from "../../src/io/safetensors.ts";
import type { VariantName } from "../../src/search/mean_shift.ts";
import { computeStep } from "../../src/search/step_file.ts";
import { sharedRunner } from "../kernels/harness.ts";

const file = (name: string) =>
  readSafetensors(new URL(`../goldens/${name}.safetensors`, import.meta.url).pathname);
const numbers = ({ data }: Tensor): number[] => Array.from(data as ArrayLike<number>, Number);
const norm = (values: readonly number[]): number => Math.hypot(...values);

async function compare(
  input: string,
  wanted: string,
  variant: VariantName,
  tolerance: number,
): Promise<void> {
  const got = await computeStep(sharedRunner(), file(input), variant);
  const want = file(wanted).tensors;
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

for (const name of ["gradients_s3", "gradients_s5"]) {
  Deno.test(`golden ${name}: logits, loss and every gradient`, () =>
    compare(`${name}.in`, `${name}.want`, "default", 1e-4));
}
for (const variant of ["default", "reference", "paper"] as const) {
  Deno.test(`golden bilevel_s3 ${variant}: alphas, mean shift and every weight after one iteration`, () =>
    compare("bilevel_s3.in", `bilevel_s3.want.${variant}`, variant, 1e-5));
}

Deno.test("labels as I64, PyTorch's default, give what labels as I32 give", async () => {
  const given = file("gradients_s3.in");
  const { shape, data } = given.tensors.get("target")!;
  const target: Tensor = {
    dtype: "I64",
    shape,
    data: BigInt64Array.from(Array.from(data as Int32Array, BigInt)),
  };
  const [plain, wide] = [given, { ...given, tensors: new Map([...given.tensors, ["target", target]]) }];
  const losses = [];
  for (const each of [plain, wide]) {
    losses.push((await computeStep(sharedRunner(), each, "default")).get("loss")!.data[0]);
  }
  assertEquals(losses[0], losses[1]);
});
