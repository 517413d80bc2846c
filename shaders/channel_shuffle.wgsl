// Channel c of the result is channel c / groups of group c % groups, a copy of blocks of 4 columns. Grid y is c; a
// thread takes 4 blocks.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let channels = table[record + 2u];
  let blocks = table[record + 3u]; // of one channel
  let groups = table[record + 4u];
  let from_ = group.y % groups * (channels / groups) + group.y / groups;
  let source = table[record] + from_ * blocks;
  let target_ = table[record + 1u] + group.y * blocks;
  //: for k in 0..4
  let i$k = group.x * 256u + $(k * 64)u + local;
  if (group.y < channels && i$k < blocks) { out[target_ + i$k] = x[source + i$k]; }
  //: end
}
