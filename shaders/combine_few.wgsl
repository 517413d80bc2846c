// Sum over k < TERMS of scale_k[c] * x_k[c, n, h, w], plus bias[c], then max(., 0) (NaN of NaN) where asked for: what
// combine.wgsl computes, for the few terms of a BatchNorm or its adjoint. The scales are kept in registers, and a thread walks
// over many blocks of 4 columns, so that what it costs to find them counts little.
// Defines: THREADS, LANES (THREADS is a multiple of it), TERMS, BIAS, PADDED (rows end in padding, which the bias must not reach).
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
//: for k in 0..TERMS
@group(0) @binding($(1 + k)) var<storage, read> x$k: array<vec4f>; // terms may lie in different bindings
//: end
@group(0) @binding($(1 + TERMS)) var<storage, read> vectors: array<f32>; // scales and bias, each [C]
@group(0) @binding($(2 + TERMS)) var<storage, read_write> out: array<vec4f>;

//: let OUT = 2 * TERMS + BIAS

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  //: for v in 0..(OUT + 4 + 2 * PADDED) / 4 + 1
  let words$v = table[record + $(v)u];
  //: end
  let lowest = bitcast<i32>(words$((OUT + 1) / 4)[$((OUT + 1) % 4)]); // a sum that lies below as an integer becomes 0
  let channels = words$((OUT + 2) / 4)[$((OUT + 2) % 4)];
  let blocks = words$((OUT + 3) / 4)[$((OUT + 3) % 4)]; // of one channel
  let span = words$((OUT + 4) / 4)[$((OUT + 4) % 4)]; // blocks of one workgroup, a multiple of 2 * THREADS
  let c = group.y;
  let channel = c * blocks;
  //: for k in 0..TERMS
  let source$k = words$((2 * k) / 4)[$((2 * k) % 4)] + channel;
  let scale$k = vectors[words$((2 * k + 1) / 4)[$((2 * k + 1) % 4)] * 4u + c];
  //: end
  //: if BIAS
  let bias = vectors[words$((2 * TERMS) / 4)[$((2 * TERMS) % 4)] * 4u + c];
  //: end
  let goal = words$((OUT) / 4)[$((OUT) % 4)] + channel;
  //: if PADDED
  let rowBlocks = words$((OUT + 5) / 4)[$((OUT + 5) % 4)];
  let last = vec4u(0u, 1u, 2u, 3u) < vec4u(words$((OUT + 6) / 4)[$((OUT + 6) % 4)] % 4u);
  let inverse = 1.0 / f32(rowBlocks);
  //: end

  let end = select(0u, min(blocks, (group.x + 1u) * span), c < channels);
  // LANES neighbouring threads walk over a range of their own: memory is read in order.
  let start = group.x * span + local / $(LANES)u * (span / $(THREADS / LANES)u);
  let stop = min(end, start + span / $(THREADS / LANES)u);
  var i = start + local % $(LANES)u;
  if (i < stop) {
  loop {
    // The second block of an odd end is the first once more: the same value, stored twice.
    //: for j in 0..2
    let i$j = select(i, i + $(LANES * j)u, i + $(LANES * j)u < stop);
    //: if PADDED
    let row$j = u32((f32(i$j) + 0.5) * inverse);
    var sum$j = select(vec4f(0.0), vec4f(bias), last | vec4<bool>(i$j - row$j * rowBlocks != rowBlocks - 1u));
    //: else
    //: if BIAS
    var sum$j = vec4f(bias);
    //: else
    var sum$j = vec4f(0.0);
    //: end
    //: end
    //: for k in 0..TERMS
    sum$j = fma(vec4f(scale$k), x$k[source$k + i$j], sum$j);
    //: end
    //: end
    //: for j in 0..2
    out[goal + i$j] = select(vec4f(0.0), sum$j, bitcast<vec4i>(sum$j) >= vec4i(lowest));
    //: end
    continuing {
      i += $(2 * LANES)u;
      break if i >= stop;
    }
  }
  }
}
