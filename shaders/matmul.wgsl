// Product of small dense matrices: out[m, n] = Σ_k A[m, k] · B[k, n], A and B given by their strides, so that one
// pipeline serves all four transpositions. Offsets count floats. One output a thread, which reads four pairs at
// once: its users are small, such as the classifier.
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
  let ofA = table[base];
  let ofB = table[base + 1u];
  let aRow = table[base + 6u];
  let aColumn = table[base + 7u];
  let bRow = table[base + 8u];
  let bColumn = table[base + 9u];
  for (var i = id.x; i < m * n; i += groups.x * $(THREADS)u) {
    let ai = ofA + (i / n) * aRow;
    let bi = ofB + (i % n) * bColumn;
    var acc = 0.0;
    for (var j = 0u; j < k; j += 4u) {
      //: for e in 0..4
      let j$e = min(j + $(e)u, k - 1u);
      let a$e = a[ai + j$e * aColumn];
      let b$e = b[bi + j$e * bRow];
      //: end
      acc = fma(a0, b0, acc);
      //: for e in 1..4
      acc = select(acc, fma(a$e, b$e, acc), j + $(e)u < k);
      //: end
    }
    out[table[base + 2u] + i] = acc;
  }
}
