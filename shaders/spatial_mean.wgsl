// Mean of every plane of a feature map; rows' padding is zero and adds nothing. A thread a plane.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>; // [C, N]

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let planes = table[record + 2u];
  let blocks = table[record + 3u]; // of one plane
  let plane = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (plane >= planes) { return; }
  let source = table[record] + plane * blocks;
  var sum = vec4f(0.0);
  for (var i = 0u; i < blocks; i++) { sum += x[source + i]; }
  out[table[record + 1u] * 4u + plane] = dot(sum, vec4f(1.0)) * bitcast<f32>(table[record + 4u]);
}
