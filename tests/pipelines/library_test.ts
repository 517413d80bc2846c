/** The pipeline as functions: a method or space of one's own is searched as the named ones are. */
import { assert, assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { load, search, type SearchConfig, searchSettings, train } from "../../pipelines/mod.ts";
import type { Parsed } from "../../src/config/command.ts";
import type { searchGroups } from "../../src/config/schema.ts";
import { UserError } from "../../src/errors.ts";
import { add } from "../../src/graph/ops/mod.ts";
import { type Method, methodByName } from "../../src/methods/mod.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { uniformSpace } from "../../src/spaces/mod.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";

const small = { batch: 8, channels: 2, layers: 2, epochs: 2, warmup: 0, archLr: 0.1 } as const;
const darts = methodByName("darts");

Deno.test("search: a method and a space of one's own", async () => {
  let asked = 0;
  const shy: Method = {
    ...darts,
    name: "shy",
    numbers: (_, epoch) => ({ shyness: epoch }),
    perturb(_, { alphas, layout }) {
      asked++;
      return darts.relaxation.graph(add(alphas, alphas), layout);
    },
  };
  const space = uniformSpace("pools", "pooling or nothing", ["none", "max_pool_3x3", "avg_pool_3x3"]);
  const own = { method: shy, space };
  const settings = searchSettings(small, own);
  assertEquals([settings.method, settings.space], ["shy", "pools"]);
  const heard: string[] = [];
  const found = await search(sharedRunner(), { settings, data: noiseData, ...own }, {
    onEpoch: ({ stage, epoch }) => heard.push(`${stage} ${epoch}`),
  });
  assert(asked > 0);
  assertEquals(heard, ["search 0", "search 1"]);
  assertEquals(found.epochs.map(({ numbers }) => numbers), [{ shyness: 0 }, { shyness: 1 }]);
  const operations = genotypeText(found.genotype).match(/'(\w+)', \d/g)!.map((pair) => pair.split("'")[1]);
  assert(operations.every((name) => name!.endsWith("_pool_3x3")), String(operations));
});

Deno.test("search: a copy of a method under another name has its bits, and another method has not", async () => {
  const alphas = async (method: Method) => {
    const settings = searchSettings({ ...small, space: "s2" }, { method });
    const { epochs } = await search(sharedRunner(), { settings, data: noiseData, method });
    return epochs.at(-1)!.alphas;
  };
  const named = searchSettings({ ...small, space: "s2", method: "ms-darts" });
  const { epochs } = await search(sharedRunner(), { settings: named, data: noiseData });
  assertEquals(await alphas({ ...methodByName("ms-darts"), name: "mine" }), epochs.at(-1)!.alphas);
  assertNotEquals(await alphas({ ...darts, name: "mine" }), epochs.at(-1)!.alphas);
});

Deno.test("train: tests a genotype and gives its weights by their names", async () => {
  const settings = searchSettings({
    method: "random",
    space: "s3",
    batch: 8,
    ...{ evalEpochs: 1, evalBatch: 8, evalChannels: 2, evalLayers: 1, evalHoldout: 0 },
  });
  const { genotype } = await search(sharedRunner(), { settings, data: noiseData });
  const { epochs, test, weights } = await train(sharedRunner(), { settings, data: noiseData, genotype });
  assertEquals(epochs.length, 1);
  assert(Number.isFinite(test.loss) && test.accuracy >= 0 && test.accuracy <= 1);
  assert(weights.tensors.has("classifier.weight"));
  assertEquals(JSON.parse(weights.metadata["class_names"]!), [...noiseData.classes]);
});

Deno.test("load: the images that the settings name, no more than they say", async () => {
  const data = await load(searchSettings({ preset: "tiny", trainLimit: 50 }));
  assertEquals([data.name, data.train.count, data.test.count], ["fashion-mnist-small", 50, 512]);
});

Deno.test("searchSettings: a value that does not fit is refused by its name", () => {
  const said = (given: Parameters<typeof searchSettings>[0]) =>
    assertThrows(() => searchSettings(given), UserError).message;
  assertEquals(
    said({ epochs: 0 }),
    '"epochs" in the settings given is 0, but must be a whole number of at least 1.',
  );
  assertStringIncludes(said({ space: "s9" }), 'Unknown space "s9" for "space" in the settings given');
});

Deno.test("searchSettings: its type has every setting of the search", () => {
  type Missing = Exclude<keyof Parsed<typeof searchGroups>, keyof SearchConfig>;
  const all: [Missing] extends [never] ? true : Missing = true;
  assert(all);
});
