// x[c, n, h, w] * s[n], a stream of blocks of 4 columns.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> s: array<f32>; // [N]
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 1u + group.z * table[0];
  let blocks = table[record + 3u];
  let planeBlocks = table[record + 4u];
  let images = table[record + 5u];
  let i = (group.y * groups.x + group.x) * 256u + local;
  if (i >= blocks) { return; }
  let factor = s[table[record + 1u] * 4u + i / planeBlocks % images];
  out[table[record + 2u] + i] = x[table[record] + i] * factor;
}
