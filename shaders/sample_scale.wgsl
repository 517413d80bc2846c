// x[c, n, h, w] * s[n], a stream of blocks of 4 columns. Grid y is the channel; a thread takes
// BLOCKS blocks. Defines: THREADS, LANES (THREADS is a multiple of it), BLOCKS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> s: array<f32>; // [N]
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let channels = table[record + 3u];
  let blocks = table[record + 4u]; // of one channel
  let imageBlocks = table[record + 5u]; // of one plane
  let source = table[record] + group.y * blocks;
  let target_ = table[record + 2u] + group.y * blocks;
  let inverse = 1.0 / f32(imageBlocks); // a division of integers is slow
  // LANES neighbouring threads take their blocks in a row: memory is read in order.
  let first = group.x * $(BLOCKS * THREADS)u + local / $(LANES)u * $(LANES * BLOCKS)u + local % $(LANES)u;
  //: for k in 0..BLOCKS
  let i$k = first + $(LANES * k)u;
  if (group.y < channels && i$k < blocks) {
    let image = u32((f32(i$k) + 0.5) * inverse);
    out[target_ + i$k] = x[source + i$k] * s[table[record + 1u] * 4u + image];
  }
  //: end
}
