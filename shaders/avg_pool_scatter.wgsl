// Adjoint of average pooling at any stride: each pixel gathers dy / count of the windows that hold it.
// A thread writes 4 columns; rare and small next to the stride-1 kernel (avg_pool.wgsl), so plain.
// Defines: K (window), S (stride), P (padding).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

// How many of the pixels of window `i` lie inside an image of `size` pixels along this axis.
fn pixels(i: i32, size: i32) -> i32 {
  return min(i * $S - $P + $K, size) - max(i * $S - $P, 0);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 1u + group.z * table[0];
  let planes = table[record + 2u];
  let height = i32(table[record + 3u]);
  let width = i32(table[record + 4u]);
  let outHeight = i32(table[record + 5u]); // of dy
  let outWidth = i32(table[record + 6u]);

  let blocks = u32(width + 3) / 4u;
  let t = (group.y * groups.x + group.x) * 64u + local;
  if (t >= planes * u32(height) * blocks) { return; }
  let column = i32(t % blocks) * 4;
  let y = i32(t / blocks % u32(height));
  let plane = t / (blocks * u32(height));
  let source = table[record] * 4u + plane * u32(outHeight * ((outWidth + 3) / 4 * 4));

  var value = vec4f(0.0);
  //: for i in 0..(K + S - 1) / S
  let p$i = (y + $P) / $S - $i;
  if (p$i >= 0 && p$i < outHeight && p$i * $S - $P + $K > y) {
    let row = source + u32(p$i * ((outWidth + 3) / 4 * 4));
    //: for q in 0..4
    //: for j in 0..(K + S - 1) / S
    let w_$(q)_$j = (column + $q + $P) / $S - $j;
    if (column + $q < width && w_$(q)_$j >= 0 && w_$(q)_$j < outWidth && w_$(q)_$j * $S - $P + $K > column + $q) {
      value[$q] += dy[row + u32(w_$(q)_$j)] / f32(pixels(p$i, height) * pixels(w_$(q)_$j, width));
    }
    //: end
    //: end
  }
  //: end
  out[table[record + 1u] + t] = value;
}
