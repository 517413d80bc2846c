// Pointwise (1x1) convolution: y[o,m] = sum over k of w[o,k] * x[k,m], m over all N*H*W columns, rows' padding included
// (zero in, zero out). A thread computes 2 neighbouring blocks of 4 columns of OUT channels in registers, so that each
// value of x loaded serves OUT sums, and takes two inputs at a time, so that each sum is touched half as often; a
// workgroup first brings its rows of w into workgroup memory. The strides of w let one kernel serve w and its transpose;
// and w may be several matrices one after the other, each of the next `part` inputs, whose products are added up.
// Defines: OUT (a multiple of 4), STAGED (0: w does not fit workgroup memory and is read in place).
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [parts, outputs, part], or the transpose of one [outputs, inputs]
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [outputs, columns]

//: let PAIRS = OUT / 2
//: if STAGED
var<workgroup> taps: array<vec4f, 1024>; // [pairs of inputs, PAIRS]: two inputs of an output, then of the next
//: end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  let at = table[record].xyz; // of x, w and y
  let columns = table[record].w; // in vec4
  let outputs = table[record + 1u].x;
  let inputs = table[record + 1u].y;
  let outputStride = table[record + 1u].z;
  let inputStride = table[record + 1u].w;
  let lowest = bitcast<i32>(table[record + 2u].x); // x that lies below as an integer is 0
  let part = table[record + 2u].z; // inputs of one matrix
  let partStride = table[record + 2u].w;
  let perPart = 1.0 / f32(part);

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

  // An odd number of inputs is made even by a filter of zero on the last one.
  let pairs = (inputs + 1u) / 2u;
  //: if STAGED
  let mine = output + local % $(PAIRS)u * 2u;
  //: for e in 0..2
  let w$e = at.y * 4u + min(mine + $(e)u, outputs - 1u) * outputStride;
  //: end
  for (var i = local; i < pairs * $(PAIRS)u; i += 64u) {
    let k0 = i / $(PAIRS)u * 2u;
    let k1 = min(k0 + 1u, inputs - 1u);
    //: for e in 0..2
    let part$e = u32((f32(k$e) + 0.5) * perPart);
    let at$e = part$e * partStride + (k$e - part$e * part) * inputStride;
    //: end
    let even = select(0.0, 1.0, k0 + 1u < inputs);
    taps[i] = vec4f(w[w0 + at0], w[w0 + at1] * even, w[w1 + at0], w[w1 + at1] * even);
  }
  workgroupBarrier();
  //: end

  //: for c in 0..2
  let source$c = at.x + min(column + $(c)u, columns - 1u);
  //: end
  // A loop that tests at its end runs no masked last round. One of workgroups past the end does no harm.
  let end = select(1u, pairs, live);
  var pair = 0u;
  loop {
    let k0 = pair * 2u;
    let k1 = min(k0 + 1u, inputs - 1u);
    //: for c in 0..2
    //: for e in 0..2
    let raw_$(e)_$c = x[source$c + k$e * columns];
    let x_$(e)_$c = select(vec4f(0.0), raw_$(e)_$c, bitcast<vec4i>(raw_$(e)_$c) >= vec4i(lowest));
    //: end
    //: end
    //: if !STAGED
    //: for e in 0..2
    let part$e = u32((f32(k$e) + 0.5) * perPart);
    let at$e = at.y * 4u + part$e * partStride + (k$e - part$e * part) * inputStride;
    //: end
    let even = select(0.0, 1.0, k0 + 1u < inputs);
    //: end
    //: for p in 0..PAIRS
    //: if STAGED
    let taps$p = taps[pair * $(PAIRS)u + $(p)u];
    //: else
    //: for e in 0..2
    let row_$(p)_$e = row$(2 * p + e) * outputStride;
    //: end
    let taps$p = vec4f(
      w[at0 + row_$(p)_0], w[at1 + row_$(p)_0] * even, w[at0 + row_$(p)_1], w[at1 + row_$(p)_1] * even,
    );
    //: end
    //: for e in 0..2
    //: for c in 0..2
    y_$(2 * p + e)_$c = fma(vec4f(taps$p[$(2 * e + 1)]), x_1_$c, fma(vec4f(taps$p[$(2 * e)]), x_0_$c, y_$(2 * p + e)_$c));
    //: end
    //: end
    //: end
    continuing {
      pair += 1u;
      break if pair >= end;
    }
  }

  //: for c in 0..2
  if (column + $(c)u < columns && live) {
    let destination = at.z + column + $(c)u;
    //: for o in 0..OUT
    y[destination + row$o * columns] = y_$(o)_$c;
    //: end
  }
  //: end
}
