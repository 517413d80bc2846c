// Per channel, the sums over all blocks of x_k * y for each of many x, and of y alone where asked for; rows' padding is
// zero and adds nothing. A workgroup computes TERMS of the sums of a channel, so that y is read once for several x:
// one workgroup a sum means a fixed order of adding, so the same bits every time.
// The record's length depends on the number of terms, so it is read from its end:
// [x_0 ... | y | padding | out | row of term 0 ... | row of the sum of y, or none | terms | channels | blocks |
// threads].
// Defines: TERMS (0: only the sum of y), THREADS, LANES (THREADS is a multiple of it).
@group(0) @binding(0) var<storage, read> table: array<u32>;
//: let ROUND = 2
//: if TERMS
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
//: end
@group(0) @binding($(1 + (TERMS > 0))) var<storage, read> y: array<vec4f>;
@group(0) @binding($(2 + (TERMS > 0))) var<storage, read_write> out: array<f32>; // [rows, C]

const none = 0xffffffffu;
//: if TERMS
var<workgroup> dots: array<f32, $(THREADS * TERMS)>;
//: end
var<workgroup> sums: array<f32, $THREADS>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let end = record + table[0];
  let summed = table[end - 1u]; // THREADS, but not known to the compiler, which would unroll a loop over them
  let channels = table[end - 3u];
  let terms = table[end - 4u];
  let c = group.x;
  let first = group.y * $(TERMS)u;
  let live = c < channels && (first < terms || group.y == 0u);
  // A workgroup past the last channel or term takes part in the barrier and adds nothing.
  let blocks = select(0u, table[end - 2u], live);
  let ofY = table[record + terms] + c * blocks;
  //: for t in 0..TERMS
  // Terms past the last repeat it: the same sum, stored once more.
  let term$t = min(first + $(t)u, terms - 1u);
  let ofX$t = table[record + term$t] + c * blocks;
  var dot$t = vec4f(0.0);
  //: end
  var sum = vec4f(0.0);

  // LANES neighbouring threads walk over a range of their own: memory is read in order.
  let share = (blocks + $(THREADS - 1)u) / $(THREADS)u * $(LANES)u;
  let stop = min(blocks, (local / $(LANES)u + 1u) * share);
  var i = local / $(LANES)u * share + local % $(LANES)u;
  if (i < stop) {
  loop {
    // Blocks past the end are the first once more, times 0.
    //: for j in 0..ROUND
    let i$j = select(i, i + $(LANES * j)u, i + $(LANES * j)u < stop);
    let y$j = select(vec4f(0.0), y[ofY + i$j], $j == 0 || i + $(LANES * j)u < stop);
    sum += y$j;
    //: for t in 0..TERMS
    dot$t = fma(x[ofX$t + i$j], y$j, dot$t);
    //: end
    //: end
    continuing {
      i += $(LANES * ROUND)u;
      break if i >= stop;
    }
  }
  }
  //: for t in 0..TERMS
  dots[local * $(TERMS)u + $(t)u] = dot(dot$t, vec4f(1.0));
  //: end
  sums[local] = dot(sum, vec4f(1.0));
  workgroupBarrier();
  // One thread adds the others' sums: one barrier, where a tree of halves would need several.
  if (local == 0u && live) {
    var total = 0.0;
    //: for t in 0..TERMS
    var total$t = 0.0;
    //: end
    for (var k = 0u; k < summed; k++) {
      total += sums[k];
      //: for t in 0..TERMS
      total$t += dots[k * $(TERMS)u + $(t)u];
      //: end
    }
    let rows = end - 5u - terms;
    let to = table[rows - 1u] * 4u + c;
    //: for t in 0..TERMS
    out[to + table[rows + term$t] * channels] = total$t;
    //: end
    if (table[end - 5u] != none && first == 0u) { out[to + table[end - 5u] * channels] = total; }
  }
}
