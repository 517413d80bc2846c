// Weight gradient of a depthwise convolution, in partial sums over ranges of tiles:
// dw[s,c,i,j] = sum over the outputs (n,p,q) of range s of dy[c,n,p,q] * x[c,n, p*S + i*D - P, q*S + j*D - P].
// A workgroup has one channel; each thread keeps all K*K sums in registers and takes every 64th tile of 4 columns
// and ROWS rows of dy, over which the rows of x slide; then the 64 threads are added in workgroup memory, 16 sums at a
// time, always in the same order.
// Defines: K, S (stride), D (dilation), ROWS, RELU (1: x is max(x, 0)).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [C, N, height, pitch]
@group(0) @binding(2) var<storage, read_write> dy: array<vec4f>; // [C, N, outHeight, outPitch]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, C, K*K]

var<workgroup> sums: array<f32, 1024>; // [16 sums, 64 threads]
var<workgroup> quarters: array<f32, 64>; // [16 sums, 4]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let height = i32(table[record + 3u]);
  let pitch = i32(table[record + 4u]); // of x, in vec4
  let outHeight = i32(table[record + 5u]);
  let outPitch = table[record + 6u]; // of dy, in vec4
  let images = table[record + 7u];
  let channels = table[record + 8u];
  let ranges = table[record + 9u];

  let live = group.x < channels && group.y < ranges;
  let bands = (u32(outHeight) + $(ROWS - 1)u) / $(ROWS)u;
  let tiles = images * bands * outPitch;
  let length = (tiles + ranges - 1u) / ranges;
  let end = select(0u, min(tiles, (group.y + 1u) * length), live);

  //: for t in 0..(K * K + 15) / 16 * 16
  var sum$t = 0.0;
  //: end
  for (var tile = group.y * length + local; tile < end; tile += 64u) {
    let column = tile % outPitch;
    let band = (tile / outPitch) % bands;
    let plane = group.x * images + tile / (outPitch * bands);
    let source = table[record] + plane * u32(height * pitch);
    let first = i32(column) * $S - $((D * (K - 1) / 2 + 3) / 4);
    //: for b in 0..(D * (K - 1) / 2 + 3) / 4 + (3 * S + D * (K - 1) / 2) / 4 + 1
    let inside$b = first + $b >= 0 && first + $b < pitch;
    //: end
    let firstOut = i32(band) * $ROWS;
    let firstRow = firstOut * $S - $(D * (K - 1) / 2);
    let gradient = table[record + 1u] + (plane * u32(outHeight) + u32(firstOut)) * outPitch + column;
    //: for o in 0..ROWS
    let in$o = firstOut + $o < outHeight;
    let dy$o = select(vec4f(0.0), dy[gradient + select(0u, $(o)u * outPitch, in$o)], in$o);
    //: end

    //: for r in 0..(ROWS - 1) * S + (K - 1) * D + 1
    let row$r = firstRow + $r;
    let live$r = row$r >= 0 && row$r < height;
    //: for b in 0..(D * (K - 1) / 2 + 3) / 4 + (3 * S + D * (K - 1) / 2) / 4 + 1
    let in_$(r)_$b = live$r && inside$b;
    //: if RELU
    let x_$(r)_$b = max(vec4f(0.0), select(vec4f(0.0), x[source + select(0u, u32(row$r * pitch + first + $b), in_$(r)_$b)], in_$(r)_$b));
    //: else
    let x_$(r)_$b = select(vec4f(0.0), x[source + select(0u, u32(row$r * pitch + first + $b), in_$(r)_$b)], in_$(r)_$b);
    //: end
    //: end
    //: for o in 0..ROWS
    //: for i in 0..K
    //: if o * S + i * D == r
    //: for j in 0..K
    sum$(i * K + j) += dot(dy$o, vec4f(
      //: for q in 0..4
      x_$(r)_$((q * S + j * D + (4 - D * (K - 1) / 2 % 4) % 4) / 4)[$((q * S + j * D + (4 - D * (K - 1) / 2 % 4) % 4) % 4)],
      //: end
    ));
    //: end
    //: end
    //: end
    //: end
    //: end
  }

  //: for c in 0..(K * K + 15) / 16
  //: for t in 0..16
  sums[$(t * 64)u + local] = sum$(c * 16 + t);
  //: end
  workgroupBarrier();
  {
    let base = local * 16u; // sum local / 4, quarter local % 4
    quarters[local] = sums[base]
    //: for t in 1..16
      + sums[base + $(t)u]
    //: end
    ;
  }
  workgroupBarrier();
  if (live && local < 16u && $(c * 16)u + local < $(K * K)u) {
    dw[table[record + 2u] * 4u + (group.y * channels + group.x) * $(K * K)u + $(c * 16)u + local] =
      quarters[local * 4u] + quarters[local * 4u + 1u] + quarters[local * 4u + 2u] + quarters[local * 4u + 3u];
  }
  //: end
}
