/** Kernels against their float64 twins. */
import { assertEquals } from "deno-std/assert";
import { withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { assertClose } from "./close.ts";
import { runTuned } from "./harness.ts";

/** Shapes [C, N, H, W] that kernels must not trip over: single elements, odd sizes, whole and broken blocks. */
export const oddShapes = [
  [1, 1, 1, 1],
  [2, 3, 7, 7],
  [3, 1, 17, 33],
  [5, 2, 33, 17],
  [4, 2, 8, 16],
  [1, 2, 1, 33],
] as const;

/**
 * Runs the nodes in one plan, under each tuning record, and compares each with the value of the same name; the row padding of feature maps
 * must be exactly zero.
 */
export async function assertTwins(
  nodes: Readonly<Record<string, Node>>,
  expected: Readonly<Record<string, ArrayLike<number>>>,
  feeds: Readonly<Record<string, Float32Array | Uint32Array>>,
  tolerance?: number,
): Promise<void> {
  const names = Object.keys(nodes);
  for (const [tuning, stored] of Object.entries(await runTuned(names.map((name) => nodes[name]!), feeds))) {
    names.forEach((name, i) => {
      const { shape } = nodes[name]!;
      const logical = withoutPadding(stored[i]!, shape);
      assertClose(logical, expected[name]!, `${name} [${shape}] under ${tuning}`, tolerance);
      if (shape.length === 4) {
        assertEquals(stored[i], withPadding(logical, shape), `padding of ${name} [${shape}] under ${tuning}`);
      }
    });
  }
}
