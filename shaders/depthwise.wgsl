// Depthwise convolution: y[c,n,p,q] = sum over i,j of w[c,i,j] * x[c,n, p*S + i*D - PAD, q*S + j*D - PAD], where x is
// what its loader makes of it: scale[c]·x + shift[c] inside the image, or 0 where that lies below `lowest` as an integer;
// 0 outside.
// A thread takes X blocks of 4 columns of one channel, walks down a band of rows of some images, one after the other,
// and reads each row of x once: it goes into the OPEN output rows it reaches, which are kept in registers. With IN,
// the strip is the whole row and nothing lies beside it. With dilation the rows of one parity never meet those of the
// other, so a thread walks one parity (phase).
// With MASK the result is 0 wherever scale[c]·mask + shift[c] is not positive, and x is taken as it is.
// K is the size of a filter and D its dilation: the kernel has those of KMIN to KMAX and DMIN to DMAX, of which a record
// names one, so that calls of different filters share a dispatch.
// Defines: KMIN, KMAX (odd), DMIN, DMAX, S (stride), X, IN (blocks of a row of x, or 0), MASK.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [C, N, height, width]
@group(0) @binding(2) var<storage, read> w: array<f32>; // [C, K*K]
@group(0) @binding(3) var<storage, read> vectors: array<f32>; // scale and shift, each [C]
//: if MASK
@group(0) @binding(4) var<storage, read> mask: array<vec4f>; // as y
//: end
@group(0) @binding($(4 + MASK)) var<storage, read_write> y: array<vec4f>; // [C, N, outHeight, outWidth]

// What is stored for a sum.
fn finish(sum: vec4f, at: i32, scale: f32, shift: f32) -> vec4f {
  //: if MASK
  return select(vec4f(0.0), sum, fma(vec4f(scale), mask[at], vec4f(shift)) > vec4f(0.0));
  //: else
  return sum;
  //: end
}

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let record = 1u + id.z * (table[0].x / 4u);
  //: if KMIN == KMAX && DMIN == DMAX
  filter_$(KMIN)_$DMIN(id, record);
  //: else
  switch (table[record + 3u].z >> 3u) {
    //: for k in KMIN / 2..KMAX / 2 + 1
    //: for D in DMIN..DMAX + 1
    case $((2 * k + 1) * 4 + D)u: { filter_$(2 * k + 1)_$D(id, record); }
    //: end
    //: end
    default: {}
  }
  //: end
}

