// Weight gradient of a depthwise convolution, in partial sums over parts of the output:
// dw[s,c,i,j] = sum over the outputs (n,p,q) of part s of dy[c,n,p,q] * x[c,n, p*S + i*D - PAD, q*S + j*D - PAD],
// where x is what its loader makes of it: scale[c]·x + shift[c] inside the image, or 0 where that lies below `lowest` as
// an integer; 0 outside.
// A thread has one part of one channel: X blocks of 4 columns and a band of rows of dy in some of the images. It keeps
// all K*K sums in registers and walks down as in depthwise.wgsl, with the last OPEN rows of dy in registers, so that
// it reads each row of x and dy once. With REDUCE, a workgroup has parts of one channel only, adds up their sums, and
// writes one partial sum for all of them.
// K is the size of a filter and D its dilation: the kernel has those of KMIN to KMAX and DMIN to DMAX, of which a record
// names one, so that calls of different filters share a dispatch.
// Defines: KMIN, KMAX (odd), DMIN, DMAX, S (stride), X, IN (blocks of a row of x, or 0), REDUCE.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [C, N, height, width]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [C, N, outHeight, outWidth]
@group(0) @binding(3) var<storage, read> vectors: array<f32>; // scale and shift, each [C]
@group(0) @binding(4) var<storage, read_write> dw: array<f32>; // [parts, or workgroups of a channel, C, K*K]
//: if REDUCE
// Each tap's sums of all threads, a float apart, so that threads which add up different taps use different banks.
var<workgroup> sums: array<f32, $(KMAX * KMAX * (THREADS + 1))>;
//: end

