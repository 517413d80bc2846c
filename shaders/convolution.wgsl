// Dense convolution: y[o,n,p,q] = sum over c,i,j of w[o,c,i,j] * x[c,n, p*SY + i - PY, q*SX + j - PX], and with TRANSPOSE its
// adjoint: y[o,n,p,q] = sum over c,i,j of w[c,o,i,j] * x[c,n, (p + PY - i) / SY, (q + PX - j) / SX] where these are whole.
// x is 0 outside the image, and inside what its loader makes of it: scale[c]·x + shift[c] with AFFINE, or 0 where that lies
// below `lowest` as an integer. With MASK the result is 0 wherever scale[o]·mask + shift[o] is not positive, and x is
// taken as it is.
// A thread computes R rows of X blocks of 4 columns of O channels, so that a value of x loaded serves the sums of O channels and
// up to KY * KX taps, and a tap all its pixels; a workgroup first brings the taps of its channels into workgroup memory,
// those of CHUNK inputs at a time.
// Defines: THREADS, KY, KX, SY, SX (strides), PY, PX (zeros before the first row and column, less those skipped), O (a
// multiple of 4), R, X (multiples of SY and SX with TRANSPOSE), CHUNK, TRANSPOSE, AFFINE, MASK.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, N, height, width]
@group(0) @binding(2) var<storage, read> w: array<f32>; // [outputs, inputs, KY*KX], or [inputs, outputs, KY*KX]
@group(0) @binding(3) var<storage, read> vectors: array<f32>; // scale and shift, each [inputs]; [outputs] with MASK
//: if MASK
@group(0) @binding(4) var<storage, read> mask: array<vec4f>; // as y
//: end
@group(0) @binding($(4 + MASK)) var<storage, read_write> y: array<vec4f>; // [outputs, N, outHeight, outWidth]

//: let TAPS = KY * KX
//: let PLAIN = !TRANSPOSE
// Rows and columns of x that the thread's pixels reach, counted from the first pixel's at PY = PX = 0.
//: let TOP = TRANSPOSE * ((PY - KY + 1) / SY) - PLAIN * PY
//: let ROWS = TRANSPOSE * ((R - 1 + PY) / SY) + PLAIN * ((R - 1) * SY + KY - 1 - PY) - TOP + 1
//: let FIRST = TRANSPOSE * ((PX - KX + 1) / SX) - PLAIN * PX
//: let LAST = TRANSPOSE * ((4 * X - 1 + PX) / SX) + PLAIN * ((4 * X - 1) * SX + KX - 1 - PX)
//: let LEFT = (FIRST < 0) * ((3 - FIRST) / 4)
//: let BLOCKS = LEFT + LAST / 4 + 1

