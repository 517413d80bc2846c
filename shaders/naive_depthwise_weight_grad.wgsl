// The oracle of depthwise_weight_grad.wgsl: one weight a thread; everything in part 0, the other parts zero.
// Same bindings, record and meaning; the parts are the grid's y. Defines: K, S (stride), D (dilation).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> vectors: array<f32>;
@group(0) @binding(4) var<storage, read_write> dw: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let height = i32(table[record + 6u]);
  let width = i32(table[record + 7u]);
  let outHeight = table[record + 8u];
  let outWidth = table[record + 9u];
  let images = table[record + 10u];
  let channels = table[record + 11u];
  let flags = table[record + 14u];
  let pitch = (width + 3) / 4 * 4;
  let outPitch = (outWidth + 3u) / 4u * 4u;
  let at = group.x * 64u + local;
  if (at >= channels * $(K * K)u) { return; }
  let channel = at / $(K * K)u;
  var scale = 1.0;
  var shift = 0.0;
  if ((flags & 1u) != 0u) { scale = vectors[table[record + 2u] * 4u + channel]; }
  if ((flags & 2u) != 0u) { shift = vectors[table[record + 3u] * 4u + channel]; }
  let i = i32(at / $(K)u % $(K)u);
  let j = i32(at % $(K)u);
  var sum = 0.0;
  if (group.y == 0u) {
    for (var n = 0u; n < images; n++) {
      let plane = channel * images + n;
      for (var row = 0u; row < outHeight; row++) {
        for (var column = 0u; column < outWidth; column++) {
          let p = i32(row) * $S + i * $D - $(D * (K - 1) / 2);
          let q = i32(column) * $S + j * $D - $(D * (K - 1) / 2);
          if (p >= 0 && p < height && q >= 0 && q < width) {
            var value = scale * x[table[record] * 4u + (plane * u32(height) + u32(p)) * u32(pitch) + u32(q)] + shift;
            if (bitcast<i32>(value) < bitcast<i32>(table[record + 15u])) { value = 0.0; }
            sum += value * dy[table[record + 1u] * 4u + (plane * outHeight + row) * outPitch + column];
          }
        }
      }
    }
  }
  dw[table[record + 5u] * 4u + group.y * channels * $(K * K)u + at] = sum;
}
