// Per channel, the sums over all blocks of x_k * y for each of many x, and of y alone where asked for; rows' padding is
// zero and adds nothing. A workgroup computes TERMS of the sums of a channel, so that y is read once for several x:
// one workgroup a sum means a fixed order of adding, so the same bits every time.
// The record's length depends on the number of terms, so it is read from its end:
// [x_0 ... | y | padding | out | row of term 0 ... | row of the sum of y, or none | terms | channels | blocks | ranges |
// rows | threads]. Each of the ranges of a channel's blocks has workgroups, and rows of sums, of its own.
// Defines: TERMS (0: only the sum of y), THREADS, LANES (THREADS is a multiple of it and of 4).
@group(0) @binding(0) var<storage, read> table: array<u32>;
//: let ROUND = 2
//: if TERMS
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
//: end
@group(0) @binding($(1 + (TERMS > 0))) var<storage, read> y: array<vec4f>;
@group(0) @binding($(2 + (TERMS > 0))) var<storage, read_write> out: array<f32>; // [ranges, rows, C]

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
  let rows = table[end - 2u];
  let ranges = table[end - 3u];
  let channels = table[end - 5u];
  let terms = table[end - 6u];
  let c = group.x;
  let range = group.y % ranges;
  let first = group.y / ranges * $(TERMS)u;
  let live = c < channels && (first < terms || group.y < ranges);
  // A workgroup past the last channel or term takes part in the barrier and adds nothing.
  let blocks = select(0u, table[end - 4u], live);
  let span = (blocks + ranges - 1u) / ranges;
  let begin = range * span;
  let past = min(blocks, begin + span);
  let ofY = table[record + terms] + c * blocks;
  //: for t in 0..TERMS
  // Terms past the last repeat it: the same sum, stored once more.
  let term$t = min(first + $(t)u, terms - 1u);
  let ofX$t = table[record + term$t] + c * blocks;
  var dot$t = vec4f(0.0);
  //: end
  var sum = vec4f(0.0);

  // LANES neighbouring threads walk over a range of their own: memory is read in order.
  let share = (past - min(past, begin) + $(THREADS - 1)u) / $(THREADS)u * $(LANES)u;
  let stop = min(past, begin + (local / $(LANES)u + 1u) * share);
  var i = begin + local / $(LANES)u * share + local % $(LANES)u;
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
    for (var k = 0u; k < summed; k += 4u) {
      //: for j in 0..4
      let sum$j = sums[k + $(j)u];
      //: for t in 0..TERMS
      let dot$(t)_$j = dots[(k + $(j)u) * $(TERMS)u + $(t)u];
      //: end
      //: end
      //: for j in 0..4
      total += sum$j;
      //: for t in 0..TERMS
      total$t += dot$(t)_$j;
      //: end
      //: end
    }
    let words = end - 7u - terms;
    let to = table[words - 1u] * 4u + range * rows * channels + c;
    //: for t in 0..TERMS
    out[to + table[words + term$t] * channels] = total$t;
    //: end
    if (table[end - 7u] != none && first == 0u) { out[to + table[end - 7u] * channels] = total; }
  }
}
