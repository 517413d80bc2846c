// Projects each row of a matrix as the reference implementation of SmoothDARTS and MS-DARTS does: clamp to
// [0, 1]; a row that became all zero becomes one-hot at its first raw maximum; divide by the row's sum.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

// A clamp may take NaN for a number.
fn clamped(x: f32) -> f32 { return select(clamp(x, 0.0, 1.0), x, (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u); }

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let base = 4u + id.z * table[0];
  let rows = table[base + 2u];
  let columns = table[base + 3u];
  if (id.x >= rows) { return; }
  let source = table[base] + id.x * columns;
  let goal = table[base + 1u] + id.x * columns;
  var sum = 0.0;
  var largest = x[source];
  var at = 0u;
  for (var j = 0u; j < columns; j++) {
    let v = x[source + j];
    sum += clamped(v);
    if (v > largest) { largest = v; at = j; }
  }
  for (var j = 0u; j < columns; j++) {
    out[goal + j] = select(clamped(x[source + j]) / sum, select(0.0, 1.0, j == at), sum == 0.0);
  }
}
