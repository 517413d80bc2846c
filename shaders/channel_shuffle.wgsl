// Channel c of the result is channel c / groups of group c % groups, a copy of blocks of 4 columns. Grid y is c; a
// thread takes BLOCKS blocks.
// Defines: THREADS, BLOCKS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let channels = table[record + 2u];
  let blocks = table[record + 3u]; // of one channel
  let groups = table[record + 4u];
  let from_ = group.y % groups * (channels / groups) + group.y / groups;
  let source = table[record] + from_ * blocks;
  let target_ = table[record + 1u] + group.y * blocks;
  //: for k in 0..BLOCKS
  let i$k = group.x * $(BLOCKS * THREADS)u + $(k * THREADS)u + local;
  if (group.y < channels && i$k < blocks) { out[target_ + i$k] = x[source + i$k]; }
  //: end
}
