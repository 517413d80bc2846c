/** What the model reads in a shader: threads, memory, live floats, and the way of a thread through it. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { topological } from "../../src/graph/rewrite.ts";
import { software } from "../../src/graph/tuning.ts";
import { liveFloats } from "../../src/model/live.ts";
import { lower } from "../../src/model/lower.ts";
import { Tracer } from "../../src/model/trace.ts";
import { parse } from "../../src/model/wgsl.ts";
import { lower as lowered } from "../../src/plan/compile.ts";
import { expand } from "../../src/plan/expand.ts";
import { fuse } from "../../src/plan/fuse.ts";
import { catalogue } from "../kernels/catalogue.ts";
import { otherTuning } from "../plan/other_tuning.ts";

const bindings = `
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
var<workgroup> sums: array<vec4f, 64>;
`;
const shader = (body: string): string =>
  `${bindings}
fn twice(i: u32) -> u32 { if (i > 2u) { return i * 2u; } return i + i; }
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
${body}
}`;
const of = (body: string) => lower(parse(shader(body)));
const floats = (body: string): number => liveFloats(of(body));
/** A thread's way, table [8, 3, …]. */
const way = (body: string, local = 0, rounds?: number) =>
  new Tracer(of(body)).trace(Uint32Array.of(8, 3), {
    ...{ workgroup: [0, 0, 0], workgroups: [1, 1, 1], threads: 64, local },
  }, rounds);

Deno.test("model: every kernel of the catalogue is read", () => {
  for (const tuning of [software, otherTuning]) {
    for (const n of topological(lowered(fuse(Object.values(catalogue), tuning), tuning))) {
      if (!n.op.call || n.op.placement) continue;
      const { source, defines = {}, constants, label } = n.op.call(n, tuning).kernel;
      const module = parse(expand(source, defines));
      assertEquals(module.threads, defines["THREADS"] ?? module.threads, label);
      assert(module.threads > 1, label);
      liveFloats(lower(module, constants));
    }
  }
});

Deno.test("model: what it does not know in a shader is an error that says where", () => {
  assertThrows(() => parse("fn main() { x # y; }"), SyntaxError, "# y");
  assertThrows(() => of("let a = b;"), SyntaxError, "what is b?");
  assertThrows(() => of("let a = frexp(1.0);"), SyntaxError, "what is frexp?");
});

Deno.test("model: floats live from where they are written to where they are read last", () => {
  // Two vectors at once, then one.
  assertEquals(floats("let a = x[0]; let b = x[1]; let c = a + b; out[0] = c;"), 8);
  // Each goes before the next comes.
  assertEquals(floats("let a = x[0]; out[0] = a; let b = x[1]; out[1] = b;"), 4);
  assertEquals(floats("let a = x[0]; let b = x[1]; let c = x[2]; out[0] = a; out[1] = b + c;"), 12);
  // A load has its registers before it is added.
  assertEquals(floats("var sum = x[0]; sum += x[1]; out[0] = sum;"), 8);
  // What is never written again is a constant.
  assertEquals(floats("var none = vec4f(0.0); let a = x[0]; out[0] = a + none;"), 4);
  // Integers do not count.
  assertEquals(floats("let i = table[0]; let a = x[i]; out[i + 1u] = a;"), 4);
});

Deno.test("model: what a loop reads in its next round lives through it", () => {
  const loop = (last: string) => `
    let a = x[0];
    var sum = vec4f(0.0);
    for (var i = 0u; i < 3u; i++) {
      sum += a;
      let b = x[i];
      let c = x[i + 1u];
      out[i] = b + c;
    }
    out[9] = sum${last};`;
  assertEquals(floats(loop("")), 16); // a, sum, b, c
  assertEquals(floats(loop("").replace("sum += a;", "sum += vec4f(1.0);")), 12);
});

Deno.test("model: a thread's waits are those for loads that were not asked for together", () => {
  // All at once, and one line.
  assertEquals(way("let a = x[0] + x[1]; out[0] = a;").far, 1);
  // The address of the second comes with the first.
  assertEquals(way("let i = table[0]; let a = x[i]; out[0] = a;").far, 2);
  // The same line of the table is near the second time.
  const again = way("let i = table[0]; let a = x[i + table[1]]; out[0] = a; let j = table[1]; out[j] = a;");
  assertEquals([again.far, again.near], [2, 1]);
  // One round after the other.
  assertEquals(way("for (var i = 0u; i < table[0]; i++) { out[i] = x[i * 8u]; }").far, 1 + 8);
  assertEquals(way("for (var i = 0u; i < table[0]; i++) { out[i] = x[i]; }").far, 1 + 1); // 8 lie in one line
});

Deno.test("model: loops, branches, functions and barriers are gone through as the table says", () => {
  const { counts, barriers, operations } = way(`
    var sum = vec4f(0.0);
    var i = twice(table[1]);
    loop {
      if (i < 8u) { sum += x[i]; } else { sum -= x[0]; }
      continuing { i++; break if i >= twice(5u); }
    }
    sums[local] = sum;
    workgroupBarrier();
    out[0] = sums[0];`);
  // i from 6 to 9: two rounds of each branch.
  assertEquals(counts.filter((count) => count === 2).length, 2);
  assertEquals(barriers, { workgroup: 1, storage: 0 });
  assert(operations > 4 * 4 && operations < 100, `${operations}`);
  assertEquals(way("while (true) { out[0] = x[0]; }", 0, 2).counts, [2, 2]);
});

Deno.test("model: threads tell where they read", () => {
  const at = (body: string, local: number) => way(body, local).addresses;
  assertEquals(at("out[local] = x[local * 2u];", 3), [[96], [48]]);
});
