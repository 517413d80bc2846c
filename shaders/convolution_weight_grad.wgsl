// Weight gradient of a dense convolution, in partial sums over ranges of items:
// dw[s,o,c,i,j] = sum over the outputs (n,p,q) of range s of dy[o,n,p,q] * x[c,n, p*SY + i - PY, q*SX + j - PX], where x is
// what its loader makes of it: scale[c]·x + shift[c] inside the image with AFFINE, or 0 where that lies below `lowest` as an
// integer; 0 outside.
// A workgroup has an O x I tile of dw. Each thread takes items of its range, one after the other: X blocks of 4 columns of
// a band of rows of dy in an image. It walks down the band with the last KY rows of x in registers, so that it reads each
// row of x and dy once and a value serves a row or a column of the tile, and keeps all sums. Then the threads' sums
// are added in workgroup memory, those of G outputs at a time, always in the same order.
// Defines: THREADS (a power of 2), KY, KX, SY, SX (strides), PY, PX (zeros before the first row and column, less those
// skipped), O, I, X, G (O is a multiple of it), AFFINE.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, N, height, width]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [outputs, N, outHeight, outWidth]
@group(0) @binding(3) var<storage, read> vectors: array<f32>; // scale and shift, each [inputs]
@group(0) @binding(4) var<storage, read_write> dw: array<f32>; // [ranges, outputs, inputs, KY*KX]

//: let TAPS = KY * KX
//: let SUMS = I * TAPS
// Rows that the next step needs again.
//: let KEPT = (KY > SY) * (KY - SY)
//: let FIRST = 0 - PX
//: let LAST = (4 * X - 1) * SX + KX - 1 - PX
//: let LEFT = (FIRST < 0) * ((3 - FIRST) / 4)
//: let BLOCKS = LEFT + LAST / 4 + 1

