/**
 * A kernel of your own, timed beside the built-in one and checked against float64: a ReLU that takes one float a thread,
 * where the built-in one takes four blocks of four. Prints milliseconds, GB/s and the largest error of both.
 */
import { foldGrid, input, node, type Op, plainCall, relu, storedFloats } from "@ms-darts/ms-darts/graph";
import { Runner, withoutPadding, withPadding } from "@ms-darts/ms-darts/gpu";

// `table` holds a record for each call: where x begins, where the result begins, then the words in the call's `params`.
const source = `
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i < table[record + 2u]) { out[table[record + 1u] + i] = max(x[table[record] + i], 0.0); }
}`;

/** `floats`: offsets in the record count floats, not blocks of four. */
const ownRelu: Op<null> = {
  name: "own_relu",
  gradient: "none",
  call: (n, tuning) => ({
    ...plainCall(n, ["x"], { source, floats: true }, tuning),
    params: { count: storedFloats(n.shape) },
    grid: foldGrid(storedFloats(n.shape), tuning.threads),
  }),
};

const shape = [16, 64, 32, 32]; // channels, images, height, width
const x = input("x", shape);
const values = Float32Array.from({ length: storedFloats(shape) }, (_, i) => Math.sin(i));
const exact = Float64Array.from(values, (v) => Math.max(v, 0));
const runner = await Runner.open();
for (const y of [relu(x), node(ownRelu, [x], null, shape)]) {
  const program = await runner.load(runner.compile({ y }));
  const results = program.run({ x: withPadding(values, shape) });
  const [stored] = await runner.tensors.read([results["y"]!]);
  let worst = 0;
  withoutPadding(stored!, shape).forEach((v, i) => worst = Math.max(worst, Math.abs(v - exact[i]!)));
  const milliseconds = (await program.profile())[0]!.milliseconds;
  const rate = 8 * values.length / milliseconds / 1e6; // each float is read and written
  const figures = `${milliseconds.toFixed(2)} ms, ${rate.toFixed(1)} GB/s, off by ${worst}`;
  console.log(`${y.op.name.padEnd(10)} ${figures}`);
  program.destroy();
}
runner.close();
