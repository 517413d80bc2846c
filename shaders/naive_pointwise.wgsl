// The oracle of pointwise.wgsl: one output a thread. Same bindings, record and meaning.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let columns = table[record + 3u] * 4u;
  let inputs = table[record + 5u];
  let column = group.x * 64u + local;
  let output = group.y;
  if (column >= columns || output >= table[record + 4u]) { return; }
  var sum = 0.0;
  for (var k = 0u; k < inputs; k++) {
    var value = x[table[record] * 4u + k * columns + column];
    if (bitcast<i32>(value) < bitcast<i32>(table[record + 8u])) { value = 0.0; }
    sum += w[table[record + 1u] * 4u + output * table[record + 6u] + k * table[record + 7u]] * value;
  }
  y[table[record + 2u] * 4u + output * columns + column] = sum;
}
