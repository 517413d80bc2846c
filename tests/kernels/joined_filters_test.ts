/** The filters that the planner makes of several convolutions. */
import { assertThrows } from "deno-std/assert";
import { input, slice } from "../../src/graph/ops/mod.ts";
import { type FilterPart, joinedFilters } from "../../src/graph/ops/joined_filters.ts";
import type { Shape } from "../../src/graph/node.ts";
import { normal } from "../../src/random.ts";
import { assertClose } from "./close.ts";
import { random, run } from "./harness.ts";

/** What a term's weights are, for the reference. */
interface Filled {
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly at: readonly [number, number];
  readonly w: Float32Array;
  readonly scale: Float32Array;
}

/** float64, [outputs, inputs, rows, columns]. */
function joined(outputs: number, parts: readonly (readonly Filled[])[], [rows, columns]: readonly number[]) {
  const inputs = parts.reduce((sum, [first]) => sum + first!.channels, 0);
  const out = new Float64Array(outputs * inputs * rows! * columns!);
  let from = 0;
  for (const part of parts) {
    for (const { channels, kernel: [kh, kw], at, w, scale } of part) {
      w.forEach((value, i) => {
        const [o, c] = [Math.floor(i / (channels * kh * kw)), Math.floor(i / (kh * kw)) % channels];
        const [row, column] = [Math.floor(i / kw) % kh + at[0], i % kw + at[1]];
        out[((o * inputs + from + c) * rows! + row) * columns! + column]! += value * scale[o]!;
      });
    }
    from += part[0]!.channels;
  }
  return out;
}

const sizes = [
  // Two filters of one input, one of another with other channels.
  { outputs: 5, kernel: [3, 3], parts: [[2, [[3, 3], [1, 1]]], [3, [[1, 3]]]] },
  // Products only, more parts.
  { outputs: 8, kernel: [1, 1], parts: [[4, [[1, 1]]], [4, [[1, 1]]], [7, [[1, 1]]], [4, [[1, 1], [1, 1]]]] },
  { outputs: 70, kernel: [3, 1], parts: [[130, [[3, 1], [1, 1], [3, 1]]]] },
] as const;

Deno.test("joined filters ≡ float64: scaled, one over the other at their taps, side by side", async () => {
  // All at once: calls of different numbers of terms and parts share a dispatch.
  const feeds: Record<string, Float32Array> = {};
  const made = (name: string, shape: Shape) => {
    const { node, value } = random(name, shape, name.length * 1000 + name.charCodeAt(name.length - 1));
    feeds[name] = value;
    return { node, value };
  };
  const cases = sizes.map(({ outputs, kernel, parts }, s) => {
    const all = parts.map(([channels, kernels], p) =>
      kernels.map((own, k) => {
        const [w, scale] = [
          made(`w${s}${p}${k}`, [outputs, channels * own[0] * own[1]]),
          made(`s${s}${p}${k}`, [outputs]),
        ];
        const at = [(kernel[0] - own[0]) / 2, (kernel[1] - own[1]) / 2] as const;
        return { channels, kernel: own, at, w, scale };
      })
    );
    const nodes = all.map((terms): FilterPart => ({
      channels: terms[0]!.channels,
      terms: terms.map(({ w, scale, ...rest }) => ({ ...rest, w: w.node, scale: scale.node })),
    }));
    const filled = all.map((terms) =>
      terms.map(({ w, scale, ...rest }) => ({ ...rest, w: w.value, scale: scale.value }))
    );
    return { node: joinedFilters(nodes, kernel), want: joined(outputs, filled, kernel) };
  });
  const got = await run(cases.map(({ node }) => node), feeds);
  got.forEach((data, i) => assertClose(data, cases[i]!.want, `case ${i}`));
});

Deno.test("joined filters of weights that lie in different bindings", async () => {
  const [large, small, scale] = [input("large", [70_000]), input("small", [3, 18]), input("scale", [3])];
  const kernel = [3, 3] as const;
  const term = { scale, kernel, at: [0, 0] as const };
  const parts = [{
    channels: 2,
    terms: [{ ...term, w: slice(large, 69_004, [3, 18]) }, { ...term, w: small }],
  }, {
    channels: 1,
    terms: [{ ...term, w: slice(large, 8, [3, 1]), kernel: [1, 1] as const, at: [2, 0] as const }],
  }];
  const numbers = { large: 70_000, small: 54, scale: 3 };
  const feeds = Object.fromEntries(
    Object.entries(numbers).map(([name, length]) => [
      name,
      Float32Array.from({ length }, (_, i) => normal([length, 1], i)),
    ]),
  );
  const [got] = await run([joinedFilters(parts, kernel)], feeds);
  const filled = (w: Float32Array) => ({ ...term, channels: 2, w, scale: feeds["scale"]! });
  const want = joined(3, [
    [filled(feeds["large"]!.subarray(69_004, 69_058)), filled(feeds["small"]!)],
    [{ ...filled(feeds["large"]!.subarray(8, 11)), channels: 1, kernel: [1, 1], at: [2, 0] }],
  ], kernel);
  assertClose(got!, want, "filters");
});

Deno.test("joined filters refuse taps outside the filter, and weights of other sizes", () => {
  const [w, scale] = [input("w", [4, 6]), input("scale", [4])];
  const kernel = [1, 3] as const;
  const build = (terms: object) => () =>
    joinedFilters([{ channels: 2, terms: [{ w, scale, kernel, at: [0, 0] as const, ...terms }] }], kernel);
  assertThrows(build({ at: [0, 1] }), TypeError, "is no 1×3 filter at 0,1 of 4 outputs");
  assertThrows(build({ kernel: [3, 1] }), TypeError, "is no 3×1 filter");
  assertThrows(build({ w: input("w", [4, 5]) }), TypeError, "[4,5] with a scale [4] is no");
  assertThrows(build({ scale: input("scale", [5]), w: input("w", [4, 6]) }), TypeError, "is no");
});
