// Pointwise (1x1) convolution of at most IN inputs; what pointwise.wgsl computes of any number.
// y[o,m] = sum over k of w[o,k] * x[k,m].
// A thread holds the filters of OUT outputs, in registers or on its stack, and walks over many blocks of 4 columns: it
// loads the IN values of a block, each once, and then computes one output after the other, so that only a few registers
// change and nothing of the filter is loaded from a buffer again. A workgroup first brings its rows of w into workgroup memory.
// Defines: THREADS, LANES (THREADS is a multiple of it), IN, OUT (multiples of 4). Inputs past the last have zero filters, outputs past it repeat the last.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read> w: array<f32>; // [outputs, inputs], or its transpose
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [outputs, columns]

//: let QUADS = IN / 4
var<workgroup> taps: array<vec4f, $(OUT * QUADS)>; // [OUT, QUADS]

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
  let span = table[record + 2u].y; // columns of a workgroup

  let output = group.y * $(OUT)u;
  for (var i = local; i < $(OUT * QUADS)u; i += $(THREADS)u) {
    let row = at.y * 4u + min(output + i / $(QUADS)u, outputs - 1u) * outputStride;
    let k = vec4u(i % $(QUADS)u * 4u) + vec4u(0u, 1u, 2u, 3u);
    let inside = min(k, vec4u(inputs - 1u)) * inputStride;
    let filter_ = vec4f(w[row + inside.x], w[row + inside.y], w[row + inside.z], w[row + inside.w]);
    taps[i] = select(vec4f(0.0), filter_, k < vec4u(inputs));
  }
  workgroupBarrier();
  //: for o in 0..OUT
  //: for q in 0..QUADS
  let w_$(o)_$q = taps[$(o * QUADS + q)];
  //: end
  let row$o = at.z + min(output + $(o)u, outputs - 1u) * columns;
  //: end

  let end = select(0u, min(columns, (group.x + 1u) * span), output < outputs);
  // LANES neighbouring threads walk over a range of their own: memory is read in order.
  let start = group.x * span + local / $(LANES)u * (span / $(THREADS / LANES)u);
  let stop = min(end, start + span / $(THREADS / LANES)u);
  var column = start + local % $(LANES)u;
  if (column < stop) {
  loop {
    //: for k in 0..IN
    let raw$k = x[at.x + min($(k)u, inputs - 1u) * columns + column];
    let x$k = select(vec4f(0.0), raw$k, bitcast<vec4i>(raw$k) >= vec4i(lowest));
    //: end
    //: for o in 0..OUT
    var y$o = w_$(o)_0.x * x0;
    //: for k in 1..IN
    y$o = fma(vec4f(w_$(o)_$(k / 4)[$(k % 4)]), x$k, y$o);
    //: end
    y[row$o + column] = y$o;
    //: end
    continuing {
      column += $(LANES)u;
      break if column >= stop;
    }
  }
  }
}