//: for k in KMIN / 2..KMAX / 2 + 1
//: for D in DMIN..DMAX + 1
//: let K = 2 * k + 1
//: let PAD = D * (K - 1) / 2
//: let PHASES = (S == 1) * (D - 1) + 1
//: let ROWS = (S == 2 && D == 1) + 1
//: let OPEN = (K + ROWS - 1) / ROWS
//: let STEP = S * D / ((S == 2 && D == 2) + 1)
//: let LOW = (PAD - ROWS + 1 + STEP - 1) / STEP
//: let LEFT = (IN == 0) * ((PAD + 3) / 4)
//: let BLOCKS = (IN == 0) * (LEFT + ((4 * X - 1) * S + PAD) / 4 + 1) + IN
fn filter_$(K)_$D(id: vec3u, record: u32) {
  // x, w, scale, shift | mask, y, height, width | outHeight, outWidth, images, channels | bandRows, groups, flags, lowest
  let first = table[record];
  let second = table[record + 1u];
  let third = table[record + 2u];
  let fourth = table[record + 3u];
  let height = i32(second.z);
  let width = second.w;
  let outHeight = i32(third.x);
  let outWidth = third.y;
  let images = third.z;
  let channels = third.w;
  let bandRows = i32(fourth.x);
  let groups = fourth.y;
  let flags = fourth.z;
  //: if MASK == 0
  let lowest = bitcast<i32>(fourth.w);
  //: end

  let pitch = i32((width + 3u) / 4u);
  let outPitch = i32((outWidth + 3u) / 4u);
  //: if IN
  let strip = 0;
  var rest = id.x;
  //: else
  let strips = u32(outPitch + $(X - 1)) / $(X)u;
  let strip = i32(id.x % strips);
  var rest = id.x / strips;
  //: end
  let phase = i32(rest % $(PHASES)u);
  rest /= $(PHASES)u;
  let bands = u32((outHeight + $(PHASES - 1)) / $PHASES + bandRows - 1) / u32(bandRows);
  let band = i32(rest % bands);
  rest /= bands;
  var image = rest % groups;
  let channel = rest / groups;
  if (channel >= channels) { return; }

  let turned = (flags & 4u) != 0u; // the filter by 180 degrees: the input gradient at stride 1
  let filterAt = first.y * 4u + channel * $(K * K)u;
  //: for t in 0..K * K
  let w$t = w[filterAt + select($(t)u, $(K * K - 1 - t)u, turned)];
  //: end
  var scale = 1.0;
  var shift = 0.0;
  if ((flags & 1u) != 0u) { scale = vectors[first.z * 4u + channel]; }
  if ((flags & 2u) != 0u) { shift = vectors[first.w * 4u + channel]; }

  let left = strip * $(X * S) - $LEFT; // leftmost block of x that the strip reaches
  //: for b in 0..BLOCKS
  //: if IN == 0
  let isIn$b = left + $b >= 0 && left + $b < pitch;
  let real$b = vec4<bool>(isIn$b) & (vec4i((left + $b) * 4) + vec4i(0, 1, 2, 3) < vec4i(i32(width)));
  //: else
  //: if b == BLOCKS - 1
  let real$b = vec4u($(b * 4)u) + vec4u(0u, 1u, 2u, 3u) < vec4u(width);
  //: end
  //: end
  //: end
  let outBlock = strip * $X;
  //: for c in 0..X
  //: if IN == 0 || c == X - 1
  let outReal$c = vec4u(u32(outBlock + $c) * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  //: end
  //: end

  // Step t meets input row t * STEP + phase - PAD and, of two ROWS, the next.
  let top = band * bandRows;
  let bottom = min(top + bandRows, (outHeight - phase + $(PHASES - 1)) / $PHASES);
  let begin = max(top, $LOW);
  let end = min(bottom + $(OPEN - 1), (height - phase + $(PAD + STEP - 1)) / $STEP);
  if (top >= bottom) { return; }
  loop {
    let plane = channel * images + image;
    var source = i32(first.x + plane * u32(height * pitch)) + left + (begin * $STEP + phase - $PAD) * pitch;
    var goal = i32(plane * u32(outHeight * outPitch)) + outBlock + ((begin - $(OPEN - 1)) * $PHASES + phase) * outPitch;
    // open_a: the sum so far of the output row that the next rows of x meet with filter row (a + 1) * ROWS.
    //: for a in 0..OPEN - 1
    //: for q in 0..4 * X
    var open_$(a)_$q = 0.0;
    //: end
    //: end
    var step = begin;
    // Loops end with their condition: lanes that run together go once more through a body that begins with it.
    if (begin < end) {
      loop {
        //: for r in 0..ROWS
        //: if S == 2
        let row$r = step * $STEP + $(r - PAD);
        let live$r = row$r >= 0 && row$r < height;
        let at$r = select(source - row0 * pitch, source + $r * pitch, live$r);
        // Rows outside the image are some row times 0.
        let scale$r = select(0.0, scale, live$r);
        let shift$r = select(0.0, shift, live$r);
        //: else
        let at$r = source;
        let scale$r = scale;
        let shift$r = shift;
        //: end
        //: for b in 0..BLOCKS
        //: if IN
        let raw_$(r)_$b = x[at$r + $b];
        //: else
        let raw_$(r)_$b = x[at$r + select($LEFT, $b, isIn$b)];
        //: end
        //: if MASK
        let in_$(r)_$b = raw_$(r)_$b;
        //: else
        let affine_$(r)_$b = fma(vec4f(scale$r), raw_$(r)_$b, vec4f(shift$r));
        let in_$(r)_$b = select(vec4f(0.0), affine_$(r)_$b, bitcast<vec4i>(affine_$(r)_$b) >= vec4i(lowest));
        //: end
        //: if IN == 0 || b == BLOCKS - 1
        let x_$(r)_$b = select(vec4f(0.0), in_$(r)_$b, real$b);
        //: else
        let x_$(r)_$b = in_$(r)_$b;
        //: end
        //: end
        //: end

        //: for a in 0..OPEN
        //: for q in 0..4 * X
        //: if a == 0
        var sum_$(a)_$q = 0.0;
        //: else
        var sum_$(a)_$q = open_$(a - 1)_$q;
        //: end
        //: for r in 0..ROWS
        //: if a * ROWS + r < K
        //: for j in 0..K
        //: let AT = q * S + j * D - PAD
        //: if IN == 0 || AT >= 0 && AT < 4 * IN
        sum_$(a)_$q = fma(w$((a * ROWS + r) * K + j), x_$(r)_$((AT + 4 * LEFT) / 4)[$((AT + 4 * LEFT) % 4)], sum_$(a)_$q);
        //: end
        //: end
        //: end
        //: end
        //: end
        //: end

        if (step >= top + $(OPEN - 1)) {
          let outAt = i32(second.y) + goal;
          let maskAt = i32(second.x) + goal;
          //: for c in 0..X
          let sum$c = vec4f(sum_$(OPEN - 1)_$(4 * c), sum_$(OPEN - 1)_$(4 * c + 1), sum_$(OPEN - 1)_$(4 * c + 2), sum_$(OPEN - 1)_$(4 * c + 3));
          //: if IN == 0
          if (outBlock + $c < outPitch) { y[outAt + $c] = select(vec4f(0.0), finish(sum$c, maskAt + $c, scale, shift), outReal$c); }
          //: else
          //: if c == X - 1
          y[outAt + $c] = select(vec4f(0.0), finish(sum$c, maskAt + $c, scale, shift), outReal$c);
          //: else
          y[outAt + $c] = finish(sum$c, maskAt + $c, scale, shift);
          //: end
          //: end
          //: end
        }
        //: for a in 0..OPEN - 1
        //: for q in 0..4 * X
        open_$(a)_$q = sum_$(a)_$q;
        //: end
        //: end
        source += $STEP * pitch;
        goal += $PHASES * outPitch;
        continuing {
          step++;
          break if step >= end;
        }
      }
    }
    // Rows of the output that no more rows of x reach.
    if (step < bottom + $(OPEN - 1)) {
      loop {
        if (step >= top + $(OPEN - 1)) {
          let outAt = i32(second.y) + goal;
          let maskAt = i32(second.x) + goal;
          //: for c in 0..X
          let sum$c = vec4f(open_$(OPEN - 2)_$(4 * c), open_$(OPEN - 2)_$(4 * c + 1), open_$(OPEN - 2)_$(4 * c + 2), open_$(OPEN - 2)_$(4 * c + 3));
          //: if IN == 0
          if (outBlock + $c < outPitch) { y[outAt + $c] = select(vec4f(0.0), finish(sum$c, maskAt + $c, scale, shift), outReal$c); }
          //: else
          //: if c == X - 1
          y[outAt + $c] = select(vec4f(0.0), finish(sum$c, maskAt + $c, scale, shift), outReal$c);
          //: else
          y[outAt + $c] = finish(sum$c, maskAt + $c, scale, shift);
          //: end
          //: end
          //: end
        }
        //: for e in 0..OPEN - 2
        //: let a = OPEN - 2 - e
        //: for q in 0..4 * X
        open_$(a)_$q = open_$(a - 1)_$q;
        //: end
        //: end
        //: for q in 0..4 * X
        open_0_$q = 0.0;
        //: end
        goal += $PHASES * outPitch;
        continuing {
          step++;
          break if step >= bottom + $(OPEN - 1);
        }
      }
    }
    continuing {
      image += groups;
      break if image >= images;
    }
  }
}
//: end
//: end
