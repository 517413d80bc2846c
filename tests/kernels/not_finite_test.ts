/** What is no number is found, and where it comes first. */
import { assertEquals, assertThrows } from "deno-std/assert";
import { elements, type Shape } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { allFinite, firstNotFinite } from "../../src/graph/ops/not_finite.ts";
import { slice } from "../../src/graph/ops/view.ts";
import { run } from "./harness.ts";

const nan = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
const lowestNormal = 1.17549435e-38;
/** Finite numbers that look most like what is not. */
const finite = [3.4028234663852886e38, -3.4028234663852886e38, lowestNormal, 1e-45, -0, 0, 1];

/** The least index of each vector, as the device finds it. */
async function firsts(vectors: readonly { shape: Shape; put: Readonly<Record<number, number>> }[]) {
  const nodes = vectors.map(({ shape }, v) => input(`x${v}`, shape));
  const feeds = vectors.map(({ shape, put }, v) => {
    const values = Float32Array.from({ length: elements(shape) }, (_, i) => finite[i % finite.length]!);
    for (const [index, value] of Object.entries(put)) values[Number(index)] = value;
    return [`x${v}`, values] as const;
  });
  const node = firstNotFinite(nodes);
  const [found] = await run([node], Object.fromEntries(feeds));
  const indices = new Uint32Array(found!.buffer, found!.byteOffset, found!.length);
  const parts = node.shape[1]!;
  return vectors.map((_, v) => Math.min(...indices.subarray(v * parts, (v + 1) * parts)));
}

Deno.test("every NaN and infinity is found, and nothing finite", async () => {
  const kinds = [
    NaN,
    Infinity,
    -Infinity,
    nan(0x7f800001),
    nan(0xffc00000),
    nan(0xffffffff),
    nan(0x7fbfffff),
  ];
  for (const kind of kinds) {
    assertEquals(await firsts([{ shape: [10], put: { 7: kind } }, { shape: [3, 3], put: {} }]), [
      7,
      allFinite,
    ]);
  }
});

Deno.test("the first of several counts, in vectors of all sizes", async () => {
  // The last number of each size, the only one, and one of every part of a long vector.
  for (const length of [1, 63, 64, 65, 4097, 70_001, 300_000]) {
    const [first, second] = [Math.floor(length / 3), length - 1];
    const vectors = [
      { shape: [length], put: { [first]: -Infinity, [second]: NaN } },
      { shape: [length], put: { [second]: NaN } },
      { shape: [length], put: {} },
      { shape: [5], put: { 0: NaN, 4: NaN } },
    ];
    assertEquals(await firsts(vectors), [first, second, allFinite, 0], `of ${length}`);
  }
});

Deno.test("the first counts where all from it on are NaN", async () => {
  for (const [length, first] of [[5, 2], [300, 71], [300_000, 20_001]] as const) {
    const put = Object.fromEntries(Array.from({ length: length - first }, (_, i) => [first + i, NaN]));
    assertEquals(await firsts([{ shape: [length], put }]), [first], `of ${length}`);
  }
});

Deno.test("a range that starts anywhere is looked through alone", async () => {
  const x = input("x", [12]);
  // In place where it starts at a multiple of 4, though it may end anywhere; as a copy where it does not.
  for (const [offset, length] of [[4, 5], [3, 5], [8, 1]] as const) {
    const node = firstNotFinite([slice(x, offset, [length])]);
    for (let index = 0; index < 12; index++) {
      const [found] = await run([node], { x: new Float32Array(12).with(index, NaN) });
      const inside = index >= offset && index < offset + length;
      const first = new Uint32Array(found!.buffer, found!.byteOffset, 1)[0];
      assertEquals(first, inside ? index - offset : allFinite, `${index} of ${length} from ${offset}`);
    }
  }
});

Deno.test("feature maps and integers are refused", () => {
  assertThrows(() => firstNotFinite([input("x", [1, 1, 2, 2])]), TypeError, "f32 [1,1,2,2]");
  assertThrows(() => firstNotFinite([input("x", [2], "u32")]), TypeError, "u32 [2]");
});
