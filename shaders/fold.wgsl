// Adjoint of unfold: every pixel gathers what each tap of each window took from it,
// out[c, n, y, x] = sum over taps (i, j) of dy[c*taps + (i, j), n, p, q] with p*sy + i*dilation + originY = y and
// q*sx + j*dilation + originX = x. A thread writes 4 columns.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 1u + group.z * table[0];
  let channels = table[record + 2u];
  let images = table[record + 3u];
  let height = table[record + 4u];
  let width = table[record + 5u];
  let outHeight = i32(table[record + 6u]); // of dy
  let outWidth = i32(table[record + 7u]);
  let kernelY = i32(table[record + 8u]);
  let kernelX = i32(table[record + 9u]);
  let strideY = i32(table[record + 10u]);
  let strideX = i32(table[record + 11u]);
  let originY = bitcast<i32>(table[record + 12u]);
  let originX = bitcast<i32>(table[record + 13u]);
  let dilation = i32(table[record + 14u]);

  let blocks = (width + 3u) / 4u;
  let t = (group.y * groups.x + group.x) * 64u + local;
  if (t >= channels * images * height * blocks) { return; }
  let column = i32(t % blocks);
  let y = i32(t / blocks % height);
  let image = t / (blocks * height) % images;
  let c = t / (blocks * height * images);

  let pitch = u32(outWidth + 3) / 4u * 4u;
  var value = vec4f(0.0);
  for (var i = 0; i < kernelY; i++) {
    let down = y - i * dilation - originY;
    let p = down / strideY;
    if (down < 0 || down % strideY != 0 || p >= outHeight) { continue; }
    for (var j = 0; j < kernelX; j++) {
      let channel = (c * u32(kernelY) + u32(i)) * u32(kernelX) + u32(j);
      let start = table[record] * 4u + ((channel * images + image) * u32(outHeight) + u32(p)) * pitch;
      let shift = -j * dilation - originX;
      //: for q in 0..4
      let right$q = column * 4 + $q + shift;
      // Division is slow and stride 1 is the rule.
      var x$q = right$q;
      if (strideX != 1) { x$q = right$q / strideX; }
      if (right$q >= 0 && x$q * strideX == right$q && x$q < outWidth) { value[$q] += dy[start + u32(x$q)]; }
      //: end
    }
  }
  let real = vec4i(column * 4) + vec4i(0, 1, 2, 3) < vec4i(i32(width));
  out[table[record + 1u] + t] = select(vec4f(0.0), value, real);
}
