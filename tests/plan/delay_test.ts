/** Calls wait for their readers where that saves memory, and only there. */
import { assertEquals } from "deno-std/assert";
import type { Node, Shape } from "../../src/graph/node.ts";
import { exp, input, relu } from "../../src/graph/ops/mod.ts";
import { delay, type Start } from "../../src/plan/delay.ts";

const map = (shape: Shape): Node => relu(input("x", shape));
const [small, equal, large] = [map([1, 1, 8, 8]), map([2, 1, 8, 8]), map([4, 1, 8, 8])];

/** A source that reads nothing, a call that reads it, and a late reader of the call's result. */
function phases(
  source: Node,
  result: Node,
  rest: readonly Start[] = [],
  lightReader = false,
  small = (_: Node): boolean => false,
  lightSource = false,
): number[] {
  const call = (phase: number, writes: Node, reads: Node[], after: number[], movable = true): Start => ({
    phase,
    movable,
    writes,
    reads,
    after,
  });
  return delay(
    [
      call(1, source, [], [], !lightSource),
      call(2, result, [source], [0]),
      call(9, map([1, 1, 4, 4]), [result], [1], !lightReader),
      ...rest,
    ],
    new Set(),
    small,
  );
}

Deno.test("a call whose result is larger than what it reads waits for its reader, and its source for it", () => {
  assertEquals(phases(equal, large), [7, 8, 9]);
});

Deno.test("a call that a program of light calls reads may run in the program's phase", () => {
  assertEquals(phases(equal, large, [], true), [8, 9, 9]);
});

Deno.test("a call whose result is smaller than what it reads does not wait", () => {
  assertEquals(phases(equal, small), [1, 2, 9]);
});

Deno.test("what is read for long anyway costs nothing to keep", () => {
  const reader: Start = { phase: 8, movable: true, writes: map([1, 1, 4, 4]), reads: [large], after: [0] };
  assertEquals(phases(large, small, [reader]), [7, 8, 9, 8]);
});

Deno.test("a call of nothing but vectors and leaves does not wait: it has its like beside it", () => {
  const vector = (): Node => exp(input("v", [8]));
  const small = ({ shape }: Node): boolean => shape.length < 4;
  assertEquals(phases(vector(), vector(), [], false, small, true), [1, 2, 9]);
  // What was made of maps, such as partial sums, does: there are many, and one reader.
  assertEquals(phases(vector(), vector(), [], false, small)[1], 8);
  assertEquals(phases(vector(), equal, [], false, small)[1], 8);
});
