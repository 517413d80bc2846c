import { assertEquals, assertRejects } from "deno-std/assert";
import { encode } from "fast-png";
import { readImages } from "../../src/data/read_images.ts";
import { assertDataRejects, inFolder } from "./files.ts";
import { png, writeTree } from "./image_files.ts";

Deno.test("readImages: in the order given, of the size asked for, in colour or grey by luma", () =>
  inFolder(async (folder) => {
    writeTree(folder, { "red.png": png(5, 9, [200, 40, 30]), "blue.png": png(4, 4, [20, 60, 220]) });
    const paths = ["blue", "red"].map((name) => `${folder}/${name}.png`);
    const colours = await readImages(paths, { channels: 3, height: 2, width: 4 });
    assertEquals([colours.count, colours.channels, colours.height, colours.width], [2, 3, 2, 4]);
    const planes = [20, 60, 220, 200, 40, 30].flatMap((value) => new Array(8).fill(value));
    assertEquals([...colours.pixels], planes);
    // Of Pillow: Image.new("RGB", (1, 1), (20, 60, 220)).convert("L").getpixel((0, 0)), and of (200, 40, 30).
    const grey = await readImages(paths, { channels: 1, height: 2, width: 2 });
    assertEquals([...grey.pixels], [66, 66, 66, 66, 87, 87, 87, 87]);
  }));

Deno.test("readImages: an image of the size asked for stays as it is, square or not", () =>
  inFolder(async (folder) => {
    const pixels = Uint8Array.from({ length: 3 * 5 * 9 }, (_, i) => (i * 37) % 256);
    writeTree(folder, { "some.png": encode({ width: 5, height: 9, data: pixels, channels: 3, depth: 8 }) });
    const read = await readImages([`${folder}/some.png`], { channels: 3, height: 9, width: 5 });
    const planes = [0, 1, 2].flatMap((c) => Array.from({ length: 45 }, (_, i) => pixels[3 * i + c]!));
    assertEquals([...read.pixels], planes);
  }));

Deno.test("readImages: names the file that cannot be read", () =>
  inFolder(async (folder) => {
    writeTree(folder, { "fine.png": png(4, 4, [1, 2, 3]), "broken.png": Uint8Array.of(1, 2, 3) });
    const shape = { channels: 3, height: 4, width: 4 };
    const read = (name: string) => readImages([`${folder}/fine.png`, `${folder}/${name}`], shape);
    await assertDataRejects(() => read("broken.png"), `Cannot read the image ${folder}/broken.png`);
    await assertDataRejects(() => read("gone.png"), "there is no such file");
    await assertRejects(() => readImages([], { ...shape, channels: 2 }), RangeError, "2 channels");
  }));
