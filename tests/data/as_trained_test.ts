/** A data set as a network takes it: colours, scale and labels. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { asTrained } from "../../src/data/as_trained.ts";
import { type Dataset, makeDataset } from "../../src/data/dataset.ts";

const colours = Uint8Array.of(255, 0, 0, 0, 255, 0, 10, 20, 30, 40, 50, 60);
const split = (name: string) => ({
  ...{ name, pixels: colours, labels: Uint8Array.of(0, 1), count: 2, channels: 3, height: 1, width: 2 },
});
const data: Dataset = makeDataset({
  name: "two",
  description: "two",
  classes: ["cat", "dog"],
  train: split("train"),
  test: split("test"),
  augmentation: { pad: 0, flip: false },
});
const normalisation = { mean: [0.1], std: [0.2] };

Deno.test("asTrained: the network's scale and labels, grey by the luma", async () => {
  const { data: fitted, sameClasses, changes } = await asTrained(data, {
    classes: ["dog", "cat"],
    normalisation,
    images: { channels: 1, height: 1, width: 2 },
  });
  assertEquals([sameClasses, fitted.classes, fitted.normalisation], [true, ["dog", "cat"], normalisation]);
  assertEquals([...fitted.test.labels], [1, 0]);
  // 0.299 R + 0.587 G + 0.114 B: planes of an image lie one after the other.
  const luma = (r: number, g: number, b: number) => Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  assertEquals([...fitted.train.pixels], [
    luma(255, 0, 255),
    luma(0, 0, 0),
    luma(10, 30, 50),
    luma(20, 40, 60),
  ]);
  assertEquals([fitted.channels, fitted.test.channels, changes.length], [1, 1, 2]);
});

Deno.test("asTrained: other classes keep their labels, a grey image becomes three equal planes", async () => {
  const grey = await asTrained(data, {
    classes: ["cat", "dog"],
    normalisation,
    images: { channels: 1, height: 1, width: 2 },
  });
  assertEquals(grey.changes.length, 1);
  const three = { mean: [0, 0, 0], std: [1, 1, 1] };
  const { data: fitted, sameClasses, changes } = await asTrained(grey.data, {
    classes: ["dog", "cat", "cow"],
    normalisation: three,
    images: { channels: 3, height: 1, width: 2 },
  });
  assertEquals([sameClasses, fitted.classes, [...fitted.train.labels]], [false, ["cat", "dog"], [0, 1]]);
  const [a, b, c, d] = grey.data.train.pixels;
  assertEquals([...fitted.train.pixels], [a, b, a, b, a, b, c, d, c, d, c, d]);
  assertStringIncludes(changes.join(" "), "three planes alike");
});
