// max(x, 0), and NaN of NaN; or with MASK its adjoint: dy where x > 0. A stream of blocks of 4 columns; a thread takes
// BLOCKS blocks. Defines: MASK, THREADS, BLOCKS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
//: if MASK
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
//: else
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
//: end

const lowest = -8388607; // as integers, all negative numbers lie below it and no NaN does

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let blocks = table[record + $(MASK + 2)u];
  let first = (group.y * groups.x + group.x) * $(BLOCKS * THREADS)u + local;
  //: for k in 0..BLOCKS
  let i$k = first + $(k * THREADS)u;
  if (i$k < blocks) {
    let x$k = x[table[record + $(MASK)u] + i$k];
    //: if MASK
    out[table[record + 2u] + i$k] = select(vec4f(0.0), dy[table[record] + i$k], x$k > vec4f(0.0));
    //: else
    out[table[record + 1u] + i$k] = select(vec4f(0.0), x$k, bitcast<vec4i>(x$k) >= vec4i(lowest));
    //: end
  }
  //: end
}