@compute @workgroup_size($THREADS)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 1u + id.z * (table[0].x / 4u);
  //: if KMIN == KMAX && DMIN == DMAX
  filter_$(KMIN)_$DMIN(id, local, record);
  //: else
  switch (table[record + 3u].z >> 3u) {
    //: for k in KMIN / 2..KMAX / 2 + 1
    //: for D in DMIN..DMAX + 1
    case $((2 * k + 1) * 4 + D)u: { filter_$(2 * k + 1)_$D(id, local, record); }
    //: end
    //: end
    default: {}
  }
  //: end
  //: if REDUCE
  workgroupBarrier();
  let channels = table[record + 2u].w;
  let flags = table[record + 3u].z;
  let parts = table[record + 4u].x;
  if (group.x * $(THREADS)u < parts && group.y < channels) {
    let size = flags >> 5u;
    let at = table[record + 1u].y * 4u + (group.x * channels + group.y) * size * size;
    for (var t = local; t < size * size; t += $(THREADS)u) {
      //: for e in 0..8
      var sum$e = 0.0;
      //: end
      for (var thread = t * $(THREADS + 1)u; thread < t * $(THREADS + 1)u + $(THREADS)u; thread += 8u) {
        //: for e in 0..8
        sum$e += sums[thread + $(e)u];
        //: end
      }
      dw[at + t] = ((sum0 + sum1) + (sum2 + sum3)) + ((sum4 + sum5) + (sum6 + sum7));
    }
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
fn filter_$(K)_$D(id: vec3u, local: u32, record: u32) {
  // x, dy, scale, shift | -, dw, height, width | outHeight, outWidth, images, channels | bandRows, groups, flags, lowest |
  // parts
  let first = table[record];
  let second = table[record + 1u];
  let third = table[record + 2u];
  let fourth = table[record + 3u];
  let parts = table[record + 4u].x;
  let height = i32(second.z);
  let width = second.w;
  let outHeight = i32(third.x);
  let outWidth = third.y;
  let images = third.z;
  let channels = third.w;
  let bandRows = i32(fourth.x);
  let groups = fourth.y;
  let flags = fourth.z;
  let lowest = bitcast<i32>(fourth.w);

  let pitch = i32((width + 3u) / 4u);
  let outPitch = i32((outWidth + 3u) / 4u);
  //: if REDUCE
  // A dispatch has workgroups past the parts and channels of its smaller calls.
  let part = id.x;
  let channel = min(id.y, channels - 1u);
  let live = part < parts && id.y < channels;
  //: else
  let part = id.x % parts;
  let channel = id.x / parts;
  if (channel >= channels) { return; }
  let live = true;
  //: end
  //: if IN
  let strip = 0;
  var rest = part;
  //: else
  let strips = u32(outPitch + $(X - 1)) / $(X)u;
  let strip = i32(part % strips);
  var rest = part / strips;
  //: end
  let phase = i32(rest % $(PHASES)u);
  rest /= $(PHASES)u;
  let bands = u32((outHeight + $(PHASES - 1)) / $PHASES + bandRows - 1) / u32(bandRows);
  let band = i32(rest % bands);
  var image = rest / bands;

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

  // Step t meets input row t * STEP + phase - PAD and, of two ROWS, the next.
  let top = band * bandRows;
  let bottom = min(top + bandRows, (outHeight - phase + $(PHASES - 1)) / $PHASES);
  let begin = max(top, $LOW);
  let end = min(bottom + $(OPEN - 1), (height - phase + $(PAD + STEP - 1)) / $STEP);
  //: for t in 0..K * K
  var sum$t = 0.0;
  //: end
  if (live && top < bottom && begin < end) {
    loop {
      let plane = channel * images + image;
      var source = i32(first.x + plane * u32(height * pitch)) + left + (top * $STEP + phase - $PAD) * pitch;
      var gradient = i32(first.y + plane * u32(outHeight * outPitch)) + outBlock + (top * $PHASES + phase) * outPitch;
      // past_a: the row of dy whose outputs the next rows of x meet with filter row (a + 1) * ROWS.
      //: for a in 0..OPEN - 1
      //: for c in 0..X
      var past_$(a)_$c = vec4f(0.0);
      //: end
      //: end
      var step = top;
      loop {
        //: for c in 0..X
        var now_0_$c = vec4f(0.0);
        //: end
        if (step < bottom) {
          //: for c in 0..X
          //: if IN == 0
          if (outBlock + $c < outPitch) { now_0_$c = dy[gradient + $c]; }
          //: else
          now_0_$c = dy[gradient + $c];
          //: end
          //: end
        }
        //: for a in 0..OPEN - 1
        //: for c in 0..X
        let now_$(a + 1)_$c = past_$(a)_$c;
        //: end
        //: end
        if (step >= begin) {
          //: for r in 0..ROWS
          //: if S == 2
          let row$r = step * $STEP + $(r - PAD);
          let live$r = row$r >= 0 && row$r < height;
          let at$r = select(source - row0 * pitch, source + $r * pitch, live$r);
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
          let affine_$(r)_$b = fma(vec4f(scale$r), raw_$(r)_$b, vec4f(shift$r));
          let in_$(r)_$b = select(vec4f(0.0), affine_$(r)_$b, bitcast<vec4i>(affine_$(r)_$b) >= vec4i(lowest));
          //: if IN == 0 || b == BLOCKS - 1
          let x_$(r)_$b = select(vec4f(0.0), in_$(r)_$b, real$b);
          //: else
          let x_$(r)_$b = in_$(r)_$b;
          //: end
          //: end
          //: for a in 0..OPEN
          //: let I = a * ROWS + r
          //: if I < K
          //: for j in 0..K
          //: for q in 0..4 * X
          //: let AT = q * S + j * D - PAD
          //: if IN == 0 || AT >= 0 && AT < 4 * IN
          sum$(I * K + j) = fma(now_$(a)_$(q / 4)[$(q % 4)], x_$(r)_$((AT + 4 * LEFT) / 4)[$((AT + 4 * LEFT) % 4)], sum$(I * K + j));
          //: end
          //: end
          //: end
          //: end
          //: end
          //: end
        }
        //: for a in 0..OPEN - 1
        //: for c in 0..X
        past_$(a)_$c = now_$(a)_$c;
        //: end
        //: end
        source += $STEP * pitch;
        gradient += $PHASES * outPitch;
        continuing {
          step++;
          break if step >= end;
        }
      }
      continuing {
        image += groups;
        break if image >= images;
      }
    }
  }
  //: if REDUCE
  //: for t in 0..K * K
  sums[$(t * (THREADS + 1))u + local] = sum$t;
  //: end
  //: else
  let at = second.y * 4u + (part * channels + channel) * $(K * K)u;
  //: for t in 0..K * K
  dw[at + $(t)u] = sum$t;
  //: end
  //: end
}
//: end
//: end
