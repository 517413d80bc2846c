// Elementwise operations on small dense tensors with numpy broadcasting (ranks up to 3).
// One pipeline serves every operation and shape: the code, the output's sizes and the strides of both operands
// stand in the record, so all independent small operations of a level are one dispatch.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let base = 1u + id.z * table[0];
  // Most tensors are far smaller than a workgroup: the number of elements is read first and alone.
  let n = table[base + 3u];
  for (var i = id.x; i < n; i += groups.x * 64u) {
    let code = table[base + 4u];
    let s = bitcast<f32>(table[base + 13u]);
    let t = bitcast<f32>(table[base + 14u]);
    let d2 = table[base + 6u];
    let i2 = i % d2;
    let i1 = (i / d2) % table[base + 5u];
    let i0 = i / (d2 * table[base + 5u]);
    let x = a[table[base] * 4u + table[base + 15u] + i0 * table[base + 7u] + i1 * table[base + 8u] + i2 * table[base + 9u]];
    let y = b[table[base + 1u] * 4u + i0 * table[base + 10u] + i1 * table[base + 11u] + i2 * table[base + 12u]];
    var r = 0.0;
    switch code {
      case 0u: { r = x * s + t; }
      case 1u: { r = exp(x); }
      case 2u: { r = log(x); }
      case 3u: { r = 1.0 / sqrt(x); }
      case 4u: { r = sqrt(x); }
      case 5u: { r = 1.0 / x; }
      case 6u: { r = x * x; }
      case 7u: { r = x + y; }
      case 8u: { r = x - y; }
      case 9u: { r = x * y; }
      case 10u: { r = x / y; }
      case 11u: { r = select(0.0, 1.0, x == y); }
      case 12u: { r = clamp(x, s, t); }
      case 13u: { r = min(x, y); }
      case 14u: { r = f32(bitcast<u32>(x)); }
      case 15u: { r = 1.0 / (1.0 + exp(-x)); }
      default: { r = x; }
    }
    out[table[base + 2u] * 4u + table[base + 16u] + i] = r;
  }
}