var<workgroup> sums: array<f32, $(G * SUMS * THREADS)>; // [G, SUMS, threads, turned by the sum's index]

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  // x, dy, scale, shift | dw, height, width, outHeight | outWidth, images, inputs, outputs | bandRows, length, flags, lowest |
  // threads
  let first = table[record];
  let second = table[record + 1u];
  let third = table[record + 2u];
  let fourth = table[record + 3u];
  let height = i32(second.y);
  let width = second.z;
  let outHeight = i32(second.w);
  let outWidth = third.x;
  let images = third.y;
  let inputs = third.z;
  let outputs = third.w;
  let bandRows = i32(fourth.x);
  let length = fourth.y; // items of a range
  let lowest = bitcast<i32>(fourth.w);
  let threads = table[record + 4u].x; // THREADS, but not known to the compiler, which would unroll a loop over them

  let across = (inputs + $(I - 1)u) / $(I)u;
  let output = group.x / across * $(O)u;
  let input = group.x % across * $(I)u;
  let pitch = i32((width + 3u) / 4u);
  let outPitch = i32((outWidth + 3u) / 4u);
  let strips = u32(outPitch + $(X - 1)) / $(X)u;
  let bands = u32(outHeight + bandRows - 1) / u32(bandRows);
  let items = images * bands * strips;
  if (output >= outputs || group.y * length >= items) { return; }

  //: for c in 0..I
  let channel$c = min(input + $(c)u, inputs - 1u);
  //: if AFFINE
  var scale$c = 1.0;
  var shift$c = 0.0;
  if ((fourth.z & 1u) != 0u) { scale$c = vectors[first.z * 4u + channel$c]; }
  if ((fourth.z & 2u) != 0u) { shift$c = vectors[first.w * 4u + channel$c]; }
  //: end
  //: end
  //: for o in 0..O
  //: for t in 0..SUMS
  var sum_$(o)_$t = 0.0;
  //: end
  //: end
  let end = min(items, (group.y + 1u) * length);
  var item = group.y * length + local;
  if (item < end) {
    loop {
      let block = i32(item % strips) * $X; // of dy
      let top = i32(item / strips % bands) * bandRows;
      let image = item / (strips * bands);
      let bottom = min(top + bandRows, outHeight);
      let left = block * $SX - $LEFT;
      //: for b in 0..BLOCKS
      let isIn$b = left + $b >= 0 && left + $b < pitch;
      let lowest$b = select(0x7fffffff, lowest, isIn$b);
      let column$b = clamp(left + $b, 0, pitch - 1);
      //: if AFFINE
      let real$b = vec4i((left + $b) * 4) + vec4i(0, 1, 2, 3) < vec4i(i32(width));
      //: end
      //: end
      //: for c in 0..I
      let source$c = i32(first.x) + i32(channel$c * images + image) * height * pitch;
      //: end
      //: for o in 0..O
      let gradient$o = i32(first.y) + i32(min(output + $(o)u, outputs - 1u) * images + image) * outHeight * outPitch;
      //: end
      //: for k in 0..X
      let out$k = min(block + $k, outPitch - 1);
      let live$k = block + $k < outPitch;
      //: end
      //: for i in 0..KEPT
      let above$i = top * $SY + $(i - PY);
      let aboveIn$i = above$i >= 0 && above$i < height;
      let aboveAt$i = clamp(above$i, 0, height - 1) * pitch;
      //: for c in 0..I
      //: for b in 0..BLOCKS
      let aboveRaw_$(i)_$(c)_$b = x[source$c + aboveAt$i + column$b];
      //: if AFFINE
      let aboveAffine_$(i)_$(c)_$b = fma(vec4f(scale$c), aboveRaw_$(i)_$(c)_$b, vec4f(shift$c));
      //: else
      let aboveAffine_$(i)_$(c)_$b = aboveRaw_$(i)_$(c)_$b;
      //: end
      let aboveKept_$(i)_$(c)_$b = vec4<bool>(aboveIn$i) & (bitcast<vec4i>(aboveAffine_$(i)_$(c)_$b) >= vec4i(lowest$b));
      //: if AFFINE
      var past_$(i)_$(c)_$b = select(vec4f(0.0), aboveAffine_$(i)_$(c)_$b, aboveKept_$(i)_$(c)_$b & real$b);
      //: else
      var past_$(i)_$(c)_$b = select(vec4f(0.0), aboveAffine_$(i)_$(c)_$b, aboveKept_$(i)_$(c)_$b);
      //: end
      //: end
      //: end
      //: end
      var row = top;
      loop {
        //: for c in 0..I
        //: for b in 0..BLOCKS
        //: for i in 0..KEPT
        let x_$(i)_$(c)_$b = past_$(i)_$(c)_$b;
        //: end
        //: end
        //: end
        //: for i in KEPT..KY
        let row$i = row * $SY + $(i - PY);
        let isIn_$i = row$i >= 0 && row$i < height;
        let at$i = clamp(row$i, 0, height - 1) * pitch;
        //: for c in 0..I
        //: for b in 0..BLOCKS
        //: if AFFINE
        let raw_$(i)_$(c)_$b = fma(vec4f(scale$c), x[source$c + at$i + column$b], vec4f(shift$c));
        let keep_$(i)_$(c)_$b = real$b & vec4<bool>(isIn_$i) & (bitcast<vec4i>(raw_$(i)_$(c)_$b) >= vec4i(lowest$b));
        //: else
        let raw_$(i)_$(c)_$b = x[source$c + at$i + column$b];
        let keep_$(i)_$(c)_$b = vec4<bool>(isIn_$i) & (bitcast<vec4i>(raw_$(i)_$(c)_$b) >= vec4i(lowest$b));
        //: end
        let x_$(i)_$(c)_$b = select(vec4f(0.0), raw_$(i)_$(c)_$b, keep_$(i)_$(c)_$b);
        //: end
        //: end
        //: end
        //: for o in 0..O
        //: for k in 0..X
        let dy_$(o)_$k = select(vec4f(0.0), dy[gradient$o + row * outPitch + out$k], live$k);
        //: end
        //: for c in 0..I
        //: for i in 0..KY
        //: for q in 0..4 * X
        //: for j in 0..KX
        //: let COLUMN = q * SX + j - PX + 4 * LEFT
        //: let AT = (c * KY + i) * KX + j
        sum_$(o)_$AT = fma(dy_$(o)_$(q / 4)[$(q % 4)], x_$(i)_$(c)_$(COLUMN / 4)[$(COLUMN % 4)], sum_$(o)_$AT);
        //: end
        //: end
        //: end
        //: end
        //: end
        //: for c in 0..I
        //: for b in 0..BLOCKS
        //: for i in 0..KEPT
        past_$(i)_$(c)_$b = x_$(i + SY)_$(c)_$b;
        //: end
        //: end
        //: end
        continuing {
          row += 1;
          break if row >= bottom;
        }
      }
      continuing {
        item += $(THREADS)u;
        break if item >= end;
      }
    }
  }

  //: for g in 0..O / G
  //: if g > 0
  workgroupBarrier();
  //: end
  //: for o in 0..G
  //: for t in 0..SUMS
  //: let S = o * SUMS + t
  sums[$(S * THREADS)u + ((local + $(S)u) & $(THREADS - 1)u)] = sum_$(g * G + o)_$t;
  //: end
  //: end
  workgroupBarrier();
  for (var t = local; t < $(G * SUMS)u; t += $(THREADS)u) {
    var total = 0.0;
    for (var thread = 0u; thread < threads; thread++) {
      total += sums[t * $(THREADS)u + ((thread + t) & $(THREADS - 1)u)];
    }
    let o = output + $(g * G)u + t / $(SUMS)u;
    let filter_ = t % $(SUMS)u; // an input and its tap
    if (o < outputs && input + filter_ / $(TAPS)u < inputs) {
      dw[second.x * 4u + ((group.y * outputs + o) * inputs + input) * $(TAPS)u + filter_] = total;
    }
  }
  //: end
}
