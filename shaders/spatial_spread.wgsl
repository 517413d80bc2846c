// A feature map whose planes are constant: g[c, n] at every pixel, zero in the rows' padding.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> g: array<f32>; // [C, N]
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let blocks = table[record + 2u];
  let planeBlocks = table[record + 3u];
  let rowBlocks = table[record + 4u];
  let width = table[record + 5u];
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i >= blocks) { return; }
  let value = g[table[record] * 4u + i / planeBlocks];
  let column = vec4u(i % rowBlocks * 4u) + vec4u(0u, 1u, 2u, 3u);
  out[table[record + 1u] + i] = select(vec4f(0.0), vec4f(value), column < vec4u(width));
}
