/** No dispatch binds a buffer that it writes a second time, whatever the space and the record. No device is needed. */
import { assert, assertEquals } from "deno-std/assert";
import { type Kernel, kernelKey } from "../../src/graph/node.ts";
import { software, type Tuning } from "../../src/graph/tuning.ts";
import { tuningFor } from "../../src/graph/tuning_records.ts";
import { compile } from "../../src/plan/compile.ts";
import { codeOf, joinedSlots } from "../../src/plan/joined.ts";
import type { Dispatch } from "../../src/plan/plan.ts";
import { spaces } from "../../src/spaces/mod.ts";
import { catalogue } from "../kernels/catalogue.ts";
import { networkSteps } from "./network_steps.ts";

const gpu = tuningFor({ adapter: "some card", software: false });
const oneColour: Tuning = { ...gpu, colours: { least: 1, most: 1 } };
const maxBinding = 2 ** 30;

/** The bindings of a shader: number, access, name. */
const bindingsOf = (code: string): [number, string, string][] =>
  [...code.matchAll(/@binding\((\d+)\) var<storage, (\w+)> (\w+)/g)]
    .map(([, number, access, name]) => [Number(number), access!, name!]);

/** What its shader declares of a dispatch has to be what is bound: the output alone is written, and it is bound once. */
function check(dispatch: Dispatch): void {
  const { kernel, chunks } = dispatch;
  const joined = joinedSlots(dispatch);
  const bound = bindingsOf(codeOf(kernel, joined)).sort(([a], [b]) => a - b);
  const slots = [...chunks.keys()].filter((slot) => !joined.includes(slot));
  assertEquals(bound.map(([number]) => number), [0, ...slots.map((slot) => slot + 1)], kernel.label);
  const written = bound.filter(([, access]) => access === "read_write").map(([number]) => number - 1);
  assertEquals(written, [chunks.length - 1], `${kernel.label} writes its output alone`);
  const output = chunks.at(-1)!;
  const again = slots.filter((slot) => chunks[slot] === output);
  assertEquals(again, [chunks.length - 1], `${kernel.label} binds its output's chunk once`);
}

for (const { name } of spaces) {
  Deno.test(`${name}: a dispatch binds what it writes once, and colours cost no dispatches`, () => {
    const { weight, sample } = networkSteps(name);
    for (const step of [weight, sample]) {
      const [coloured, plain] = [gpu, oneColour].map((tuning) =>
        compile(step, { maxBinding, tuning }).dispatches
      );
      [...coloured!, ...plain!].forEach(check);
      assertEquals(coloured!.length, plain!.length);
      const clashes = (dispatches: readonly Dispatch[]): number =>
        dispatches.filter((dispatch) => joinedSlots(dispatch).length > 0).length;
      assert(clashes(coloured!) <= 0.6 * clashes(plain!), `${clashes(coloured!)} of ${clashes(plain!)}`);
    }
    // Where maps need several chunks, too.
    compile(weight, { maxBinding: 2 ** 20 }).dispatches.forEach(check);
  });
}

Deno.test("any input of any kernel can lie beside the output: then nothing of its own binding is left", () => {
  const kernels = new Map<string, Kernel>();
  for (const tuning of [software, gpu]) {
    for (const { kernel } of compile(catalogue, { maxBinding, tuning }).dispatches) {
      kernels.set(kernelKey(kernel), kernel);
    }
  }
  for (const kernel of kernels.values()) {
    const names = bindingsOf(codeOf(kernel, [])).sort(([a], [b]) => a - b).map(([, , name]) => name).slice(1);
    names.slice(0, -1).forEach((name, slot) => {
      const code = codeOf(kernel, [slot]).replaceAll(/\/\/.*/g, "");
      assert(!new RegExp(`(?<![.\\w])${name}\\[|> ${name}:`).test(code), `${kernel.label} still has ${name}`);
      assertEquals(bindingsOf(code).length, names.length, kernel.label);
    });
  }
});

const kernel = (x: string, y: string, index: string) => ({
  label: "",
  source: [
    `@group(0) @binding(1) var<storage, read> x: array<${x}>; // what is read`,
    "@group(0) @binding(2) var<storage, read> z: array<f32>;",
    `@group(0) @binding(3) var<storage, read_write> y: array<${y}>;`,
    `y[i] = x[${index}] + x1[i] * z[i];`,
  ].join("\n"),
});

for (
  const [x, y, read] of [
    ["f32", "f32", "y[i]"],
    ["u32", "f32", "bitcast<u32>(y[i])"],
    ["f32", "vec4f", "y[(i) / 4][(i) % 4]"],
    ["vec4u", "vec4f", "bitcast<vec4u>(y[i])"],
    ["vec4f", "f32", "vec4<f32>(y[4 * (i) + 0], y[4 * (i) + 1], y[4 * (i) + 2], y[4 * (i) + 3])"],
    [
      "vec4u",
      "f32",
      "bitcast<vec4u>(vec4<f32>(y[4 * (i) + 0], y[4 * (i) + 1], y[4 * (i) + 2], y[4 * (i) + 3]))",
    ],
  ] as const
) {
  Deno.test(`an input of ${x} is read through an output of ${y}`, () => {
    const lines = codeOf(kernel(x, y, "i"), [0]).split("\n");
    assertEquals(lines.length, 3);
    assertEquals(lines.at(-1), `y[i] = ${read} + x1[i] * z[i];`);
  });
}

Deno.test("an index may have reads of the same input in it, and several inputs may be joined", () => {
  const code = codeOf(kernel("f32", "f32", "u32(x[i + u32(z[i])])"), [0, 1]).split("\n");
  assertEquals(code.length, 2);
  assertEquals(code.at(-1), "y[i] = y[u32(y[i + u32(y[i])])] + x1[i] * y[i];");
});
