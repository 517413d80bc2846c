/** Gradients against central finite differences along random directions. */
import { assert } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { elements, type Node } from "../../src/graph/node.ts";
import { channelDot } from "../../src/graph/ops/combine.ts";
import { mul } from "../../src/graph/ops/elementwise.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { sum } from "../../src/graph/ops/reduce.ts";
import { normal } from "../../src/random.ts";
import { once, run } from "./harness.ts";

export interface Variable {
  readonly node: Node;
  readonly value: Float32Array;
}

/** ⟨y, c⟩ with fixed random c, as a loss of shape [1]: its gradient exercises every element of y. */
export function project(y: Node, seed = 99): { loss: Node; feeds: Record<string, Float32Array> } {
  const name = `cotangent${seed}`;
  const c = input(name, y.shape);
  const value = Float32Array.from({ length: elements(y.shape) }, (_, i) => normal([seed, 7], i));
  const loss = y.shape.length === 4 ? sum(channelDot(y, c)) : sum(mul(y, c));
  return { loss, feeds: { [name]: value } };
}

/**
 * Checks d⟨y, c⟩/dx for every variable: the directional derivative along a random direction must agree with a
 * central difference of step `step` within `tolerance`, relative to the larger of the two and 1. With `second`,
 * the gradient of the gradient is checked as well.
 */
export async function checkGradient(
  y: Node,
  variables: readonly Variable[],
  {
    step = 1e-2,
    tolerance = 5e-3,
    feeds = {} as Record<string, Float32Array | Uint32Array>,
    second = false,
  } = {},
): Promise<void> {
  const { loss, feeds: cotangents } = project(y);
  const nodes = variables.map((v) => v.node);
  await compare(loss, variables, { ...feeds, ...cotangents }, step, tolerance, "gradient");
  if (!second) return;
  const gradients = gradient(loss, nodes);
  for (const [i, g] of gradients.entries()) {
    const inner = project(g, 100 + i);
    await compare(
      inner.loss,
      variables,
      { ...feeds, ...cotangents, ...inner.feeds },
      step,
      tolerance,
      `gradient ${i}, again`,
    );
  }
}

async function compare(
  loss: Node,
  variables: readonly Variable[],
  feeds: Record<string, Float32Array | Uint32Array>,
  step: number,
  tolerance: number,
  what: string,
): Promise<void> {
  const nodes = variables.map((v) => v.node);
  const at = (
    shift: number,
    which: number,
    direction: Float32Array,
  ): Record<string, Float32Array | Uint32Array> => {
    const values = Object.fromEntries(variables.map((v, i) => {
      const name = (v.node.attrs as { name: string }).name;
      return [name, i === which ? v.value.map((x, j) => x + shift * direction[j]!) : v.value];
    }));
    return { ...feeds, ...values };
  };
  const gradients = await run(gradient(loss, nodes), at(0, -1, new Float32Array()));
  for (const [i, v] of variables.entries()) {
    const direction = Float32Array.from(v.value, (_, j) => normal([5, i], j));
    const [up, down] = [await once(loss, at(step, i, direction)), await once(loss, at(-step, i, direction))];
    const numeric = (up - down) / (2 * step);
    const exact = gradients[i]!.reduce((a, g, j) => a + g * direction[j]!, 0);
    const error = Math.abs(numeric - exact) / Math.max(1, Math.abs(numeric), Math.abs(exact));
    assert(
      error <= tolerance,
      `${what} of input ${i} [${v.node.shape}]: ${exact} but differences give ${numeric}, ` +
        `which mean nothing where a kink lies within a step of ${step}`,
    );
  }
}
