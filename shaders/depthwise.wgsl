// Depthwise convolution: y[c,n,p,q] = sum over i,j of w[c,i,j] * x[c,n, p*S + i*D - P, q*S + j*D - P], P = D*(K-1)/2.
// A thread computes 4 columns of ROWS rows. The rows of x slide by: each is read once a tile, as vec4, and
// goes into the accumulators of all output rows it reaches; the filter is uniform in the workgroup.
// Defines: K, S (stride), D (dilation), ROWS, RELU (1: x is max(x, 0)).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [C, N, height, pitch]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [C, K*K]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [C, N, outHeight, outPitch]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let height = i32(table[record + 3u]);
  let pitch = i32(table[record + 4u]); // of x, in vec4
  let outHeight = table[record + 5u];
  let outWidth = table[record + 6u];
  let images = table[record + 7u];
  let channels = table[record + 8u];
  let flip = table[record + 9u]; // 1: the filter turned by 180 degrees, which is the input gradient at stride 1

  let outPitch = (outWidth + 3u) / 4u;
  let bands = (outHeight + $(ROWS - 1)u) / $(ROWS)u;
  let tile = group.x * 64u + local;
  let column = tile % outPitch;
  let band = (tile / outPitch) % bands;
  let image = tile / (outPitch * bands);
  if (image >= images || group.y >= channels) { return; }
  let plane = group.y * images + image;

  let filterAt = table[record + 1u] * 4u + group.y * $(K * K)u + select(0u, $(K * K - 1)u, flip == 1u);
  let next = select(1u, 0xffffffffu, flip == 1u);
  //: for t in 0..K * K
  let w$t = w[filterAt + $(t)u * next];
  //: end

  // Blocks of 4 columns of x that the tile reaches, and which of them lie inside the row.
  let source = table[record] + plane * u32(height * pitch);
  let first = i32(column) * $S - $((D * (K - 1) / 2 + 3) / 4);
  //: for b in 0..(D * (K - 1) / 2 + 3) / 4 + (3 * S + D * (K - 1) / 2) / 4 + 1
  let inside$b = first + $b >= 0 && first + $b < pitch;
  //: end
  let firstRow = i32(band * $(ROWS)u) * $S - $(D * (K - 1) / 2);
  let real = vec4u(column * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  var destination = table[record + 2u] + (plane * outHeight + band * $(ROWS)u) * outPitch + column;

  //: for o in 0..ROWS
  var y$o = vec4f(0.0);
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
  y$o = fma(vec4f(w$(i * K + j)), vec4f(
    //: for q in 0..4
    x_$(r)_$((q * S + j * D + (4 - D * (K - 1) / 2 % 4) % 4) / 4)[$((q * S + j * D + (4 - D * (K - 1) / 2 % 4) % 4) % 4)],
    //: end
  ), y$o);
  //: end
  //: end
  //: end
  //: if o * S + (K - 1) * D == r
  if (band * $(ROWS)u + $(o)u < outHeight) {
    y[destination + $(o)u * outPitch] = select(vec4f(0.0), y$o, real);
  }
  //: end
  //: end
  //: end
}
