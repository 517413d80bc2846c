// Input gradient of a depthwise convolution of stride 2: dx[c,n,p,q] = sum over i,j of w[c,i,j] * dy[c,n, (p+PAD-i*D)/2, (q+PAD-j*D)/2]
// where both quotients are whole. (At stride 1 it is depthwise.wgsl with the filter turned.)
// A thread computes 8 columns of dx, so that the parity of every output, hence which taps reach it, is known when
// the kernel is unrolled, walking down a band of rows of dy: each row of dy is read once and goes into the OPEN pairs
// of rows of dx it reaches, which are kept in registers; then the first pair, rows 2*t - PAD and 2*t - PAD + 1 for row
// t of dy, is complete.
// Defines: K, D (dilation).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> dy: array<vec4f>; // [C, N, height, pitch]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [C, K*K]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4f>; // [C, N, outHeight, outPitch]

//: let PAD = D * (K - 1) / 2
//: let OPEN = D * (K - 1) / 2 + 1

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let height = i32(table[record + 3u]);
  let pitch = i32(table[record + 4u]); // of dy, in vec4
  let outHeight = i32(table[record + 5u]);
  let outWidth = table[record + 6u];
  let images = table[record + 7u];
  let channels = table[record + 8u];
  let bandPairs = table[record + 9u];

  let outPitch = (outWidth + 3u) / 4u;
  let strips = (outPitch + 1u) / 2u;
  let pairs = (u32(outHeight) + $(PAD % 2 + 1)u) / 2u;
  let bands = (pairs + bandPairs - 1u) / bandPairs;
  let tile = group.x * 64u + local;
  let strip = tile % strips;
  let band = tile / strips % bands;
  let image = tile / (strips * bands);
  if (image >= images || group.y >= channels) { return; }
  let plane = group.y * images + image;

  let filterAt = table[record + 1u] * 4u + group.y * $(K * K)u;
  //: for t in 0..K * K
  let w$t = w[filterAt + $(t)u];
  //: end

  // Blocks of dy that the strip reaches: its own and one to each side.
  let source = table[record] + plane * u32(height * pitch);
  let first = i32(strip) - 1;
  //: for b in 0..3
  let inside$b = first + $b >= 0 && first + $b < pitch;
  //: end
  let outBlock = strip * 2u;
  let destination = table[record + 2u] + plane * u32(outHeight) * outPitch + outBlock;
  //: for c in 0..2
  let real$c = vec4u((outBlock + $(c)u) * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  //: end

  // open_a_h_q: the sum so far of column q in row h of the pair that the next row of dy meets as pair a.
  //: for a in 0..OPEN - 1
  //: for h in 0..2
  //: for q in 0..8
  var open_$(a)_$(h)_$q = 0.0;
  //: end
  //: end
  //: end
  var row = i32(band * bandPairs) + $(PAD / 2 - OPEN + 1);
  for (var step = 0u; step < bandPairs + $(OPEN - 1)u; step++) {
    let live = row >= 0 && row < height;
    //: for b in 0..3
    let in$b = live && inside$b;
    let dy$b = select(vec4f(0.0), dy[source + select(0u, u32(row * pitch + first + $b), in$b)], in$b);
    //: end

    //: for a in 0..OPEN
    //: for h in 0..2
    //: for q in 0..8
    //: if a == OPEN - 1
    var sum_$(a)_$(h)_$q = 0.0;
    //: else
    var sum_$(a)_$(h)_$q = open_$(a)_$(h)_$q;
    //: end
    //: for i in 0..K
    //: if i * D == 2 * a + h
    //: for j in 0..K
    //: let AT = q + PAD - j * D + 8
    //: if AT % 2 == 0
    sum_$(a)_$(h)_$q = fma(w$(i * K + j), dy$(AT / 8)[$(AT / 2 % 4)], sum_$(a)_$(h)_$q);
    //: end
    //: end
    //: end
    //: end
    //: end
    //: end
    //: end

    //: for h in 0..2
    let out$h = 2 * row + $(h - PAD);
    if (step >= $(OPEN - 1)u && out$h >= 0 && out$h < outHeight) {
      let at = destination + u32(out$h) * outPitch;
      //: for c in 0..2
      if (outBlock + $(c)u < outPitch) {
        dx[at + $(c)u] = select(vec4f(0.0), vec4f(
          //: for q in 4 * c..4 * c + 4
          sum_0_$(h)_$q,
          //: end
        ), real$c);
      }
      //: end
    }
    //: end
    //: for a in 0..OPEN - 1
    //: for h in 0..2
    //: for q in 0..8
    open_$(a)_$(h)_$q = sum_$(a + 1)_$(h)_$q;
    //: end
    //: end
    //: end
    row += 1;
  }
}
