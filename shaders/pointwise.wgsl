// Pointwise (1x1) convolution: y[o,m] = sum over k of w[o,k] * x[k,m], m over all N*H*W columns, rows' padding included
// (zero in, zero out). A thread computes BLOCKS neighbouring blocks of 4 columns of OUT channels, so that each value of x
// loaded serves OUT sums and each of w serves BLOCKS, and takes four inputs at a time, so that each sum, which few registers
// are left for, is touched a quarter as often; a workgroup first brings its rows of w into workgroup memory, where they do
// not fit it those of CHUNK fours of inputs at a time. The strides of w let one kernel serve w and its transpose.
// Defines: THREADS, OUT (a multiple of 4), BLOCKS, STAGED (floats of workgroup memory), CHUNK (0: they fit).
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read> w: array<f32>; // [outputs, inputs], or its transpose
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [outputs, columns]

var<workgroup> taps: array<vec4f, $(STAGED / 4)>; // [fours of inputs, OUT]

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  let at = table[record].xyz; // of x, w and y
  let columns = table[record].w; // in vec4
  let outputs = table[record + 1u].x;
  let inputs = table[record + 1u].y;
  let outputStride = table[record + 1u].z;
  let inputStride = table[record + 1u].w;
  let lowest = bitcast<i32>(table[record + 2u].x); // x that lies below as an integer is 0

  let column = group.x * $(BLOCKS * THREADS)u + local * $(BLOCKS)u;
  let output = group.y * $(OUT)u;
  let live = output < outputs && group.x * $(BLOCKS * THREADS)u < columns;
  // Rows past the last repeat it: their sums are computed and stored again, equal.
  //: for o in 0..OUT
  let row$o = min(output + $(o)u, outputs - 1u);
  //: for c in 0..BLOCKS
  var y_$(o)_$c = vec4f(0.0);
  //: end
  //: end

  // Inputs past the last are the last, with a filter of zero.
  let fours = (inputs + 3u) / 4u;
  //: for c in 0..BLOCKS
  let source$c = at.x + min(column + $(c)u, columns - 1u);
  //: end
  //: if CHUNK
  var chunk = 0u;
  loop {
  if (chunk > 0u) { workgroupBarrier(); }
  let size = min($(CHUNK)u, fours - chunk);
  //: else
  let chunk = 0u;
  let size = fours;
  //: end
  for (var i = local; i < size * $(OUT)u; i += $(THREADS)u) {
    let k = vec4u((chunk + i / $(OUT)u) * 4u) + vec4u(0u, 1u, 2u, 3u);
    let inside = min(k, vec4u(inputs - 1u));
    let mine = at.y * 4u + min(output + i % $(OUT)u, outputs - 1u) * outputStride;
    let tap = vec4u(mine) + inside * inputStride;
    taps[i] = select(vec4f(0.0), vec4f(w[tap.x], w[tap.y], w[tap.z], w[tap.w]), k < vec4u(inputs));
  }
  workgroupBarrier();

  // A loop that tests at its end runs no masked last round. One of workgroups past the end does no harm.
  let end = chunk + select(1u, size, live);
  var four = chunk;
  loop {
    let k = vec4u(four * 4u) + vec4u(0u, 1u, 2u, 3u);
    let inside = min(k, vec4u(inputs - 1u));
    //: for e in 0..4
    //: for c in 0..BLOCKS
    let raw_$(e)_$c = x[source$c + inside[$e] * columns];
    let x_$(e)_$c = select(vec4f(0.0), raw_$(e)_$c, bitcast<vec4i>(raw_$(e)_$c) >= vec4i(lowest));
    //: end
    //: end
    //: for o in 0..OUT
    let taps$o = taps[(four - chunk) * $(OUT)u + $(o)u];
    //: for c in 0..BLOCKS
    //: for e in 0..4
    y_$(o)_$c = fma(vec4f(taps$o[$e]), x_$(e)_$c, y_$(o)_$c);
    //: end
    //: end
    //: end
    continuing {
      four += 1u;
      break if four >= end;
    }
  }
  //: if CHUNK
  continuing {
    chunk += $(CHUNK)u;
    break if chunk >= fours;
  }
  }
  //: end

  //: for c in 0..BLOCKS
  if (column + $(c)u < columns && live) {
    let destination = at.z + column + $(c)u;
    //: for o in 0..OUT
    y[destination + row$o * columns] = y_$(o)_$c;
    //: end
  }
  //: end
}
