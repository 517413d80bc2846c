// Input gradient of a depthwise convolution of stride 2: dx[c,n,p,q] = sum over i,j of w[c,i,j] * dy[c,n, (p+P-i*D)/2, (q+P-j*D)/2]
// where both quotients are whole, P = D*(K-1)/2. (At stride 1 it is depthwise.wgsl with the filter turned.)
// A thread computes 8 columns of ROWS rows of dx, so that the parity of every output, hence which taps reach it,
// is known when the kernel is unrolled; rows of dy slide by, each read once a tile.
// Defines: K, D (dilation), ROWS (even).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> dy: array<vec4f>; // [C, N, height, pitch]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [C, K*K]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // [C, N, outHeight, outPitch]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let height = i32(table[record + 3u]);
  let pitch = i32(table[record + 4u]); // of dy, in vec4
  let outHeight = table[record + 5u];
  let outWidth = table[record + 6u];
  let images = table[record + 7u];
  let channels = table[record + 8u];

  let outPitch = (outWidth + 3u) / 4u;
  let strips = (outPitch + 1u) / 2u;
  let bands = (outHeight + $(ROWS - 1)u) / $(ROWS)u;
  let tile = group.x * 64u + local;
  let strip = tile % strips;
  let band = (tile / strips) % bands;
  let image = tile / (strips * bands);
  if (image >= images || group.y >= channels) { return; }
  let plane = group.y * images + image;

  //: for t in 0..K * K
  let w$t = w[table[record + 1u] * 4u + group.y * $(K * K)u + $(t)u];
  //: end
  // Blocks of dy the tile reaches: its own and one to each side.
  let source = table[record] + plane * u32(height * pitch);
  let first = i32(strip) - 1;
  //: for b in 0..3
  let inside$b = first + $b >= 0 && first + $b < pitch;
  //: end
  let firstRow = i32(band) * $(ROWS / 2) - $(D * (K - 1) / 4);
  let destination = table[record + 2u] + (plane * outHeight + band * $(ROWS)u) * outPitch + strip * 2u;
  let columns = vec4u(strip * 8u) + vec4u(0u, 1u, 2u, 3u);
  let realLeft = columns < vec4u(outWidth);
  let realRight = columns + vec4u(4u) < vec4u(outWidth);

  //: for o in 0..ROWS
  //: for q in 0..8
  var dx_$(o)_$q = 0.0;
  //: end
  //: end
  //: for r in 0..(ROWS - 1 + D * (K - 1) / 2) / 2 + D * (K - 1) / 4 + 1
  let row$r = firstRow + $r;
  let live$r = row$r >= 0 && row$r < height;
  //: for b in 0..3
  let in_$(r)_$b = live$r && inside$b;
  let dy_$(r)_$b = select(vec4f(0.0), dy[source + select(0u, u32(row$r * pitch + first + $b), in_$(r)_$b)], in_$(r)_$b);
  //: end
  //: for o in 0..ROWS
  //: for i in 0..K
  //: if o + D * (K - 1) / 2 - i * D == 2 * (r - D * (K - 1) / 4)
  //: for j in 0..K
  //: for q in 0..8
  //: if (q + D * (K - 1) / 2 - j * D + 8) % 2 == 0
  dx_$(o)_$q = fma(w$(i * K + j), dy_$(r)_$((q + D * (K - 1) / 2 - j * D + 8) / 2 / 4)[$((q + D * (K - 1) / 2 - j * D + 8) / 2 % 4)], dx_$(o)_$q);
  //: end
  //: end
  //: end
  //: end
  //: end
  //: end
  //: end
  //: for o in 0..ROWS
  if (band * $(ROWS)u + $(o)u < outHeight) {
    let at = destination + $(o)u * outPitch;
    dx[at] = select(vec4f(0.0), vec4f(dx_$(o)_0, dx_$(o)_1, dx_$(o)_2, dx_$(o)_3), realLeft);
    if (strip * 2u + 1u < outPitch) {
      dx[at + 1u] = select(vec4f(0.0), vec4f(dx_$(o)_4, dx_$(o)_5, dx_$(o)_6, dx_$(o)_7), realRight);
    }
  }
  //: end
}
