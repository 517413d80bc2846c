// Per channel, the sums over all blocks of x_k * y for each of many x, and of y alone where asked for; rows' padding is
// zero and adds nothing. A workgroup computes four of the sums of a channel, so that y is read once for four x:
// one workgroup a sum means a fixed order of adding, so the same bits every time.
// The record's length depends on the number of terms, so it is read from its end:
// [x_0 ... | y | padding | out | row of term 0 ... | row of the sum of y, or none | terms | channels | blocks].
// Defines: THREADS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>; // [rows, C]

const none = 0xffffffffu;
var<workgroup> dots: array<vec4f, $THREADS>;
var<workgroup> sums: array<f32, $THREADS>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let end = record + table[0];
  let channels = table[end - 2u];
  let terms = table[end - 3u];
  let c = group.x;
  let first = group.y * 4u;
  let live = c < channels && first < max(terms, 1u);
  // A workgroup past the last channel or term takes part in the barrier and adds nothing.
  let blocks = select(0u, table[end - 1u], live);
  let ofY = table[record + terms] + c * blocks;
  //: for t in 0..4
  // Terms past the last repeat it: the same sum, stored once more.
  let term$t = select(0u, min(first + $(t)u, terms - 1u), terms > 0u);
  let ofX$t = table[record + term$t] + c * blocks;
  var dot$t = vec4f(0.0);
  //: end
  var sum = vec4f(0.0);

  // Eight neighbouring threads walk over a range of their own: memory is read in order.
  let share = (blocks + $(THREADS - 1)u) / $(THREADS)u * 8u;
  let stop = min(blocks, (local / 8u + 1u) * share);
  for (var i = local / 8u * share + local % 8u; i < stop; i += 8u) {
    let y_ = y[ofY + i];
    sum += y_;
    //: for t in 0..4
    dot$t = fma(x[ofX$t + i], y_, dot$t);
    //: end
  }
  dots[local] = vec4f(dot(dot0, vec4f(1.0)), dot(dot1, vec4f(1.0)), dot(dot2, vec4f(1.0)), dot(dot3, vec4f(1.0)));
  sums[local] = dot(sum, vec4f(1.0));
  workgroupBarrier();
  // One thread adds the others' sums: one barrier, where a tree of halves would need several.
  if (local == 0u && live) {
    var all = vec4f(0.0);
    var total = 0.0;
    for (var k = 0u; k < $(THREADS)u; k++) {
      all += dots[k];
      total += sums[k];
    }
    let rows = end - 4u - terms;
    let to = table[rows - 1u] * 4u + c;
    //: for t in 0..4
    if (terms > 0u) { out[to + table[rows + term$t] * channels] = all[$t]; }
    //: end
    if (table[end - 4u] != none && first == 0u) { out[to + table[end - 4u] * channels] = total; }
  }
}
