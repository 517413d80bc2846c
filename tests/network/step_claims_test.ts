/** Sizes that the metadata of a step file claim and its tensors deny. */
import { readSafetensors, type SafetensorsFile, type Tensor } from "../../src/io/safetensors.ts";
import { checkStepClaims } from "../../src/network/step_claims.ts";
import { assertDataError } from "../data/files.ts";
import { stepFile } from "../golden/step_case.ts";

const golden = readSafetensors(new URL("../goldens/bilevel_s3.in.safetensors", import.meta.url).pathname);

const claiming = (key: string, value: string): SafetensorsFile => ({
  ...golden,
  metadata: { ...golden.metadata, [key]: value },
});

const without = (name: string): SafetensorsFile => ({
  ...golden,
  tensors: new Map([...golden.tensors].filter(([key]) => key !== name)),
});

Deno.test("step claims: a file whose sizes fit passes", () => checkStepClaims(golden));

for (
  const [key, value, named] of [
    ["channels", "1000000000", "stem.0.weight"],
    ["channels", "x", "stem.0.weight"],
    ["classes", "1000000000", "classifier.bias"],
    ["layers", "1000000000", "3 cells"],
    ["samples", "1000000000", "noise_normal"],
    ["iterations", "1000000000", "noise_normal"],
    ["space", "s9", "s5"],
  ] as const
) {
  Deno.test(`step claims: ${key} "${value}"`, () => {
    assertDataError(() => checkStepClaims(claiming(key, value)), `"${value}"`, named);
  });
}

for (const name of ["stem.0.weight", "classifier.bias", "noise_normal"]) {
  Deno.test(`step claims: no tensor ${name}`, () => {
    assertDataError(() => checkStepClaims(without(name)), `no tensor ${name}`);
  });
}

Deno.test("step claims: a value that is not finite is named", () => {
  const stem = golden.tensors.get("stem.1.weight")!;
  const data = Float32Array.from(stem.data as Float32Array);
  data[1] = NaN;
  const tensors = new Map(golden.tensors).set("stem.1.weight", { ...stem, data } as Tensor);
  assertDataError(() => checkStepClaims({ ...golden, tensors }), "stem.1.weight", "NaN at position 1");
});

Deno.test("step claims: NAS-Bench-201 has two modules among its cells that are none", () => {
  const size = { channels: 2, layers: 4, classes: 3, batch: 2, size: [8, 8], imageChannels: 1 } as const;
  const file = stepFile({ space: "nasbench201", ...size });
  checkStepClaims(file);
  const claims = { ...file.metadata, layers: "6" };
  assertDataError(() => checkStepClaims({ ...file, metadata: claims }), "tensors of 4 cells", '"6"');
});
