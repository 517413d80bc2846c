// Adjoint of unfold: every pixel gathers what each tap of each window took from it,
// out[c, n, y, x] = sum over taps (i, j) of dy[c*taps + (i, j), n, p, q] with p*sy + i*dilation + originY = y and
// q*sx + j*dilation + originX = x. Grid y is the channel. A thread writes ROWS rows of 4 columns, so that the columns
// of a tap are found once for all of them.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let channels = table[record + 2u];
  let images = table[record + 3u];
  let height = i32(table[record + 4u]);
  let width = table[record + 5u];
  let outHeight = i32(table[record + 6u]); // of dy
  let outWidth = i32(table[record + 7u]);
  let kernelY = table[record + 8u];
  let kernelX = table[record + 9u];
  let strideY = i32(table[record + 10u]);
  let strideX = i32(table[record + 11u]);
  let originY = bitcast<i32>(table[record + 12u]);
  let originX = bitcast<i32>(table[record + 13u]);
  let dilation = i32(table[record + 14u]);

  let blocks = (width + 3u) / 4u;
  let tiles = (u32(height) + $(ROWS - 1)u) / $(ROWS)u;
  let t = group.x * $(THREADS)u + local;
  if (group.y >= channels || t >= images * tiles * blocks) { return; }
  let block = t % blocks;
  let tile = t / blocks % tiles;
  let image = t / (blocks * tiles);
  let top = i32(tile * $(ROWS)u);

  let pitch = u32(outWidth + 3) / 4u * 4u;
  //: for o in 0..ROWS
  var value$o = vec4f(0.0);
  //: end
  for (var j = 0u; j < kernelX; j++) {
    //: for q in 0..4
    let right$q = i32(block * 4u) + $q - i32(j) * dilation - originX;
    // Division is slow and stride 1 is the rule.
    let x$q = select(right$q, right$q / strideX, strideX != 1);
    let inside$q = right$q >= 0 && x$q * strideX == right$q && x$q < outWidth;
    //: end
    for (var i = 0u; i < kernelY; i++) {
      let channel = (group.y * kernelY + i) * kernelX + j;
      let plane = table[record] * 4u + (channel * images + image) * u32(outHeight) * pitch;
      //: for o in 0..ROWS
      let down$o = top + $o - i32(i) * dilation - originY;
      let p$o = select(down$o, down$o / strideY, strideY != 1);
      if (down$o >= 0 && p$o * strideY == down$o && p$o < outHeight) {
        let start = plane + u32(p$o) * pitch;
        value$o += vec4f(
          //: for q in 0..4
          select(0.0, dy[start + select(0u, u32(x$q), inside$q)], inside$q),
          //: end
        );
      }
      //: end
    }
  }
  let real = vec4u(block * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(width);
  let goal = table[record + 1u] + ((group.y * images + image) * u32(height) + u32(top)) * blocks + block;
  //: for o in 0..ROWS
  if (top + $o < height) { out[goal + $(o)u * blocks] = select(vec4f(0.0), value$o, real); }
  //: end
}
