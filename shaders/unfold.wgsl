// im2col: out[c*taps + (i, j), n, p, q] = x[c, n, p*sy + i*dilation + originY, q*sx + j*dilation + originX], zero
// outside x. Grid y is the output channel, so the tap is uniform in a workgroup. A thread writes 4 columns.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let channels = table[record + 2u];
  let images = table[record + 3u];
  let height = i32(table[record + 4u]);
  let width = i32(table[record + 5u]);
  let outHeight = table[record + 6u];
  let outWidth = table[record + 7u];
  let kernelX = table[record + 9u];
  let taps = table[record + 8u] * kernelX;
  let strideY = i32(table[record + 10u]);
  let strideX = i32(table[record + 11u]);
  let originY = bitcast<i32>(table[record + 12u]);
  let originX = bitcast<i32>(table[record + 13u]);
  let dilation = i32(table[record + 14u]);

  let outBlocks = (outWidth + 3u) / 4u;
  let t = group.x * 256u + local;
  if (group.y >= channels * taps || t >= images * outHeight * outBlocks) { return; }
  let column = i32(t & 7u);
  let y = i32((t >> 3u) & 31u);
  let image = (t >> 8u);
  let tapY = i32(group.y % taps / kernelX);
  let tapX = i32(group.y % taps % kernelX);

  let row = y * strideY + tapY * dilation + originY;
  let shift = tapX * dilation + originX;
  var value = vec4f(0.0);
  if (row >= 0 && row < height) {
    let start = table[record] * 4u + ((group.y / taps * images + image) * u32(height) + u32(row)) * (u32(width + 3) / 4u * 4u);
    //: for q in 0..4
    let x$q = (column * 4 + $q) * strideX + shift;
    if (x$q >= 0 && x$q < width && column * 4 + $q < i32(outWidth)) { value[$q] = x[start + u32(x$q)]; }
    //: end
  }
  out[table[record + 1u] + group.y * images * outHeight * outBlocks + t] = value;
}
