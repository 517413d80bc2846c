// A feature map [C, N, H, W] with padded rows to dense images [N, C, H*W]. A thread a pixel.
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
  let pixels = table[record + 2u];
  let channels = table[record + 3u];
  let images = table[record + 4u];
  let height = table[record + 5u];
  let width = table[record + 6u];
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i >= pixels) { return; }
  let column = i % width;
  let row = i / width % height;
  let plane = i / (width * height);
  let n = plane / channels;
  let c = plane % channels;
  let pitch = (width + 3u) / 4u * 4u;
  out[table[record + 1u] * 4u + i] = x[table[record] * 4u + ((c * images + n) * height + row) * pitch + column];
}
