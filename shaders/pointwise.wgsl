// Pointwise (1x1) convolution: y[o,m] = sum over k of w[o,k] * x[k,m], m over all N*H*W columns, rows' padding included
// (zero in, zero out). A thread computes 4 columns of OUT channels in registers, IN input channels at a time.
// The strides of w let one kernel serve w and its transpose.
// Defines: OUT, IN, RELU (1: x is max(x, 0)).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read_write> w: array<f32>; // [outputs, inputs], or its transpose
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [outputs, columns]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let columns = table[record + 3u]; // in vec4
  let outputs = table[record + 4u];
  let inputs = table[record + 5u];
  let outputStride = table[record + 6u];
  let inputStride = table[record + 7u];

  let column = group.x * 64u + local;
  let output = group.y * $(OUT)u;
  if (column >= columns || output >= outputs) { return; }

  //: for o in 0..OUT
  var y$o = vec4f(0.0);
  let row$o = table[record + 1u] * 4u + min(output + $(o)u, outputs - 1u) * outputStride;
  //: end
  var source = table[record] + column;
  var k = 0u;
  for (; k + $(IN)u <= inputs; k += $(IN)u) {
    //: for i in 0..IN
    //: if RELU
    let x$i = max(x[source + $(i)u * columns], vec4f(0.0));
    //: else
    let x$i = x[source + $(i)u * columns];
    //: end
    let at$i = (k + $(i)u) * inputStride;
    //: end
    //: for o in 0..OUT
    //: for i in 0..IN
    y$o = fma(vec4f(w[row$o + at$i]), x$i, y$o);
    //: end
    //: end
    source += $(IN)u * columns;
  }
  for (; k < inputs; k++) {
    //: if RELU
    let xk = max(x[source], vec4f(0.0));
    //: else
    let xk = x[source];
    //: end
    //: for o in 0..OUT
    y$o = fma(vec4f(w[row$o + k * inputStride]), xk, y$o);
    //: end
    source += columns;
  }
  let destination = table[record + 2u] + output * columns + column;
  //: for o in 0..OUT
  if (output + $(o)u < outputs) { y[destination + $(o)u * columns] = y$o; }
  //: end
}
