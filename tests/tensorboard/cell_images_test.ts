/** Cells as pictures for TensorBoard. */
import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { decode } from "fast-png";
import { genotypeText } from "../../src/network/genotype.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import { operationColours } from "../../src/report/palette.ts";
import { cellImages } from "../../src/tensorboard/cell_images.ts";

const text = (name: string): string => genotypeText(resolveGenotype(name));

/** How many pixels of a picture have a colour, `#rrggbb`. */
function pixels(png: Uint8Array): (colour: string) => number {
  const { data, channels, width, height } = decode(png);
  assertEquals([channels, data.length], [4, 4 * width * height]);
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += channels) {
    if (data[at + 3] !== 255) throw new Error("a pixel that is not opaque");
    const colour = data[at]! << 16 | data[at + 1]! << 8 | data[at + 2]!;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return (colour) => counts.get(parseInt(colour.slice(1), 16)) ?? 0;
}

Deno.test("cell images: a picture of each cell, with the colours of its operations, boxes and letters", () => {
  const images = cellImages(text("DARTS_V2"));
  assertEquals(images.map(({ tag }) => tag), ["cell/normal", "cell/reduce"]);
  const [normal, reduce] = images;
  for (const { png, width, height } of images) {
    const picture = decode(png);
    assertEquals([picture.width, picture.height], [width, height]);
    assert(width > 400 && width > height && height > 150, `${width} × ${height}`);
  }
  const [inNormal, inReduce] = [pixels(normal!.png), pixels(reduce!.png)];
  const has = (of: typeof inNormal, operation: keyof typeof operationColours) =>
    of(operationColours[operation].light) > 100;
  assertEquals(
    [has(inNormal, "sep_conv_3x3"), has(inNormal, "dil_conv_3x3"), has(inNormal, "max_pool_3x3")],
    [true, true, false],
  );
  assertEquals([has(inReduce, "max_pool_3x3"), has(inReduce, "sep_conv_3x3")], [true, false]);
  // Only letters are black: without its font resvg leaves them out.
  assert(inNormal("#000000") > 1000, `${inNormal("#000000")} black pixels`);
});

Deno.test("cell images: the same cells give the same bytes, others do not", () => {
  const [first, again, other] = ["DARTS_V2", "DARTS_V2", "DARTS_V1"].map((name) =>
    cellImages(text(name))[0]!.png
  );
  assertEquals(first, again);
  assertNotEquals(first, other);
});

const resnet = "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|none~2|";

Deno.test("cell images: one picture where a space has one cell", () => {
  assertEquals(cellImages(resnet).map(({ tag }) => tag), ["cell/cell"]);
});
