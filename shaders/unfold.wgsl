// im2col: out[c*taps + (i, j), n, p, q] = x[c, n, p*sy + i*dilation + originY, q*sx + j*dilation + originX], zero
// outside x. Grid y is the output channel, so the tap is uniform in a workgroup. A thread writes ROWS rows of 4 columns.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
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
  let tiles = (outHeight + $(ROWS - 1)u) / $(ROWS)u;
  let t = group.x * $(THREADS)u + local;
  if (group.y >= channels * taps || t >= images * tiles * outBlocks) { return; }
  let block = t % outBlocks;
  let tile = t / outBlocks % tiles;
  let image = t / (outBlocks * tiles);
  let channel = group.y / taps;
  let tapY = i32(group.y % taps / kernelX);
  let tapX = i32(group.y % taps % kernelX);

  let pitch = u32(width + 3) / 4u * 4u;
  let plane = table[record] * 4u + (channel * images + image) * u32(height) * pitch;
  //: for q in 0..4
  let x$q = i32(block * 4u + $(q)u) * strideX + tapX * dilation + originX;
  let inside$q = x$q >= 0 && x$q < width && block * 4u + $(q)u < outWidth;
  let at$q = plane + u32(clamp(x$q, 0, width - 1));
  //: end
  let target_ = table[record + 1u] + ((group.y * images + image) * outHeight + tile * $(ROWS)u) * outBlocks + block;
  //: for o in 0..ROWS
  if (tile * $(ROWS)u + $(o)u < outHeight) {
    let row = i32(tile * $(ROWS)u + $(o)u) * strideY + tapY * dilation + originY;
    let live = row >= 0 && row < height;
    let start = u32(clamp(row, 0, height - 1)) * pitch;
    out[target_ + $(o)u * outBlocks] = vec4f(
      //: for q in 0..4
      select(0.0, x[at$q + start], live && inside$q),
      //: end
    );
  }
  //: end
}
