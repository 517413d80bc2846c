// Sum over k of scale_k[c] * x_k[c, n, h, w], plus bias[c], then max(., 0) (NaN of NaN) where asked for, or 0 where a
// mask is not positive (MASK). For many terms: a thread keeps BLOCKS blocks of 4 columns, which share the cost of the loop.
// Grid y is the channel, so scales are uniform in a workgroup. The record's length depends on the number of terms,
// so it is read from its end: [x_0 scale_0 x_1 scale_1 ... | bias | mask | padding | out | the words below]; the terms
// of one binding after those of the other. Of a binding's terms those with a scale come first; the others have any
// vector in its place (without VECTORS there are only the x).
// Defines: THREADS, LANES (THREADS is a multiple of it), BLOCKS, BINDINGS (through which the terms are read), VECTORS,
// BIAS (needs VECTORS), PADDED (rows end in padding, which the bias must not reach), MASK, RESUME (adds to what an earlier call left in out: the terms of one sum may lie in more bindings).
@group(0) @binding(0) var<storage, read> table: array<vec2u>;
//: for b in 0..BINDINGS
@group(0) @binding($(1 + b)) var<storage, read> x$b: array<vec4f>;
//: end
//: let NEXT = 1 + BINDINGS
//: if VECTORS
@group(0) @binding($NEXT) var<storage, read> vectors: array<f32>; // scales and bias, each [C]
//: end
//: if MASK
@group(0) @binding($(NEXT + VECTORS)) var<storage, read> mask: array<vec4f>;
//: end
@group(0) @binding($(NEXT + VECTORS + MASK)) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let length = table[0].x / 2u;
  let record = 2u + group.z * length;
  let end = record + length;
  let goal = table[end - $(3 + BINDINGS)u].x;
  let lowest = bitcast<i32>(table[end - $(3 + BINDINGS)u].y); // a sum that lies below as an integer becomes 0
  let channels = table[end - 2u].x;
  let blocks = table[end - 2u].y; // of one channel
  // LANES neighbouring threads take their blocks in a row: memory is read in order.
  let first = group.x * $(BLOCKS * THREADS)u + local / $(LANES)u * $(LANES * BLOCKS)u + local % $(LANES)u;
  if (group.y >= channels || first >= blocks) { return; }
  let channel = group.y * blocks;
  //: for j in 0..BLOCKS
  let i$j = first + $(j * LANES)u;
  // Past the channel's end a thread reads its first block again and writes nothing.
  let at$j = channel + select(first, i$j, i$j < blocks);
  //: end

  //: for j in 0..BLOCKS
  //: if RESUME
  var sum$j = out[goal + at$j];
  //: else
  var sum$j = vec4f(0.0);
  //: end
  //: end
  var terms = 0u;
  //: for b in 0..BINDINGS
  let counts$b = table[end - $(2 + BINDINGS - b)u]; // terms of this binding, and how many of them have a scale
  let first$b = terms;
  terms += counts$b.x;
  if (counts$b.x > 0u) {
    var k = first$b;
    loop {
      //: if VECTORS
      let term = table[record + k];
      let source = term.x;
      let scale = select(1.0, vectors[term.y * 4u + group.y], k - first$b < counts$b.y);
      //: for j in 0..BLOCKS
      sum$j = fma(vec4f(scale), x$b[source + at$j], sum$j);
      //: end
      //: else
      let pair = table[record + k / 2u];
      let source = select(pair.x, pair.y, k % 2u == 1u);
      //: for j in 0..BLOCKS
      sum$j += x$b[source + at$j];
      //: end
      //: end
      continuing {
        k += 1u;
        break if k >= terms;
      }
    }
  }
  //: end

  //: if BIAS
  let b = vectors[table[record + terms].x * 4u + group.y];
  //: if PADDED
  let rowBlocks = table[end - 1u].x;
  let width = table[end - 1u].y;
  let inverse = 1.0 / f32(rowBlocks);
  let last = vec4u(0u, 1u, 2u, 3u) < vec4u(width % 4u);
  //: for j in 0..BLOCKS
  let row$j = u32((f32(i$j) + 0.5) * inverse);
  sum$j += select(vec4f(0.0), vec4f(b), last | vec4<bool>(i$j - row$j * rowBlocks != rowBlocks - 1u));
  //: end
  //: else
  //: for j in 0..BLOCKS
  sum$j += vec4f(b);
  //: end
  //: end
  //: end
  //: if MASK
  //: if VECTORS
  let ofMask = table[record + terms][$BIAS];
  //: else
  let maskPair = table[record + terms / 2u];
  let ofMask = select(maskPair.x, maskPair.y, terms % 2u == 1u);
  //: end
  //: for j in 0..BLOCKS
  sum$j = select(vec4f(0.0), sum$j, mask[ofMask + at$j] > vec4f(0.0));
  //: end
  //: end
  //: for j in 0..BLOCKS
  if (i$j < blocks) { out[goal + at$j] = select(vec4f(0.0), sum$j, bitcast<vec4i>(sum$j) >= vec4i(lowest)); }
  //: end
}
