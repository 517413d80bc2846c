// 1/σ⁴ of every pixel, σ² its variance over the channels without bias, which counts as `least` where it is less. A
// thread has a block of 4 columns; the rows' padding becomes zero.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [C, N, H, W]
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>; // [1, N, H, W]

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let blocks = table[record + 2u]; // of one channel
  let channels = table[record + 3u];
  let rowBlocks = table[record + 4u];
  let width = table[record + 5u];
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i >= blocks) { return; }
  let source = table[record] + i;
  var sum = vec4f(0.0);
  for (var c = 0u; c < channels; c++) { sum += x[source + c * blocks]; }
  let mean = sum / f32(channels);
  // The squares of differences: squares alone would lose a small variance about a large mean.
  var squares = vec4f(0.0);
  for (var c = 0u; c < channels; c++) {
    let apart = x[source + c * blocks] - mean;
    squares += apart * apart;
  }
  let own = squares / f32(max(channels, 2u) - 1u);
  // A NaN stays one: compilers may leave it out of a maximum.
  let known = (bitcast<vec4u>(own) & vec4u(0x7fffffffu)) <= vec4u(0x7f800000u);
  let variance = select(own, max(own, vec4f(bitcast<f32>(table[record + 6u]))), known);
  let column = vec4u(i % rowBlocks * 4u) + vec4u(0u, 1u, 2u, 3u);
  out[table[record + 1u] + i] = select(vec4f(0.0), 1.0 / (variance * variance), column < vec4u(width));
}
