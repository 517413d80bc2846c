// Depthwise convolution: y[c,n,p,q] = sum over i,j of w[c,i,j] * x[c,n, p*S + i*D - PAD, q*S + j*D - PAD].
// A thread computes a strip of X blocks of 4 columns, walking down a band of rows: each row of x is read once, as
// vec4, and goes into the OPEN output rows it reaches, which are kept in registers. With dilation, the rows of one
// parity never meet those of the other, so a thread walks one parity (phase). The filter is uniform in a workgroup.
// Defines: K, S (stride), D (dilation), X.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [C, N, height, pitch]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [C, K*K]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [C, N, outHeight, outPitch]

//: let PAD = D * (K - 1) / 2
//: let PHASES = (S == 1) * (D - 1) + 1
//: let ROWS = (S == 2 && D == 1) + 1
//: let STEP = S * D / ((S == 2 && D == 2) + 1)
//: let OPEN = (K + ROWS - 1) / ROWS
//: let LEFT = (PAD + 3) / 4
//: let BLOCKS = LEFT + ((4 * X - 1) * S + PAD) / 4 + 1

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let height = i32(table[record + 3u]);
  let pitch = i32(table[record + 4u]); // of x, in vec4
  let outHeight = table[record + 5u];
  let outWidth = table[record + 6u];
  let images = table[record + 7u];
  let channels = table[record + 8u];
  let bandRows = table[record + 9u];
  let turned = table[record + 10u] == 1u; // the filter by 180 degrees: the input gradient at stride 1
  let relu = table[record + 11u] == 1u; // x is max(x, 0)

  let outPitch = (outWidth + 3u) / 4u;
  let strips = (outPitch + $(X - 1)u) / $(X)u;
  let bands = ((outHeight + $(PHASES - 1)u) / $(PHASES)u + bandRows - 1u) / bandRows;
  let tile = group.x * 64u + local;
  let strip = tile % strips;
  let phase = tile / strips % $(PHASES)u;
  let band = tile / (strips * $(PHASES)u) % bands;
  let image = tile / (strips * $(PHASES)u * bands);
  if (image >= images || group.y >= channels) { return; }
  let plane = group.y * images + image;

  let filterAt = table[record + 1u] * 4u + group.y * $(K * K)u;
  //: for t in 0..K * K
  let w$t = w[filterAt + select($(t)u, $(K * K - 1 - t)u, turned)];
  //: end

  let source = table[record] + plane * u32(height * pitch);
  let first = i32(strip * $(X * S)u) - $LEFT; // leftmost block of x that the strip reaches
  //: for b in 0..BLOCKS
  let inside$b = first + $b >= 0 && first + $b < pitch;
  //: end
  let outBlock = strip * $(X)u;
  let destination = table[record + 2u] + plane * outHeight * outPitch + outBlock;
  //: for c in 0..X
  let real$c = vec4u((outBlock + $(c)u) * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  //: end

  // open_a: the sum so far of the output row that the next rows of x meet with filter row (a + 1) * ROWS.
  //: for a in 0..OPEN - 1
  //: for c in 0..X
  var open_$(a)_$c = vec4f(0.0);
  //: end
  //: end
  var row = i32(phase + band * bandRows * $(STEP)u) - $PAD;
  var outRow = i32(phase) + (i32(band * bandRows) - $(OPEN - 1)) * $PHASES;
  for (var step = 0u; step < bandRows + $(OPEN - 1)u; step++) {
    //: for r in 0..ROWS
    let live$r = row + $r >= 0 && row + $r < height;
    let line$r = (row + $r) * pitch + first;
    //: for b in 0..BLOCKS
    let in_$(r)_$b = live$r && inside$b;
    let raw_$(r)_$b = select(vec4f(0.0), x[source + select(0u, u32(line$r + $b), in_$(r)_$b)], in_$(r)_$b);
    let x_$(r)_$b = select(raw_$(r)_$b, max(raw_$(r)_$b, vec4f(0.0)), relu);
    //: end
    //: end

    //: for a in 0..OPEN
    //: for c in 0..X
    //: if a == 0
    var sum_$(a)_$c = vec4f(0.0);
    //: else
    var sum_$(a)_$c = open_$(a - 1)_$c;
    //: end
    //: for r in 0..ROWS
    //: if a * ROWS + r < K
    //: for j in 0..K
    //: let AT = c * 4 * S + j * D - PAD + 4 * LEFT
    sum_$(a)_$c = fma(vec4f(w$((a * ROWS + r) * K + j)), vec4f(
      //: for q in 0..4
      x_$(r)_$((AT + q * S) / 4)[$((AT + q * S) % 4)],
      //: end
    ), sum_$(a)_$c);
    //: end
    //: end
    //: end
    //: end
    //: end

    if (step >= $(OPEN - 1)u && outRow < i32(outHeight)) {
      let at = destination + u32(outRow) * outPitch;
      //: for c in 0..X
      if (outBlock + $(c)u < outPitch) { y[at + $(c)u] = select(vec4f(0.0), sum_$(OPEN - 1)_$c, real$c); }
      //: end
    }
    //: for a in 0..OPEN - 1
    //: for c in 0..X
    open_$(a)_$c = sum_$(a)_$c;
    //: end
    //: end
    row += $STEP;
    outRow += $PHASES;
  }
}