var<workgroup> taps: array<vec4f, $(CHUNK * TAPS * O / 4)>; // [CHUNK, TAPS, O / 4]

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  // x, w, scale, shift | mask, y, height, width | outHeight, outWidth, images, inputs | outputs, outputStride, inputStride,
  // vectors | lowest
  let first = table[record];
  let second = table[record + 1u];
  let third = table[record + 2u];
  let fourth = table[record + 3u];
  let fifth = table[record + 4u];
  let height = i32(second.z);
  let width = second.w;
  let outHeight = i32(third.x);
  let outWidth = third.y;
  let images = third.z;
  let inputs = third.w;
  let outputs = fourth.x;
  let lowest = bitcast<i32>(fifth.x);

  let pitch = i32((width + 3u) / 4u);
  let outPitch = (outWidth + 3u) / 4u;
  let strips = (outPitch + $(X - 1)u) / $(X)u;
  let bands = u32(outHeight + $(R - 1)) / $(R)u;
  let output = group.y * $(O)u;
  if (output >= outputs || group.x * $(THREADS)u >= images * bands * strips) { return; }
  let t = group.x * $(THREADS)u + local;
  let block = t % strips * $(X)u; // of y
  let row = i32(t / strips % bands) * $R;
  let image = min(t / (strips * bands), images - 1u); // past the last: computed once more, not stored
  let live = t < images * bands * strips;

  //: if TRANSPOSE
  let top = row / $SY + $TOP;
  let left = i32(block) / $SX - $LEFT;
  //: else
  let top = row * $SY + $TOP;
  let left = i32(block) * $SX - $LEFT;
  //: end
  //: for b in 0..BLOCKS
  let isIn$b = left + $b >= 0 && left + $b < pitch;
  let column$b = clamp(left + $b, 0, pitch - 1);
  //: if AFFINE
  let real$b = vec4<bool>(isIn$b) & (vec4i((left + $b) * 4) + vec4i(0, 1, 2, 3) < vec4i(i32(width)));
  //: end
  //: end
  //: for i in 0..ROWS
  let isIn_$i = top + $i >= 0 && top + $i < height;
  let row$i = clamp(top + $i, 0, height - 1) * pitch;
  // Outside the image all numbers are below: one comparison tells what is kept. (Of NaN, one pattern is not.)
  //: for b in 0..BLOCKS
  let lowest_$(i)_$b = select(0x7fffffff, lowest, isIn_$i && isIn$b);
  //: end
  //: end
  //: for o in 0..O
  //: for r in 0..R
  //: for q in 0..4 * X
  var y_$(o)_$(r)_$q = 0.0;
  //: end
  //: end
  //: end

  let plane = height * pitch;
  var source = i32(first.x) + i32(image) * plane;
  var chunk = 0u;
  loop {
    if (chunk > 0u) { workgroupBarrier(); }
    let size = min($(CHUNK)u, inputs - chunk);
    for (var i = local; i < size * $(TAPS * O / 4)u; i += $(THREADS)u) {
      let of4 = output + i % $(O / 4)u * 4u;
      let tap = i / $(O / 4)u % $(TAPS)u;
      let c = chunk + i / $(TAPS * O / 4)u;
      let at = first.y * 4u + c * fourth.z + tap;
      taps[i] = vec4f(
        //: for e in 0..4
        w[at + min(of4 + $(e)u, outputs - 1u) * fourth.y],
        //: end
      );
    }
    workgroupBarrier();
    var c = 0u;
    loop {
      let tap = c * $(TAPS * O / 4)u;
      //: if AFFINE
      var scale = 1.0;
      var shift = 0.0;
      if ((fourth.w & 1u) != 0u) { scale = vectors[first.z * 4u + chunk + c]; }
      if ((fourth.w & 2u) != 0u) { shift = vectors[first.w * 4u + chunk + c]; }
      //: end
      //: for i in 0..ROWS
      //: for b in 0..BLOCKS
      //: if AFFINE
      let raw_$(i)_$b = fma(vec4f(scale), x[source + row$i + column$b], vec4f(shift));
      let in_$(i)_$b = select(vec4f(0.0), raw_$(i)_$b, (bitcast<vec4i>(raw_$(i)_$b) >= vec4i(lowest_$(i)_$b)) & real$b);
      //: else
      let raw_$(i)_$b = x[source + row$i + column$b];
      let in_$(i)_$b = select(vec4f(0.0), raw_$(i)_$b, bitcast<vec4i>(raw_$(i)_$b) >= vec4i(lowest_$(i)_$b));
      //: end
      //: end
      //: end
      //: for f in 0..O / 4
      //: for i in 0..KY
      //: for j in 0..KX
      let w_$(f)_$(i)_$j = taps[tap + $((i * KX + j) * O / 4 + f)u];
      //: for e in 0..4
      //: for r in 0..R
      //: let DOWN = TRANSPOSE * (r + PY - i) + PLAIN * (r * SY + i - PY)
      //: if PLAIN || DOWN % SY == 0
      //: let ROW = TRANSPOSE * (DOWN / SY) + PLAIN * DOWN - TOP
      //: for q in 0..4 * X
      //: let ACROSS = TRANSPOSE * (q + PX - j) + PLAIN * (q * SX + j - PX)
      //: if PLAIN || ACROSS % SX == 0
      //: let COLUMN = TRANSPOSE * (ACROSS / SX) + PLAIN * ACROSS + 4 * LEFT
      y_$(4 * f + e)_$(r)_$q = fma(w_$(f)_$(i)_$j[$e], in_$(ROW)_$(COLUMN / 4)[$(COLUMN % 4)], y_$(4 * f + e)_$(r)_$q);
      //: end
      //: end
      //: end
      //: end
      //: end
      //: end
      //: end
      //: end
      continuing {
        c += 1u;
        source += i32(images) * plane;
        break if c >= size;
      }
    }
    continuing {
      chunk += $(CHUNK)u;
      break if chunk >= inputs;
    }
  }

  //: for b in 0..X
  let within$b = vec4u((block + $(b)u) * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  //: end
  let outPlane = u32(outHeight) * outPitch;
  let goal = (output * images + image) * outPlane + u32(row) * outPitch + block;
  //: for r in 0..R
  //: for b in 0..X
  if (live && row + $r < outHeight && block + $(b)u < outPitch) {
    //: for o in 0..O
    if (output + $(o)u < outputs) {
      let to = goal + $(o)u * images * outPlane + $(r)u * outPitch + $(b)u;
      let sum = vec4f(y_$(o)_$(r)_$(4 * b), y_$(o)_$(r)_$(4 * b + 1), y_$(o)_$(r)_$(4 * b + 2), y_$(o)_$(r)_$(4 * b + 3));
      //: if MASK
      var scale = 1.0;
      var shift = 0.0;
      if ((fourth.w & 1u) != 0u) { scale = vectors[first.z * 4u + output + $(o)u]; }
      if ((fourth.w & 2u) != 0u) { shift = vectors[first.w * 4u + output + $(o)u]; }
      let kept = within$b & (fma(vec4f(scale), mask[second.x + to], vec4f(shift)) > vec4f(0.0));
      //: else
      let kept = within$b;
      //: end
      y[second.y + to] = select(vec4f(0.0), sum, kept);
    }
    //: end
  }
  //: end
  //: end
}
