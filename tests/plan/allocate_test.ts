import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { arena, type Range } from "../../src/plan/allocate.ts";
import { word } from "../../src/random.ts";

Deno.test("arena: live ranges never overlap, stay within their chunk, and freed memory is used again", () => {
  const limit = 64 * 100;
  const memory = arena(limit);
  const live: Range[] = [];
  let most = 0;
  let now = 0;
  for (let i = 0; i < 4000; i++) {
    const dice = word([1, 2], i);
    if (dice % 5 < 2 && live.length > 0) {
      const [gone] = live.splice(dice % live.length, 1);
      memory.free(gone!);
      now -= gone!.floats;
    } else if (live.length < 60) {
      const range = memory.allocate(1 + (dice >>> 8) % 1500, 1, dice % 4);
      assert(range.offset % 64 === 0 && range.offset + range.floats <= limit);
      for (const other of live) {
        const apart = other.chunk !== range.chunk || other.offset + other.floats <= range.offset ||
          range.offset + range.floats <= other.offset;
        assert(apart, `${JSON.stringify(range)} overlaps ${JSON.stringify(other)}`);
      }
      live.push(range);
      now += range.floats;
      most = Math.max(most, now);
    }
  }
  const total = memory.sizes().reduce((a, b) => a + b, 0);
  assert(total < 1.6 * most, `${total} floats for at most ${most} live ones`);
  live.forEach(memory.free);
  const before = memory.sizes();
  memory.allocate(limit, 1);
  assertEquals(
    memory.sizes().length,
    before.length,
    "all free: the largest tensor fits into a chunk that is there",
  );
});

Deno.test("arena: small tensors share chunk 0, large ones never lie there", () => {
  const memory = arena(6400);
  assertEquals(memory.allocate(10, 0).chunk, 0);
  assertEquals(memory.allocate(10, 0).chunk, 0);
  assert(memory.allocate(10, 1).chunk > 0);
});

Deno.test("arena: a tensor larger than a binding is refused with both sizes", () => {
  assertThrows(() => arena(6400).allocate(6401, 1), UserError, "25856 bytes");
});
