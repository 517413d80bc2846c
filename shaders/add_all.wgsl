// Sum of any number of dense tensors of one size. The record holds the terms' offsets, the output's, whether to add to
// what an earlier call left there, then the number of terms and of elements, offsets in floats:
// [x_0 … x_{k-1}, out, resume, k, n]; it is read from its end, since k varies.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let length = table[0];
  let base = 4u + id.z * length;
  let terms = table[base + length - 2u];
  let n = table[base + length - 1u];
  let first = table[base + length - 4u];
  let resume = table[base + length - 3u] != 0u;
  for (var i = id.x; i < n; i += groups.x * $(THREADS)u) {
    var acc = 0.0;
    if (resume) { acc = out[first + i]; }
    for (var k = 0u; k < terms; k++) { acc += x[table[base + k] + i]; }
    out[first + i] = acc;
  }
}
