// Product of small dense matrices: out[m, n] = Σ_k A[m, k] · B[k, n], A and B given by their strides, so that one
// pipeline serves all four transpositions. Offsets count floats. One output a thread: the classifier is the only user.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let base = 4u + id.z * table[0];
  let m = table[base + 3u];
  let n = table[base + 4u];
  let k = table[base + 5u];
  let a0 = table[base];
  let b0 = table[base + 1u];
  for (var i = id.x; i < m * n; i += groups.x * $(THREADS)u) {
    var ai = a0 + (i / n) * table[base + 6u];
    var bi = b0 + (i % n) * table[base + 9u];
    var acc = 0.0;
    for (var j = 0u; j < k; j++) {
      acc = fma(a[ai], b[bi], acc);
      ai += table[base + 7u];
      bi += table[base + 8u];
    }
    out[table[base + 2u] + i] = acc;
  }
}
