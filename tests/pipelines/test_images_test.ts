/** The images of a data set as a trained network takes them. */
import { assertEquals, assertRejects, assertStringIncludes } from "deno-std/assert";
import { testImages } from "../../pipelines/prediction/test_images.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { UserError } from "../../src/errors.ts";
import { type NetworkSample, sampleNetwork } from "./network_sample.ts";
import { noiseImages, noiseOf } from "./noise_data.ts";

const data = noiseOf({ side: 12, train: 9, test: 6, augmentation: { pad: 0, flip: false } });

const taken = (network: NetworkSample, given = data, split: "test" | "train" | "all" = "test") =>
  testImages(given, split, sampleNetwork(network));

Deno.test("test images: of the network's own size, colours and order they stay as they are", async () => {
  const { splits, notes } = await taken({ classes: data.classes, imageChannels: 1, side: 12 });
  assertEquals([splits, notes], [[data.test], []]);
  const all = await taken({ classes: data.classes, imageChannels: 1, side: 12 }, data, "all");
  assertEquals(all.splits, [data.train, data.test]);
});

Deno.test("test images: labels go by the names of the classes, not by their places", async () => {
  const { splits: [images], notes } = await taken({ classes: ["c", "a", "b"], imageChannels: 1, side: 12 });
  assertEquals([...images!.labels], [1, 2, 0, 1, 2, 0]);
  assertEquals(notes, [
    "The classes of noise stand in another order than the network's; they go by their names.",
  ]);
});

Deno.test("test images: another size and grey for colours are brought to the network's, and said", async () => {
  const { splits: [images], notes } = await taken({ classes: data.classes, imageChannels: 3, side: 8 });
  assertEquals([images!.channels, images!.height, images!.width, images!.pixels.length], [
    3,
    8,
    8,
    6 * 3 * 64,
  ]);
  const plane = (p: number) => images!.pixels.slice(p * 64, (p + 1) * 64);
  assertEquals([plane(4), plane(5)], [plane(3), plane(3)]);
  assertEquals(notes.length, 2);
  assertStringIncludes(notes.join(" "), "resized from 12×12 to 8×8");
  const grey = { ...noiseImages("grey", 3, 8), channels: 3, pixels: images!.pixels.slice(0, 3 * 3 * 64) };
  const colours = makeDataset({ ...data, train: grey, test: grey });
  const back = await taken({ classes: data.classes, imageChannels: 1, side: 8 }, colours);
  assertEquals(back.splits[0]!.pixels.slice(0, 64), plane(0));
  assertStringIncludes(back.notes.join(), "became grey by their luma");
});

Deno.test("test images: other classes are refused, named on both sides", async () => {
  const refused = async (...classes: string[]): Promise<string> => {
    const { message, exitCode } = await assertRejects(() => taken({ classes }), UserError);
    assertEquals(exitCode, 4);
    return message;
  };
  assertEquals(
    await refused("a", "b"),
    "The network has 2 classes and noise has 3, which have to be the same: only the data have c.",
  );
  assertEquals(
    await refused("a", "b", "x"),
    "The network has 3 classes and noise has 3, which have to be the same: only the network has x, only the data have c.",
  );
});
