// Sum or maximum (NaN where there is one) over the middle axis of a dense [outer, reduced, inner] tensor, one
// workgroup per output.
// `splits` cuts the reduced axis into slabs, so that a long reduction runs as partial sums first. Offsets count floats.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
override MAXIMUM: bool = false;

var<workgroup> partial: array<f32, $THREADS>;

// By bits: the maximum of a device may leave out NaN.
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

fn merge(a: f32, b: f32) -> f32 {
  if (MAXIMUM) { return select(select(max(a, b), b, isNan(b)), a, isNan(a)); }
  return a + b;
}

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let base = 4u + group.z * table[0];
  let outer = table[base + 2u];
  let reduced = table[base + 3u];
  let inner = table[base + 4u];
  let splits = table[base + 5u];
  let slab = (reduced + splits - 1u) / splits;
  // Output index = (outer index, slab, inner index), row-major.
  let o = group.x + group.y * $(GROUPS)u;
  let active_output = o < outer * splits * inner;
  let i = o % inner;
  let s = (o / inner) % splits;
  let q = o / (inner * splits);
  var acc = select(0.0, -3.4e38, MAXIMUM);
  if (active_output) {
    let last = min(reduced, (s + 1u) * slab);
    let source = table[base] + q * reduced * inner + i;
    // Four at once, in their order.
    for (var r = s * slab + lane; r < last; r += $(4 * THREADS)u) {
      //: for j in 0..4
      let x$j = x[source + min(r + $(j * THREADS)u, last - 1u) * inner];
      //: end
      acc = merge(acc, x0);
      //: for j in 1..4
      acc = select(acc, merge(acc, x$j), r + $(j * THREADS)u < last);
      //: end
    }
  }
  partial[lane] = acc;
  workgroupBarrier();
  // One thread merges them: one barrier, where a tree of halves would need six.
  if (lane == 0u && active_output) {
    var all = partial[0];
    for (var k = 1u; k < $(THREADS)u; k++) { all = merge(all, partial[k]); }
    out[table[base + 1u] + o] = all;
  }
}
