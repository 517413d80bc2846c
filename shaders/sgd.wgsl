// Stochastic gradient descent with momentum and L2 weight decay over one flat vector, in two steps so that each
// writes one tensor: v' = momentum·v + clip·g + decay·w, then w' = w − lr·v'.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> v: array<vec4f>;
@group(0) @binding(3) var<storage, read> g: array<vec4f>;
// The clip factor (first step) or the learning rate (second step).
@group(0) @binding(4) var<storage, read> factor: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;
override UPDATE: bool = false;

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let base = 4u + id.z * table[0];
  let f = factor[table[base + 3u] * 4u];
  let n = table[base + 5u];
  let momentum = bitcast<f32>(table[base + 6u]);
  let decay = bitcast<f32>(table[base + 7u]);
  for (var i = id.x; i < n; i += groups.x * $(THREADS)u) {
    let wi = w[table[base] + i];
    let vi = v[table[base + 1u] + i];
    if (UPDATE) {
      out[table[base + 4u] + i] = wi - f * vi;
    } else {
      out[table[base + 4u] + i] = momentum * vi + f * g[table[base + 2u] + i] + decay * wi;
    }
  }
}
