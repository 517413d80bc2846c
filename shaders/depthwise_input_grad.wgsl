// Input gradient of a depthwise convolution of stride 2: dx[c,n,p,q] = sum over i,j of w[c,i,j] * dy[c,n, (p+PAD-i*D)/2, (q+PAD-j*D)/2]
// where both quotients are whole. (At stride 1 it is depthwise.wgsl with the filter turned.)
// A thread computes X blocks of 4 columns of dx, so that the parity of every output, hence which taps reach it, is
// known when the kernel is unrolled, and walks down a band of rows in some images, one after the other. Each row of dy
// is read once and goes into the OPEN pairs of rows of dx it reaches, which are kept in registers; then the first pair,
// rows 2*t - PAD and 2*t - PAD + 1 for row t of dy, is complete. With IN, the strip is the whole row.
// With MASK the result is 0 wherever scale[c]·mask + shift[c] is not positive.
// K is the size of a filter and D its dilation: the kernel has those of KMIN to KMAX and DMIN to DMAX, of which a record
// names one, so that calls of different filters share a dispatch.
// Defines: KMIN, KMAX (odd), DMIN, DMAX, X (even where IN is 0), IN (blocks of a row of dy, or 0), MASK.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>; // [C, N, height, width]
@group(0) @binding(2) var<storage, read> w: array<f32>; // [C, K*K]
@group(0) @binding(3) var<storage, read> vectors: array<f32>; // scale and shift of the mask, each [C]
//: if MASK
@group(0) @binding(4) var<storage, read> mask: array<vec4f>; // as dx
//: end
@group(0) @binding($(4 + MASK)) var<storage, read_write> dx: array<vec4f>; // [C, N, outHeight, outWidth]

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
//: let OPEN = D * (K - 1) / 2 + 1
//: let LEFT = IN == 0
//: let BLOCKS = (IN == 0) * (X / 2 + 2) + IN
fn filter_$(K)_$D(id: vec3u, record: u32) {
  // dy, w, scale, shift | mask, dx, height, width | outHeight, outWidth, images, channels | bandRows, groups, flags, -
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
  let pairs = (outHeight + $(PAD % 2 + 1)) / 2;
  let bands = u32(pairs + bandRows - 1) / u32(bandRows);
  let band = i32(rest % bands);
  rest /= bands;
  var image = rest % groups;
  let channel = rest / groups;
  if (channel >= channels) { return; }

  let filterAt = first.y * 4u + channel * $(K * K)u;
  //: for t in 0..K * K
  let w$t = w[filterAt + $(t)u];
  //: end
  var scale = 1.0;
  var shift = 0.0;
  if ((fourth.z & 1u) != 0u) { scale = vectors[first.z * 4u + channel]; }
  if ((fourth.z & 2u) != 0u) { shift = vectors[first.w * 4u + channel]; }

  let left = strip * $(X / 2) - $LEFT; // leftmost block of dy that the strip reaches
  //: if IN == 0
  //: for b in 0..BLOCKS
  let isIn$b = left + $b >= 0 && left + $b < pitch;
  //: end
  //: end
  let outBlock = strip * $X;
  //: for c in 0..X
  //: if IN == 0 || c == X - 1
  let outReal$c = vec4u(u32(outBlock + $c) * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  //: end
  //: end

  let top = band * bandRows;
  let bottom = min(top + bandRows, pairs);
  let begin = max(0, top + $(PAD / 2 - OPEN + 1));
  loop {
    let plane = channel * images + image;
    var source = i32(first.x + plane * u32(height * pitch)) + left + begin * pitch;
    var goal = i32(plane * u32(outHeight * outPitch)) + outBlock + (2 * begin - $PAD) * outPitch;
    // open_a_h_q: the sum so far of column q in row h of the pair that the next row of dy meets as pair a. With
    // dilation, no tap reaches odd rows and columns.
    //: for a in 0..OPEN - 1
    //: for h in 0..2
    //: for q in 0..4 * X
    //: if D == 1 || h == 0 && q % 2 == 0
    var open_$(a)_$(h)_$q = 0.0;
    //: end
    //: end
    //: end
    //: end
    var step = begin;
    loop {
      //: for b in 0..BLOCKS
      var dy$b = vec4f(0.0);
      //: end
      if (step < height) {
        //: for b in 0..BLOCKS
        //: if IN
        dy$b = dy[source + $b];
        //: else
        if (isIn$b) { dy$b = dy[source + $b]; }
        //: end
        //: end
      }

      //: for h in 0..2
      //: for q in 0..4 * X
      //: if D == 1 || h == 0 && q % 2 == 0
      //: for a in 0..OPEN
      //: if a == OPEN - 1
      var sum_$(a)_$(h)_$q = 0.0;
      //: else
      var sum_$(a)_$(h)_$q = open_$(a)_$(h)_$q;
      //: end
      //: for i in 0..K
      //: if i * D == 2 * a + h
      //: for j in 0..K
      //: let AT = q + PAD - j * D + 8 * LEFT
      //: if AT % 2 == 0 && AT >= 0 && AT < 8 * BLOCKS
      sum_$(a)_$(h)_$q = fma(w$(i * K + j), dy$(AT / 8)[$(AT / 2 % 4)], sum_$(a)_$(h)_$q);
      //: end
      //: end
      //: end
      //: end
      //: end
      //: else
      let sum_0_$(h)_$q = 0.0;
      //: end
      //: end
      //: end

      if (step >= top + $(PAD / 2)) {
        //: for h in 0..2
        let row$h = 2 * step + $(h - PAD);
        if (row$h >= 0 && row$h < outHeight) {
          let outAt = i32(second.y) + goal + $h * outPitch;
          let maskAt = i32(second.x) + goal + $h * outPitch;
          //: for c in 0..X
          let sum$c = vec4f(sum_0_$(h)_$(4 * c), sum_0_$(h)_$(4 * c + 1), sum_0_$(h)_$(4 * c + 2), sum_0_$(h)_$(4 * c + 3));
          //: if IN == 0
          if (outBlock + $c < outPitch) { dx[outAt + $c] = select(vec4f(0.0), finish(sum$c, maskAt + $c, scale, shift), outReal$c); }
          //: else
          //: if c == X - 1
          dx[outAt + $c] = select(vec4f(0.0), finish(sum$c, maskAt + $c, scale, shift), outReal$c);
          //: else
          dx[outAt + $c] = finish(sum$c, maskAt + $c, scale, shift);
          //: end
          //: end
          //: end
        }
        //: end
      }
      //: for a in 0..OPEN - 1
      //: for h in 0..2
      //: for q in 0..4 * X
      //: if D == 1 || h == 0 && q % 2 == 0
      open_$(a)_$(h)_$q = sum_$(a + 1)_$(h)_$q;
      //: end
      //: end
      //: end
      //: end
      source += pitch;
      goal += 2 * outPitch;
      continuing {
        step++;
        break if step >= bottom + $(PAD / 2);
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
