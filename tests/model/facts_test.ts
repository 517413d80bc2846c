/** What the model tells of kernels and calls from a plan. */
import { assert, assertEquals } from "deno-std/assert";
import { Facts } from "../../src/model/facts.ts";
import { software } from "../../src/graph/tuning.ts";
import type { Dispatch, Plan } from "../../src/plan/plan.ts";

/** A kernel whose threads load one block each, `stride` apart, as often as the record's fourth word says. */
const source = (at: string): string => `
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
var<workgroup> sums: array<vec4f, 64>;
var<workgroup> flags: array<u32, 4>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let record = 4u + id.z * table[0];
  let rounds = table[record + 3u];
  let i = id.x;
  for (var k = 0u; k < rounds; k++) {
    out[table[record + 1u] + i] = x[table[record] + ${at} + k * 4096u];
  }
}`;

/** Two calls whose records are [x, out, unused, rounds]. */
function planOf(at: string, [first, second]: readonly [readonly number[], readonly number[]]): Plan {
  const dispatch: Dispatch = {
    label: "copy",
    kernel: { label: "copy", source: source(at) },
    chunks: [0, 0],
    table: [64, 12],
    grid: [8, 1, 2],
    calls: [{ grid: [8, 1], places: [0, 1] }, { grid: [8, 1], places: [0, 1] }],
    flop: 0,
    bytes: 0,
  };
  const table = Uint32Array.of(...new Array<number>(64).fill(7), 4, 0, 0, 0, ...first, ...second);
  return {
    tuning: software,
    inputs: {},
    outputs: {},
    constants: [],
    dispatches: [dispatch],
    table,
    chunks: [],
  };
}
const calls = (at: string, records: Parameters<typeof planOf>[1]) => {
  const plan = planOf(at, records);
  return new Facts().calls(plan, plan.dispatches[0]!);
};

Deno.test("model: threads, memory and bindings of a kernel are those of its text", () => {
  const { kernel } = planOf("i", [[], []]).dispatches[0]!;
  assertEquals(new Facts().kernel(kernel), {
    threads: 64,
    storageBuffers: 3,
    workgroupMemory: 64 * 16 + 4 * 4,
    liveFloats: 4,
  });
});

Deno.test("model: neighbouring threads on neighbouring blocks touch four lines, others a line each", () => {
  const records = [[0, 1024, 0, 3], [0, 1024, 0, 3]] as const;
  const [near] = calls("i", records);
  const [far] = calls("i * 8u", records);
  // 32 threads: 512 bytes of x and of out in each of three rounds, and a line for each of the table's words.
  const words = near!.lines - 3 * (4 + 4);
  assertEquals(far!.lines - words, 3 * (32 + 4));
  assertEquals(near!.scattered, 1);
  assertEquals(far!.scattered, (32 + 4) / (4 + 4));
  // Of each sector of 32 bytes half is used where blocks lie apart.
  const moved = far!.bytes[32].anew - near!.bytes[32].anew;
  assertEquals(moved, 3 * (32 * 32 - 512));
});

Deno.test("model: calls are looked at once for each work, wherever their operands lie", () => {
  const [a, b] = calls("i", [[0, 1024, 0, 3], [4096, 99, 0, 3]]);
  assert(a === b);
  const [c, d] = calls("i", [[0, 1024, 0, 3], [0, 1024, 0, 5]]);
  assertEquals([c!.workgroups, d!.workgroups], [8, 8]);
  // The table's two lines, then a wait in each round.
  assertEquals(d!.far - c!.far, 2);
});
