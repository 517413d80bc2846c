// Weight gradient of a depthwise convolution, in partial sums over ranges of tiles:
// dw[s,c,i,j] = sum over the outputs (n,p,q) of range s of dy[c,n,p,q] * x[c,n, p*S + i*D - PAD, q*S + j*D - PAD].
// A workgroup has one channel. A thread keeps all K*K sums in registers and takes every 64th tile of its range: a
// strip of X blocks of 4 columns and a band of rows of dy, walked down as in depthwise.wgsl with the last OPEN rows
// of dy in registers, so that each row of x and dy is read once. Then the threads' sums are added in workgroup memory,
// always in the same order.
// Defines: K, S (stride), D (dilation), X.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [C, N, height, pitch]
@group(0) @binding(2) var<storage, read_write> dy: array<vec4f>; // [C, N, outHeight, outPitch]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, C, K*K]

//: let PAD = D * (K - 1) / 2
//: let PHASES = (S == 1) * (D - 1) + 1
//: let ROWS = (S == 2 && D == 1) + 1
//: let STEP = S * D / ((S == 2 && D == 2) + 1)
//: let OPEN = (K + ROWS - 1) / ROWS
//: let LEFT = (PAD + 3) / 4
//: let BLOCKS = LEFT + ((4 * X - 1) * S + PAD) / 4 + 1
//: let QUADS = (K * K + 3) / 4

var<workgroup> sums: array<vec4f, $(64 * QUADS)>; // [64 threads, K*K sums in fours]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let height = i32(table[record + 3u]);
  let pitch = i32(table[record + 4u]); // of x, in vec4
  let outHeight = i32(table[record + 5u]);
  let outPitch = table[record + 6u]; // of dy, in vec4
  let images = table[record + 7u];
  let channels = table[record + 8u];
  let bandRows = table[record + 9u];
  let ranges = table[record + 10u];
  let relu = table[record + 11u] == 1u; // x is max(x, 0)

  let live = group.x < channels && group.y < ranges;
  let strips = (outPitch + $(X - 1)u) / $(X)u;
  let bands = ((u32(outHeight) + $(PHASES - 1)u) / $(PHASES)u + bandRows - 1u) / bandRows;
  let tiles = images * bands * strips * $(PHASES)u;
  let length = (tiles + ranges - 1u) / ranges;
  let end = select(0u, min(tiles, (group.y + 1u) * length), live);

  //: for t in 0..4 * QUADS
  var sum$t = 0.0;
  //: end
  for (var tile = group.y * length + local; tile < end; tile += 64u) {
    let strip = tile % strips;
    let phase = tile / strips % $(PHASES)u;
    let band = tile / (strips * $(PHASES)u) % bands;
    let plane = group.x * images + tile / (strips * $(PHASES)u * bands);

    let source = table[record] + plane * u32(height * pitch);
    let first = i32(strip * $(X * S)u) - $LEFT; // leftmost block of x that the strip reaches
    //: for b in 0..BLOCKS
    let inside$b = first + $b >= 0 && first + $b < pitch;
    //: end
    let outBlock = strip * $(X)u;
    let gradient = table[record + 1u] + plane * u32(outHeight) * outPitch + outBlock;

    // past_a: the row of dy whose outputs the next rows of x meet with filter row (a + 1) * ROWS.
    //: for a in 0..OPEN - 1
    //: for c in 0..X
    var past_$(a)_$c = vec4f(0.0);
    //: end
    //: end
    var row = i32(phase + band * bandRows * $(STEP)u) - $PAD;
    var outRow = i32(phase + band * bandRows * $(PHASES)u);
    for (var step = 0u; step < bandRows + $(OPEN - 1)u; step++) {
      let outLive = step < bandRows && outRow < outHeight;
      //: for c in 0..X
      let outIn$c = outLive && outBlock + $(c)u < outPitch;
      let now_0_$c = select(vec4f(0.0), dy[gradient + select(0u, u32(outRow) * outPitch + $(c)u, outIn$c)], outIn$c);
      //: for a in 0..OPEN - 1
      let now_$(a + 1)_$c = past_$(a)_$c;
      //: end
      //: end
      //: for r in 0..ROWS
      let live$r = row + $r >= 0 && row + $r < height;
      let line$r = (row + $r) * pitch + first;
      //: for b in 0..BLOCKS
      let in_$(r)_$b = live$r && inside$b;
      let raw_$(r)_$b = select(vec4f(0.0), x[source + select(0u, u32(line$r + $b), in_$(r)_$b)], in_$(r)_$b);
      let x_$(r)_$b = select(raw_$(r)_$b, max(raw_$(r)_$b, vec4f(0.0)), relu);
      //: end
      //: for a in 0..OPEN
      //: let I = a * ROWS + r
      //: if I < K
      //: for j in 0..K
      //: for c in 0..X
      //: let AT = c * 4 * S + j * D - PAD + 4 * LEFT
      sum$(I * K + j) += dot(now_$(a)_$c, vec4f(
        //: for q in 0..4
        x_$(r)_$((AT + q * S) / 4)[$((AT + q * S) % 4)],
        //: end
      ));
      //: end
      //: end
      //: end
      //: end
      //: end
      //: for a in 0..OPEN - 1
      //: for c in 0..X
      past_$(a)_$c = now_$(a)_$c;
      //: end
      //: end
      row += $STEP;
      outRow += $PHASES;
    }
  }

  //: for v in 0..QUADS
  sums[local * $(QUADS)u + $(v)u] = vec4f(sum$(4 * v), sum$(4 * v + 1), sum$(4 * v + 2), sum$(4 * v + 3));
  //: end
  workgroupBarrier();
  if (live && local < $(QUADS)u) {
    var total = sums[local];
    for (var thread = 1u; thread < 64u; thread++) { total += sums[thread * $(QUADS)u + local]; }
    let at = table[record + 2u] * 4u + (group.y * channels + group.x) * $(K * K)u + local * 4u;
    //: for e in 0..4
    if (local * 4u + $(e)u < $(K * K)u) { dw[at + $(e)u] = total[$e]; }
    //: end
  }
}
