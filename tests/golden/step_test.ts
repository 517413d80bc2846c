/** Whole steps against float64 results of an independent implementation (`tests/goldens/README.md`). */
import { assertEquals } from "deno-std/assert";
import type { Tensor } from "../../src/io/safetensors.ts";
import { computeStep } from "../../src/search/step_file.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { compare, golden } from "./compare.ts";

for (const name of ["gradients_s3", "gradients_s5", "gradients_pcdarts"]) {
  Deno.test(`golden ${name}: logits, loss and every gradient`, () =>
    compare(sharedRunner(), `${name}.in`, `${name}.want`, "default", 1e-4));
}
for (const variant of ["default", "reference", "paper"] as const) {
  Deno.test(`golden bilevel_s3 ${variant}: alphas, mean shift and every weight after one iteration`, () =>
    compare(sharedRunner(), "bilevel_s3.in", `bilevel_s3.want.${variant}`, variant, 1e-5));
}

Deno.test("labels as I64, PyTorch's default, give what labels as I32 give", async () => {
  const given = golden("gradients_s3.in");
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
