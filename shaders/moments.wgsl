// Mean and biased variance of every channel in one pass over x, a workgroup a channel: from the sums of x - s and
// (x - s)^2, where s lies between two values of the channel, which keeps the squares about as small as the spread.
// Defines: THREADS, LANES (THREADS is a multiple of it and of 4), PADDED (rows end in padding, which does not count),
// PARTS (a workgroup has a range of `span` blocks, whose part of the means of x - s and of (x - s)^2 it writes).
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>; // [2, C], PARTS: [ranges, 3, C]

//: if !PARTS
const lowestNumber = -8388608; // −∞ as an integer
//: end
var<workgroup> threads: array<vec2f, $THREADS>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  let channels = table[record].z;
  let count = f32(table[record + 1u].x); // elements of a channel
  let summed = table[record + 1u].w; // THREADS, but not known to the compiler, which would unroll a loop over them
  let c = group.x;
  // A workgroup past the last channel or range takes part in the barrier and counts nothing.
  //: if PARTS
  let span = table[record + 2u].x;
  let begin = group.y * span;
  //: else
  let begin = 0u;
  //: end
  let live = c < channels && begin < table[record].w;
  let blocks = select(0u, table[record].w, live);
  //: if PARTS
  let end = min(blocks, begin + span);
  //: else
  let end = blocks;
  //: end
  let source = table[record].x + c * blocks;

  let shift = (x[source + blocks / 3u].x + x[source + blocks / 2u].x) * 0.5; // never of the padding
  //: if PADDED
  let rowBlocks = table[record + 1u].y;
  let inRow = vec4u(0u, 1u, 2u, 3u) < vec4u(table[record + 1u].z % 4u);
  let inverse = 1.0 / f32(rowBlocks);
  //: end
  //: for j in 0..4
  var sum$j = vec4f(0.0);
  var square$j = vec4f(0.0);
  //: end
  // LANES neighbouring threads walk over a range of their own: memory is read in order.
  let share = (end - min(end, begin) + $(4 * THREADS - 1)u) / $(4 * THREADS)u * $(4 * LANES)u;
  let stop = min(end, begin + (local / $(LANES)u + 1u) * share);
  var i = begin + local / $(LANES)u * share + local % $(LANES)u;
  if (i < stop) {
  loop {
    //: for j in 0..4
    let i$j = i + $(LANES * j)u;
    //: if PADDED
    let column$j = i$j - u32((f32(i$j) + 0.5) * inverse) * rowBlocks;
    let real$j = vec4<bool>(i$j < stop) & (inRow | vec4<bool>(column$j != rowBlocks - 1u));
    //: else
    let real$j = vec4<bool>(i$j < stop);
    //: end
    let d$j = select(vec4f(0.0), x[source + min(i$j, blocks - 1u)] - vec4f(shift), real$j);
    sum$j += d$j;
    square$j = fma(d$j, d$j, square$j);
    //: end
    continuing {
      i += $(4 * LANES)u;
      break if i >= stop;
    }
  }
  }
  let sum = (sum0 + sum1) + (sum2 + sum3);
  let square = (square0 + square1) + (square2 + square3);
  threads[local] = vec2f(dot(sum, vec4f(1.0)), dot(square, vec4f(1.0)));
  workgroupBarrier();
  // One thread adds the others' sums: one barrier, where a tree of halves would need several.
  if (local == 0u && live) {
    var all = vec2f(0.0);
    for (var k = 0u; k < summed; k += 4u) {
      //: for j in 0..4
      let sum$j = threads[k + $(j)u];
      //: end
      //: for j in 0..4
      all += sum$j;
      //: end
    }
    let apart = all.x / count;
    //: if PARTS
    let target_ = table[record].y * 4u + group.y * 3u * channels + c;
    out[target_] = apart;
    out[target_ + channels] = all.y / count;
    out[target_ + 2u * channels] = select(0.0, shift, group.y == 0u);
    //: else
    let target_ = table[record].y * 4u + c;
    out[target_] = shift + apart;
    let spread = all.y - all.x * apart;
    // As integers numbers below 0 lie below any NaN, which has to show.
    out[target_ + channels] = select(spread, 0.0, bitcast<i32>(spread) <= lowestNumber) / count;
    //: end
  }
}
