/** The presets of the publications: every method can be searched by them, in the settings of its own publication. */
import { assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { methods } from "../../src/methods/mod.ts";
import { spaces } from "../../src/spaces/mod.ts";
import { checkedSearch } from "../../pipelines/algorithm/checked.ts";
import { noiseData } from "../pipelines/noise_data.ts";

const published = (method: string, space: string, further: Record<string, string> = {}) =>
  resolve(searchCommand, { flags: { preset: "cifar10", method, space, ...further } });

Deno.test("presets of publications: every method on every kind of space it fits can be searched, shortened too", () => {
  const kinds = Map.groupBy(spaces, ({ kind }) => kind);
  for (const { name, fits = [...kinds.keys()] } of methods) {
    for (const kind of fits) {
      const space = kinds.get(kind)![0]!.name;
      for (const further of [{}, { epochs: "8" }]) {
        // The images are few.
        checkedSearch(published(name, space, { ...further, batch: "2" }), noiseData);
      }
    }
  }
});

Deno.test("presets of publications: how the weights are trained on NAS-Bench-201", () => {
  const weights = (method: string, further?: Record<string, string>) => {
    const { epochs, weightDecay, nesterov } = published(method, "nasbench201", further);
    return [epochs, weightDecay, nesterov];
  };
  for (
    const method of [
      ...["ms-darts", "sdarts-rs", "sdarts-adv", "uniform", "em-darts"],
      ...["beta-darts", "lambda-darts", "drnas", "darts-pt"],
    ]
  ) {
    assertEquals(weights(method), [100, 3e-4, false], method);
  }
  assertEquals(weights("pc-darts", { port: "smoothdarts" }), [100, 3e-4, false]);
  assertEquals([weights("darts"), weights("gdas")], [[50, 5e-4, true], [250, 5e-4, true]]);
  assertEquals([weights("is-darts"), weights("gaea")], [[30, 3e-4, true], [25, 3e-4, false]]);
  assertEquals(weights("pc-darts"), [50, 3e-4, false]);
});

Deno.test("presets of publications: epochs and probabilities that depend on the space or the variant", () => {
  const one = "nasbench1shot1-1";
  const epochs = ["default", "paper"].map((variant) => published("ms-darts", one, { variant }).epochs);
  assertEquals(epochs, [80, 100]);
  const mutation = ["s1", "s2", "s3", "s4", "s5", "nasbench201"].map((space) =>
    published("em-darts", space).mutation
  );
  assertEquals(mutation, [0.2, 0.25, 0.2, 0.2, 0.125, 0.2]);
  const beta = ["s5", "nasbench201"].map((space) => published("beta-darts", space).betaWeight);
  assertEquals(beta, [25, 50]);
  assertEquals(["s5", "nasbench201"].map((space) => published("em-darts", space).epochs), [50, 100]);
});

Deno.test("presets of publications: learning rates on DARTS cells", () => {
  const rates = (method: string) => {
    const { epochs, lr, lrMin, archLr } = published(method, "s5");
    return [epochs, lr, lrMin, archLr];
  };
  for (const method of ["drnas", "drnas-progressive"]) {
    assertEquals(rates(method), [50, 0.1, 0, 6e-4], method);
  }
  for (const method of ["beta-darts", "em-darts"]) {
    assertEquals(rates(method), [50, 0.025, 0.001, 3e-4], method);
  }
  assertEquals(rates("gaea"), [50, 0.025, 0.001, 0.1]);
});
