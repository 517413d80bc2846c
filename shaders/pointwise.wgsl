// Pointwise (1x1) convolution: y[o,m] = sum over k of w[o,k] * x[k,m], m over all N*H*W columns, rows' padding included
// (zero in, zero out). A thread computes 2 blocks of 4 columns of OUT channels in registers. The strides of w let one
// kernel serve w and its transpose. Defines: OUT.
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
  let relu = table[record + 8u] == 1u; // x is max(x, 0)

  let column0 = group.x * 128u + local;
  let column1 = column0 + 64u;
  let output = group.y * $(OUT)u;
  if (column0 >= columns || output >= outputs) { return; }

  //: for o in 0..OUT
  let w$o = table[record + 1u] * 4u + min(output + $(o)u, outputs - 1u) * outputStride;
  var y_$(o)_0 = vec4f(0.0);
  var y_$(o)_1 = vec4f(0.0);
  //: end
  let source = table[record];
  for (var k = 0u; k < inputs; k++) {
    let raw0 = x[source + k * columns + column0];
    let raw1 = x[source + k * columns + min(column1, columns - 1u)];
    let x0 = select(raw0, max(raw0, vec4f(0.0)), relu);
    let x1 = select(raw1, max(raw1, vec4f(0.0)), relu);
    let tap = k * inputStride;
    //: for o in 0..OUT
    let tap$o = vec4f(w[w$o + tap]);
    y_$(o)_0 = fma(tap$o, x0, y_$(o)_0);
    y_$(o)_1 = fma(tap$o, x1, y_$(o)_1);
    //: end
  }
  let destination = table[record + 2u] + output * columns;
  //: for o in 0..OUT
  if (output + $(o)u < outputs) {
    y[destination + $(o)u * columns + column0] = y_$(o)_0;
    if (column1 < columns) { y[destination + $(o)u * columns + column1] = y_$(o)_1; }
  }
  //: end
}
