// Pointwise (1x1) convolution: y[o,m] = sum over k of w[o,k] * x[k,m], m over all N*H*W columns, rows' padding included
// (zero in, zero out). A thread computes 2 neighbouring blocks of 4 columns of OUT channels in registers, so that each value of x
// loaded serves OUT sums; a workgroup first brings its rows of w into workgroup memory, OUT of each input in fours.
// The strides of w let one kernel serve w and its transpose.
// Defines: OUT (a multiple of 4), STAGED (0: w does not fit workgroup memory and is read in place).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [outputs, inputs], or its transpose
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [outputs, columns]

//: let QUADS = OUT / 4
//: if STAGED
var<workgroup> taps: array<vec4f, 1024>; // [inputs, QUADS]
//: end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let columns = table[record + 3u]; // in vec4
  let outputs = table[record + 4u];
  let inputs = table[record + 5u];
  let outputStride = table[record + 6u];
  let inputStride = table[record + 7u];
  let relu = table[record + 8u] == 1u; // x is max(x, 0)

  let column = group.x * 128u + local * 2u;
  let output = group.y * $(OUT)u;
  let live = output < outputs && group.x * 128u < columns;
  // Rows past the last repeat it: their sums are computed and stored again, equal.
  //: for o in 0..OUT
  let row$o = min(output + $(o)u, outputs - 1u);
  //: for c in 0..2
  var y_$(o)_$c = vec4f(0.0);
  //: end
  //: end

  let filterAt = table[record + 1u] * 4u;
  //: if STAGED
  let mine = output + local % $(QUADS)u * 4u;
  //: for e in 0..4
  let w$e = filterAt + min(mine + $(e)u, outputs - 1u) * outputStride;
  //: end
  for (var i = local; i < inputs * $(QUADS)u; i += 64u) {
    let at = i / $(QUADS)u * inputStride;
    taps[i] = vec4f(w[w0 + at], w[w1 + at], w[w2 + at], w[w3 + at]);
  }
  workgroupBarrier();
  //: end

  //: for c in 0..2
  let source$c = table[record] + min(column + $(c)u, columns - 1u);
  //: end
  let end = select(0u, inputs, live);
  for (var k = 0u; k < end; k++) {
    //: for c in 0..2
    let raw$c = x[source$c + k * columns];
    let x$c = select(raw$c, max(raw$c, vec4f(0.0)), relu);
    //: end
    //: for v in 0..QUADS
    //: if STAGED
    let taps$v = taps[k * $(QUADS)u + $(v)u];
    //: else
    let taps$v = vec4f(
      //: for o in 4 * v..4 * v + 4
      w[filterAt + row$o * outputStride + k * inputStride],
      //: end
    );
    //: end
    //: for e in 0..4
    //: for c in 0..2
    y_$(4 * v + e)_$c = fma(vec4f(taps$v[$e]), x$c, y_$(4 * v + e)_$c);
    //: end
    //: end
    //: end
  }

  //: for c in 0..2
  if (column + $(c)u < columns && live) {
    let destination = table[record + 2u] + column + $(c)u;
    //: for o in 0..OUT
    y[destination + row$o * columns] = y_$(o)_$c;
    //: end
  }
  //: end
}
