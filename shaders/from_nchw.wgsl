// Dense images [N, C, H*W] to a feature map [C, N, H, W] with padded rows. A thread writes 4 columns.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let blocks = table[record + 2u];
  let channels = table[record + 3u];
  let images = table[record + 4u];
  let height = table[record + 5u];
  let width = table[record + 6u];
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i >= blocks) { return; }
  let rowBlocks = (width + 3u) / 4u;
  let column = i % rowBlocks * 4u;
  let row = i / rowBlocks % height;
  let plane = i / (rowBlocks * height);
  let c = plane / images;
  let n = plane % images;
  let source = table[record] * 4u + ((n * channels + c) * height + row) * width + column;
  var pixels = vec4f(0.0);
  pixels.x = x[source];
  if (column + 1u < width) { pixels.y = x[source + 1u]; }
  if (column + 2u < width) { pixels.z = x[source + 2u]; }
  if (column + 3u < width) { pixels.w = x[source + 3u]; }
  out[table[record + 1u] + i] = pixels;
}
