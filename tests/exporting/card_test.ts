/** The model card and the other files about an exported network. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { parse } from "yaml";
import { modelCard } from "../../src/exporting/card.ts";
import { configJson, labelsJson } from "../../src/exporting/config_json.ts";
import { exported, run } from "./exported.ts";
import { tinyNetworks } from "./tiny_networks.ts";

const network = tinyNetworks["every operation"]!;

/** The head of a card, as the hub reads it, and what follows. */
function parts(card: string): { readonly head: unknown; readonly body: string } {
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(card)!;
  return { head: parse(head!), body: body! };
}

Deno.test("the head of a card has what the hub asks for, and the test accuracy", () => {
  const { head } = parts(modelCard(exported(network, { run })));
  assertEquals(head, {
    license: "other",
    library_name: "pytorch",
    pipeline_tag: "image-classification",
    tags: ["image-classification", "pytorch", "onnx", "neural-architecture-search", "ms-darts", "darts"],
    metrics: ["accuracy"],
    "model-index": [{
      name: "Network of a found cell, trained on pets_2",
      results: [{
        task: { type: "image-classification", name: "Image classification" },
        dataset: { type: "pets_2", name: "pets_2", split: "test" },
        metrics: [{ type: "accuracy", name: "Test accuracy", value: run.testAccuracy }],
      }],
    }],
  });
});

Deno.test("data sets that the hub has are named as there", () => {
  const { head } = parts(
    modelCard(exported(network, { run: { ...run, dataset: "cifar10", method: "darts-pt" } })),
  );
  const { datasets, tags, "model-index": [{ results: [{ dataset }] }] } = head as {
    readonly datasets: unknown;
    readonly tags: readonly string[];
    readonly "model-index": [{ readonly results: [{ readonly dataset: unknown }] }];
  };
  assertEquals(datasets, ["uoft-cs/cifar10"]);
  assertEquals(dataset, { type: "uoft-cs/cifar10", name: "CIFAR-10", split: "test" });
  assertEquals(tags.at(-1), "darts-pt");
});

Deno.test("a card says what a run says: numbers, commands, seed, settings, notes", () => {
  const { body } = parts(modelCard(exported(network, { run })));
  for (const command of run.commands) assertStringIncludes(body, `\`\`\`sh\n${command}\n\`\`\``);
  for (const row of ["| test accuracy | 81.25\u00a0% |", "| seed | 7 |", "| training images | 500 |"]) {
    assertStringIncludes(body, `\n${row}\n`);
  }
  assertStringIncludes(body, JSON.stringify(run.settings, null, 2));
  assertStringIncludes(body, "- The test accuracy is that of only 160 images");
  assertMatch(body, /!\[Normal cell\]\(cell-normal\.svg\)\n\n!\[Reduction cell\]\(cell-reduce\.svg\)/);
});

Deno.test("a card without a run says that nothing is known, and claims no accuracy", () => {
  const { head, body } = parts(modelCard(exported(tinyNetworks["NAS-Bench-201"]!)));
  assertEquals(Object.keys(head as object), ["license", "library_name", "pipeline_tag", "tags"]);
  assertStringIncludes(body, "How well it does is not known");
  assert(!body.includes("accuracy |"));
  assertStringIncludes(body, "![Cell](cell.svg)");
});

Deno.test("names of classes and data are shown as they are", () => {
  const classes = ["a|b", "<script>", "[x](y)"];
  const card = modelCard(exported({ ...network, classes }, { run: { ...run, dataset: "/d/a: *b*" } }));
  const { head, body } = parts(card);
  assertStringIncludes(body, "It tells 3 classes apart: a\\|b, \\<script\\>, \\[x\\](y).");
  assertStringIncludes(body, "# An image classifier for a: \\*b\\*");
  assertStringIncludes(JSON.stringify(head), '"name":"a: *b*"');
});

Deno.test("a long list of classes is cut short in the card, and whole in labels.json", () => {
  const classes = Array.from({ length: 25 }, (_, i) => `c${i}`);
  assertStringIncludes(modelCard(exported({ ...network, classes })), "c19 and 5 more (`labels.json`).");
  assertEquals(JSON.parse(labelsJson({ ...network, classes })), classes);
});

Deno.test("config.json has timm's keys, and the features of the last layer", () => {
  const { architecture, num_classes, num_features, label_names, pretrained_cfg, model_args, ...more } = JSON
    .parse(
      configJson(network),
    );
  assertEquals(more, {});
  assertEquals([architecture, num_classes, label_names], ["darts", 3, network.classes]);
  // Four cells, two of which double the channels; the last is normal and hands on six states.
  assertEquals(num_features, 4 * 4 * 6);
  assertEquals(pretrained_cfg, {
    num_classes: 3,
    input_size: [3, 8, 12],
    interpolation: "bilinear",
    crop_pct: 1,
    crop_mode: "squash",
    ...network.normalisation,
    first_conv: "stem.0",
    classifier: "classifier",
  });
  const { genotype, size } = network.net;
  assertEquals(model_args, { genotype, channels: size.channels, layers: size.layers, in_chans: 3 });
});

Deno.test("config.json knows the first convolution of each family, and the filter of resizing", () => {
  const cfg = (name: keyof typeof tinyNetworks) => JSON.parse(configJson(tinyNetworks[name]!)).pretrained_cfg;
  assertEquals(cfg("NAS-Bench-201").first_conv, "stem.0");
  assertEquals(cfg("NAS-Bench-1Shot1").first_conv, "stem.op.0");
  assertEquals(cfg("every operation, grey").interpolation, "box");
});
