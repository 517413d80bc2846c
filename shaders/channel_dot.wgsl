// Per channel, the sum of x * y (PAIR) or of x over all its blocks; rows' padding is zero and adds nothing.
// One workgroup a channel: a fixed order of adding, so the same bits every time.
// Defines: PAIR, THREADS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
//: if PAIR
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
//: end
@group(0) @binding($(2 + PAIR)) var<storage, read_write> out: array<f32>; // [C]

var<workgroup> threads: array<f32, $THREADS>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let channels = table[record + $(PAIR + 2)u];
  let c = group.x;
  // A workgroup past the last channel takes part in the barriers and adds nothing.
  let blocks = select(0u, table[record + $(PAIR + 3)u], c < channels);
  let ofX = table[record] + c * blocks;
  //: if PAIR
  let ofY = table[record + 1u] + c * blocks;
  //: end
  //: for j in 0..4
  var sum$j = vec4f(0.0);
  //: end
  // Eight neighbouring threads walk over a range of their own: memory is read in order.
  let share = (blocks + $(4 * THREADS - 1)u) / $(4 * THREADS)u * 32u;
  let stop = min(blocks, (local / 8u + 1u) * share);
  for (var i = local / 8u * share + local % 8u; i < stop; i += 32u) {
    //: for j in 0..4
    let i$j = min(i + $(8 * j)u, blocks - 1u);
    let x$j = select(vec4f(0.0), x[ofX + i$j], i + $(8 * j)u < stop);
    //: if PAIR
    sum$j = fma(x$j, y[ofY + i$j], sum$j);
    //: else
    sum$j += x$j;
    //: end
    //: end
  }
  threads[local] = dot((sum0 + sum1) + (sum2 + sum3), vec4f(1.0));
  workgroupBarrier();
  // One thread adds the others' sums: one barrier, where a tree of halves would need several.
  if (local == 0u && c < channels) {
    var total = 0.0;
    for (var k = 0u; k < $(THREADS)u; k++) { total += threads[k]; }
    out[table[record + $(PAIR + 1)u] * 4u + c] = total;
  }
}
