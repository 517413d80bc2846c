// Sum of maps, scaled by channel, and of their averages over 3x3 windows (over what of a window lies in the image), scaled
// by channel, plus bias[c], then max(., 0) (NaN of NaN) where asked for. No average is stored. A thread computes ROWS rows
// of BLOCKS blocks of 4 columns; grid y is the channel.
// The record is read from its end, since the number of terms varies: [x_0, pooled scale_0, own scale_0, x_1, …, bias |
// padding | out, flags_0, …, and the words below]; the terms of one binding come after those of the other, and of a
// binding's terms the first `pooled` are averaged too. Flags: 1 where a term has a scale of its own, 2 where it counts once
// without; others do not count themselves.
// Defines: THREADS, ROWS, BLOCKS, BINDINGS (through which the terms are read).
@group(0) @binding(0) var<storage, read> table: array<u32>;
//: for q in 0..BINDINGS
@group(0) @binding($(1 + q)) var<storage, read> x$q: array<vec4f>;
//: end
@group(0) @binding($(1 + BINDINGS)) var<storage, read> vectors: array<f32>; // scales and bias, each [C]
@group(0) @binding($(2 + BINDINGS)) var<storage, read_write> out: array<vec4f>;

// One over how many pixels of the windows around pixels `i` lie inside an image of `size` pixels along this axis.
fn share(i: vec4i, size: i32) -> vec4f {
  return 1.0 / vec4f(max(min(i + 2, vec4i(size)) - max(i - 1, vec4i(0)), vec4i(1)));
}

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let length = table[0];
  let base = 4u + group.z * length;
  //: for q in 0..BINDINGS
  let terms$q = table[base + length - $(7 + 2 * (BINDINGS - q))u];
  let pooled$q = table[base + length - $(6 + 2 * (BINDINGS - q))u];
  //: end
  let biased = table[base + length - 7u] != 0u;
  let resume = table[base + length - 6u] != 0u; // adds to what an earlier call left
  let lowest = bitcast<i32>(table[base + length - 5u]); // a sum that lies below as an integer becomes 0
  let channels = table[base + length - 4u];
  let images = table[base + length - 3u];
  let height = table[base + length - 2u];
  let width = table[base + length - 1u];
  let all =
    //: for q in 0..BINDINGS
    terms$q +
    //: end
    0u;
  let flags = base + length - $(7 + 2 * BINDINGS)u - all;

  let blocks = (width + 3u) / 4u; // of a row
  let strips = (blocks + $(BLOCKS - 1)u) / $(BLOCKS)u;
  let tiles = (height + $(ROWS - 1)u) / $(ROWS)u;
  let t = group.x * $(THREADS)u + local;
  if (group.y >= channels || t >= images * tiles * strips) { return; }
  // Places by reciprocals: devices without a division of integers take many steps for one.
  let band = u32((f32(t) + 0.5) / f32(strips));
  let column = (t - band * strips) * $(BLOCKS)u;
  let image = u32((f32(band) + 0.5) / f32(tiles));
  let row = (band - image * tiles) * $(ROWS)u;
  let plane = (group.y * images + image) * height * blocks;

  let left = max(column, 1u) - 1u;
  let right = min(column + $(BLOCKS)u, blocks - 1u);
  let hasLeft = column > 0u;
  let hasRight = column + $(BLOCKS)u < blocks;
  //: for b in 0..BLOCKS
  let at$b = min(column + $(b)u, blocks - 1u);
  let is$b = column + $(b)u < blocks;
  //: end
  //: for r in 0..ROWS + 2
  let row$r = plane + min(max(row + $(r)u, 1u) - 1u, height - 1u) * blocks;
  let live$r = row + $(r)u > 0u && row + $(r)u <= height;
  //: end
  // Of a pixel's window, one over the pixels inside the image.
  //: for b in 0..BLOCKS
  let shares$b = share(vec4i(i32(column + $(b)u) * 4) + vec4i(0, 1, 2, 3), i32(width));
  //: end
  let goal = table[flags - 1u];
  //: for r in 0..ROWS
  let shareOfRows$r = share(vec4i(i32(row) + $r), i32(height)).x;
  //: for b in 0..BLOCKS
  var sum_$(r)_$b = vec4f(0.0);
  //: end
  //: end
  if (resume) {
    //: for r in 0..ROWS
    //: for b in 0..BLOCKS
    sum_$(r)_$b = out[goal + row$(r + 1) + at$b];
    //: end
    //: end
  }

  // Term by term, so that a sum is rounded alike whether or not it lies in one binding.
  var k = 0u;
  var end = 0u;
  //: for q in 0..BINDINGS
  end = k + pooled$q;
  let last$q = k + terms$q;
  for (; k < end; k++) {
    let source = table[base + 3u * k];
    let ofMean = vectors[table[base + 3u * k + 1u] * 4u + group.y];
    let flag = table[flags + k];
    let own = select(f32(flag >> 1u), vectors[table[base + 3u * k + 2u] * 4u + group.y], (flag & 1u) != 0u);
    //: for r in 0..ROWS + 2
    //: for b in 0..BLOCKS
    let x_$(r)_$b = select(vec4f(0.0), x$(q)[source + row$r + at$b], live$r && is$b);
    //: end
    let from_$(r)_0 = select(0.0, x$(q)[source + row$r + left].w, live$r && hasLeft);
    let to_$(r)_$(BLOCKS - 1) = select(0.0, x$(q)[source + row$r + right].x, live$r && hasRight);
    //: for b in 1..BLOCKS
    let from_$(r)_$b = x_$(r)_$(b - 1).w;
    let to_$(r)_$(b - 1) = x_$(r)_$(b).x;
    //: end
    //: for b in 0..BLOCKS
    let across_$(r)_$b = vec4f(from_$(r)_$b, x_$(r)_$(b).xyz) + x_$(r)_$b + vec4f(x_$(r)_$(b).yzw, to_$(r)_$b);
    //: end
    //: end
    //: for r in 0..ROWS
    //: for b in 0..BLOCKS
    let window_$(r)_$b = across_$(r)_$b + across_$(r + 1)_$b + across_$(r + 2)_$b;
    sum_$(r)_$b = fma(shares$b * (ofMean * shareOfRows$r), window_$(r)_$b, sum_$(r)_$b);
    //: end
    //: end
    if (flag != 0u) {
      //: for r in 0..ROWS
      //: for b in 0..BLOCKS
      sum_$(r)_$b = fma(vec4f(own), x_$(r + 1)_$b, sum_$(r)_$b);
      //: end
      //: end
    }
  }
  for (; k < last$q; k++) {
    let source = table[base + 3u * k];
    let flag = table[flags + k];
    let own = select(1.0, vectors[table[base + 3u * k + 2u] * 4u + group.y], (flag & 1u) != 0u);
    //: for r in 0..ROWS
    //: for b in 0..BLOCKS
    sum_$(r)_$b = fma(vec4f(own), x$(q)[source + row$(r + 1) + at$b], sum_$(r)_$b);
    //: end
    //: end
  }
  //: end

  var bias = 0.0;
  if (biased) { bias = vectors[table[base + 3u * all] * 4u + group.y]; }
  //: for b in 0..BLOCKS
  let real$b = vec4u((column + $(b)u) * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(width);
  //: for r in 0..ROWS
  if (row + $(r)u < height && is$b) {
    let whole = sum_$(r)_$b + vec4f(bias);
    out[goal + row$(r + 1) + at$b] = select(vec4f(0.0), whole, real$b & (bitcast<vec4i>(whole) >= vec4i(lowest)));
  }
  //: end
  //: end
}
