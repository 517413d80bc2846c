// Sum over k of scale_k[c] * x_k[c, n, h, w], plus bias[c], then max(., 0) where asked for, or 0 where a mask is
// not positive (MASK).
// Grid y is the channel, so scales are uniform in a workgroup; a thread takes 4 blocks of 4 columns, which shares
// the cost of the loop over terms. The record's length depends on the number of terms, so it is read from its end:
// [x_0 ... | scales ... | bias | mask | out | which operand is the scale of term k (VECTORS only) | 8 words, below].
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
//: if VECTORS
@group(0) @binding(2) var<storage, read_write> vectors: array<f32>; // scales and bias, each [C]
//: end
//: if MASK
@group(0) @binding($(2 + VECTORS)) var<storage, read_write> mask: array<vec4f>;
//: end
@group(0) @binding($(2 + VECTORS + MASK)) var<storage, read_write> out: array<vec4f>;

const none = 0xffffffffu;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let end = record + table[0];
  let bias = table[end - 8u]; // which operand
  //: if MASK
  let ofMask = table[record + table[end - 7u]];
  //: end
  let relu = (table[end - 6u] & 1u) != 0u;
  // Goes on from what an earlier call left in out: the terms of one sum may lie in several bindings.
  let resume = (table[end - 6u] & 2u) != 0u;
  let channels = table[end - 5u];
  let blocks = table[end - 4u]; // of one channel
  let rowBlocks = table[end - 3u];
  let width = table[end - 2u];
  let terms = table[end - 1u];
  let first = group.x * 256u + local;
  if (group.y >= channels || first >= blocks) { return; }
  let channel = group.y * blocks;
  //: for j in 0..4
  let i$j = first + $(j * 64)u;
  // Past the channel's end a thread reads its first block again and writes nothing.
  let at$j = channel + select(first, i$j, i$j < blocks);
  //: end

  //: if VECTORS
  let scales = end - 8u - terms;
  let goal = table[scales - 1u];
  //: else
  let goal = table[end - 9u];
  //: end
  //: for j in 0..4
  var sum$j = vec4f(0.0);
  if (resume) { sum$j = out[goal + at$j]; }
  //: end
  for (var k = 0u; k < terms; k++) {
    let source = table[record + k];
    //: if VECTORS
    let operand = table[scales + k];
    var scale = 1.0;
    if (operand != none) { scale = vectors[table[record + operand] * 4u + group.y]; }
    //: for j in 0..4
    sum$j = fma(vec4f(scale), x[source + at$j], sum$j);
    //: end
    //: else
    //: for j in 0..4
    sum$j += x[source + at$j];
    //: end
    //: end
  }

  //: if VECTORS
  if (bias != none) {
    let b = vectors[table[record + bias] * 4u + group.y];
    //: for j in 0..4
    sum$j += vec4f(b);
    //: end
    if (width % 4u != 0u) {
      // The bias must not reach the padding of the rows' last blocks.
      let last = (vec4u(0u, 1u, 2u, 3u) < vec4u(width % 4u));
      //: for j in 0..4
      sum$j = select(vec4f(0.0), sum$j, last | vec4<bool>(i$j % rowBlocks != rowBlocks - 1u));
      //: end
    }
  }
  //: end
  //: if MASK
  //: for j in 0..4
  sum$j = select(vec4f(0.0), sum$j, mask[ofMask + at$j] > vec4f(0.0));
  //: end
  //: end
  //: for j in 0..4
  if (i$j < blocks) { out[goal + at$j] = select(sum$j, max(sum$j, vec4f(0.0)), relu); }
  //: end
}
