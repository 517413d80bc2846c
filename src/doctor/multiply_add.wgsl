// Sixteen chains of multiply-adds a thread, v = (v + one) / 2, which come to one, and so does their mean: a float of out.
// Defines: THREADS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> ones: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let rounds = table[record + 2u];
  let half = 0.5 * ones[table[record]];
  //: for k in 0..16
  var v$k = half * f32(local + $(k)u);
  //: end
  for (var i = 0u; i < rounds; i++) {
    //: for r in 0..8
    //: for k in 0..16
    v$k = fma(v$k, half, half);
    //: end
    //: end
  }
  var sum = 0.0;
  //: for k in 0..16
  sum += v$k;
  //: end
  out[table[record + 1u] + (group.y * groups.x + group.x) * $(THREADS)u + local] = sum / 16.0;
}
