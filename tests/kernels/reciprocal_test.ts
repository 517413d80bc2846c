/** Kernels find rows and images by float32 reciprocals: exact wherever the size of a map lets them, on any device. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { channelBlocks } from "../../src/graph/ops/grid.ts";

/** WGSL allows a division an error of 2.5 units in the last place. */
const ulps = [-3, -2, -1, 0, 1, 2, 3];

const bits = new DataView(new ArrayBuffer(4));
function apart(x: number, units: number): number {
  bits.setFloat32(0, x);
  bits.setInt32(0, bits.getInt32(0) + units);
  return bits.getFloat32(0);
}

/** Blocks of the longest channel that is accepted, among powers of two. */
function longest(): number {
  const accepted = (blocks: number): boolean => {
    try {
      return channelBlocks([1, blocks, 1, 4]) === blocks;
    } catch {
      return false;
    }
  };
  return Math.max(...Array.from({ length: 30 }, (_, e) => 2 ** e).filter(accepted));
}

Deno.test("rows are found exactly up to the longest channel, whatever a device makes of a reciprocal", () => {
  const last = longest();
  assertEquals(last, 2 ** 20);
  assertThrows(() => channelBlocks([1, last + 1, 1, 4]), UserError, "numbers in a channel");
  // Where a row ends and the next begins is hardest, and the more so the further on.
  for (let blocks = 1; blocks <= 2048; blocks++) {
    const rows = Math.floor(last / blocks);
    for (const ulp of ulps) {
      const inverse = apart(Math.fround(1 / blocks), ulp);
      for (let row = rows; row > Math.max(0, rows - 24); row--) {
        for (const i of [row * blocks - 1, row * blocks].filter((i) => i < last)) {
          const found = Math.trunc(Math.fround(Math.fround(i + 0.5) * inverse));
          assert(found === Math.floor(i / blocks), `block ${i}, ${blocks} a row, off by ${ulp} units`);
        }
      }
    }
  }
});
