// The oracle of pointwise_weight_grad.wgsl: one weight a thread. Same bindings, record and meaning.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let columns = table[record + 3u] * 4u;
  let inputs = table[record + 5u];
  let weights = table[record + 4u] * inputs;
  let at = group.x * 64u + local;
  let length = table[record + 6u] * 4u; // columns of a range
  if (at >= weights || group.y * length >= columns) { return; }
  let end = min(columns, (group.y + 1u) * length);
  var sum = 0.0;
  for (var column = group.y * length; column < end; column++) {
    var value = x[table[record] * 4u + at % inputs * columns + column];
    if (bitcast<i32>(value) < bitcast<i32>(table[record + 7u])) { value = 0.0; }
    sum += value * dy[table[record + 1u] * 4u + at / inputs * columns + column];
  }
  dw[table[record + 2u] * 4u + group.y * weights + at] = sum;
}
