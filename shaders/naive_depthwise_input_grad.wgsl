// The oracle of depthwise_input_grad.wgsl: one output a thread. Same bindings, record and meaning.
// Defines: K, D (dilation), MASK.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> vectors: array<f32>;
//: if MASK
@group(0) @binding(4) var<storage, read> mask: array<f32>;
//: end
@group(0) @binding($(4 + MASK)) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let height = i32(table[record + 6u]);
  let width = i32(table[record + 7u]);
  let outHeight = table[record + 8u];
  let outWidth = table[record + 9u];
  let images = table[record + 10u];
  let flags = table[record + 14u];

  let pitch = (width + 3) / 4 * 4;
  let outPitch = (outWidth + 3u) / 4u * 4u;
  let at = group.x * 64u + local;
  let column = at % outPitch;
  let row = (at / outPitch) % outHeight;
  let image = at / (outPitch * outHeight);
  if (image >= images || group.y >= table[record + 11u]) { return; }
  let plane = group.y * images + image;

  var sum = 0.0;
  if (column < outWidth) {
    for (var i = 0; i < $K; i++) {
      for (var j = 0; j < $K; j++) {
        let p = i32(row) + $(D * (K - 1) / 2) - i * $D;
        let q = i32(column) + $(D * (K - 1) / 2) - j * $D;
        if (p >= 0 && p % 2 == 0 && p / 2 < height && q >= 0 && q % 2 == 0 && q / 2 < width) {
          sum += w[table[record + 1u] * 4u + group.y * $(K * K)u + u32(i * $K + j)]
            * dy[table[record] * 4u + (plane * u32(height) + u32(p / 2)) * u32(pitch) + u32(q / 2)];
        }
      }
    }
  }
  let goal = (plane * outHeight + row) * outPitch + column;
  //: if MASK
  var scale = 1.0;
  var shift = 0.0;
  if ((flags & 1u) != 0u) { scale = vectors[table[record + 2u] * 4u + group.y]; }
  if ((flags & 2u) != 0u) { shift = vectors[table[record + 3u] * 4u + group.y]; }
  if (scale * mask[table[record + 4u] * 4u + goal] + shift <= 0.0) { sum = 0.0; }
  //: end
  dx[table[record + 5u] * 4u + goal] = sum;
}
