// The second step of a split reduction: y[i] = sum over s of x[s,i], in the order of s, four read at once.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>; // [parts, length]
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // [length]

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let record = 4u + id.z * table[0];
  let parts = table[record + 2u];
  let length = table[record + 3u];
  if (id.x >= length) { return; }
  let source = table[record] * 4u + id.x;
  var sum = 0.0;
  for (var s = 0u; s < parts; s += 4u) {
    //: for j in 0..4
    let x$j = x[source + min(s + $(j)u, parts - 1u) * length];
    //: end
    sum += x0;
    //: for j in 1..4
    sum = select(sum, sum + x$j, s + $(j)u < parts);
    //: end
  }
  y[table[record + 1u] * 4u + id.x] = sum;
}
