/**
 * Tuning records: with tiles, threads, splits and thresholds that are all others the results are the same. That none of
 * these is left in operations and shaders is a rule of the house.
 */
import { assertEquals } from "deno-std/assert";
import { type Runner, withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { software, type Tuning } from "../../src/graph/tuning.ts";
import { records, tuningFor } from "../../src/graph/tuning_records.ts";
import { compile } from "../../src/plan/compile.ts";
import { compare } from "../golden/compare.ts";
import { catalogue, valueOf } from "../kernels/catalogue.ts";
import { assertClose } from "../kernels/close.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { networkSteps } from "./network_steps.ts";
import { otherTuning } from "./other_tuning.ts";

/** The outputs of a plan of a graph for a record, without row padding. */
async function results(graph: Readonly<Record<string, Node>>, tuning: Tuning): Promise<Float32Array[]> {
  const runner = sharedRunner();
  const program = await runner.load(compile(graph, { maxBinding: 2 ** 27, tuning }));
  const feeds = Object.fromEntries(
    Object.entries(program.plan.inputs).map(([name, port]) => {
      const value = valueOf(name, port);
      return [name, value instanceof Float32Array ? withPadding(value, port.shape) : value];
    }),
  );
  const outputs = program.run(feeds);
  const tensors = Object.keys(graph).map((name) => outputs[name]!);
  const data = await runner.tensors.read(tensors);
  runner.tensors.release(...tensors);
  program.destroy();
  return Object.values(graph).map(({ shape }, i) => withoutPadding(data[i]!, shape));
}

Deno.test("every operation gives the same under another tuning", async () => {
  const [plain, tuned] = [await results(catalogue, software), await results(catalogue, otherTuning)];
  Object.entries(catalogue).forEach(([name, { dtype }], i) => {
    const [a, b] = [tuned[i]!, plain[i]!];
    if (dtype === "f32") assertClose(a, b, name);
    else assertEquals(new Uint32Array(a.slice().buffer), new Uint32Array(b.slice().buffer), name);
  });
});

Deno.test("a small step gives the same tuned for a GPU", async () => {
  const { weight } = networkSteps("s5");
  const [plain, tuned] = [await results(weight, software), await results(weight, records.gpu)];
  Object.keys(weight).forEach((name, i) => assertClose(tuned[i]!, plain[i]!, name, 1e-5));
});

for (const tuning of [otherTuning, records.gpu]) {
  for (const file of ["gradients_s3", "gradients_s5"]) {
    Deno.test(`golden ${file}: tuned for ${tuning.name}`, async () => {
      const runner = sharedRunner();
      const part: Pick<Runner, "compile" | "load" | "tensors"> = {
        compile: (outputs) => compile(outputs, { maxBinding: 2 ** 27, memory: 0, tuning }),
        load: (plan) => runner.load(plan),
        tensors: runner.tensors,
      };
      await compare(part as Runner, `${file}.in`, `${file}.want`, "default", 1e-4);
    });
  }
}

Deno.test("records go by their own names", () => {
  for (const [name, record] of Object.entries(records)) assertEquals(record.name, name);
});

Deno.test("an adapter gets the record for what it is", () => {
  const name = (adapter: string, onCpu: boolean): string => tuningFor({ adapter, software: onCpu }).name;
  assertEquals(name("llvmpipe (LLVM 19.1.7, 256 bits)", true), "software");
  assertEquals(name("llvmpipe (LLVM 19.1.7, 512 bits)", true), "software-512");
  assertEquals(name("SwiftShader Device", true), "software");
  assertEquals(name("NVIDIA H100 PCIe", false), "gpu");
});

/** The paths of a record's numbers. */
const paths = Object.entries(software).flatMap(([name, value]) =>
  typeof value === "object"
    ? Object.keys(value).map((key) => [name, key])
    : typeof value === "number"
    ? [[name]]
    : []
);
function withField(tuning: Tuning, [name, key]: readonly string[]): Tuning {
  const [own, others] = [tuning, otherTuning] as unknown as Record<string, Record<string, number>>[];
  return { ...tuning, [name!]: key ? { ...own![name!], [key]: others![name!]![key] } : others![name!] };
}

Deno.test("every field of the record is used", () => {
  type Case = readonly [graph: Readonly<Record<string, Node>>, memory: number, maxBinding?: number];
  const planOf = ([graph, memory, maxBinding = 2 ** 27]: Case, tuning: Tuning): string => {
    const { dispatches, table, chunks } = compile(graph, { maxBinding, memory, tuning });
    return JSON.stringify([
      dispatches.map(({ kernel, ...rest }) => [kernel.defines, rest]),
      [...table],
      chunks,
    ]);
  };
  const { weight, sample } = networkSteps("s2");
  const cases: readonly Case[] = [
    [catalogue, Infinity],
    [sample, Infinity],
    [weight, 1.3e6],
    [weight, 6e5],
    [weight, Infinity, 2 ** 18],
  ];
  // These two are of runs, not of plans: see bind_groups_test.ts.
  const used = paths.filter(([name]) => name !== "submit" && name !== "bindGroups");
  // What the software driver has no use for is used under the record of GPUs.
  const unused = [software, records.gpu].reduce((paths, tuning) => {
    const plain = cases.map((given) => ({ given, plan: planOf(given, tuning) }));
    return paths.filter((path) =>
      plain.every(({ given, plan }) => planOf(given, withField(tuning, path)) === plan)
    );
  }, used);
  assertEquals(unused.map((path) => path.join(".")), []);
});
