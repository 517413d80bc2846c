// Max pooling, and with GATHER the adjoint of its scatter: of each window, g where x has its first maximum.
// A thread computes ROWS rows of 4 columns. Each row of x is read once and reduced across the window's columns;
// then the rows of each window are reduced. Columns outside the image are lower than everything. A maximum may leave out
// NaN, so the largest size goes along with it, in bits, among which NaN is the largest; a window that has one gets it.
// Defines: K (window), S (stride), P (padding), ROWS, GATHER; COLUMNS: how many columns of x a thread's windows
// reach, the first of them LEAD columns into a block.
@group(0) @binding(0) var<storage, read> table: array<u32>;
//: if GATHER
@group(0) @binding(1) var<storage, read> g: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;
//: else
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
//: end

const lowest = -3.4e38;
const infinite = 0x7f800000u;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let planes = table[record + $(GATHER + 2)u];
  let height = i32(table[record + $(GATHER + 3)u]);
  let width = i32(table[record + $(GATHER + 4)u]);
  let outHeight = table[record + $(GATHER + 5)u];
  let outWidth = table[record + $(GATHER + 6)u];

  let outBlocks = (outWidth + 3u) / 4u;
  let tiles = (outHeight + $(ROWS - 1)u) / $(ROWS)u;
  let t = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (t >= planes * tiles * outBlocks) { return; }
  let column = t % outBlocks;
  let tile = t / outBlocks % tiles;
  let plane = t / (outBlocks * tiles);

  // Columns of x are numbered from the start of the first one's block of 4. Whole blocks are read at once.
  let rowBlocks = (width + 3) / 4;
  let first = i32(column) * $S - $((P + 3) / 4);
  //: for b in 0..(LEAD + COLUMNS + 3) / 4
  let at$b = u32(clamp(first + $b, 0, rowBlocks - 1));
  //: end
  //: for e in LEAD..LEAD + COLUMNS
  let inside$e = first * 4 + $e >= 0 && first * 4 + $e < width;
  //: end
  let firstRow = i32(tile * $(ROWS * S)u) - $P;

  //: for r in 0..(ROWS - 1) * S + K
  // A row outside is replaced by the nearest inside, which its windows hold as well: no maximum changes.
  let row$r = (plane * u32(height) + u32(clamp(firstRow + $r, 0, height - 1))) * u32(rowBlocks);
  //: for b in 0..(LEAD + COLUMNS + 3) / 4
  //: if b * 4 >= LEAD && b * 4 + 4 <= LEAD + COLUMNS
  let block_$(r)_$b = x[table[record + $(GATHER)u] + row$r + at$b];
  //: if GATHER
  let gBlock_$(r)_$b = g[table[record] + row$r + at$b];
  //: end
  //: end
  //: end
  //: for e in LEAD..LEAD + COLUMNS
  //: if e / 4 * 4 >= LEAD && e / 4 * 4 + 4 <= LEAD + COLUMNS
  let x_$(r)_$e = select(lowest, block_$(r)_$(e / 4)[$(e % 4)], inside$e);
  //: if GATHER
  let g_$(r)_$e = gBlock_$(r)_$(e / 4)[$(e % 4)];
  //: end
  //: else
  let x_$(r)_$e = select(lowest, x[table[record + $(GATHER)u] + row$r + at$(e / 4)][$(e % 4)], inside$e);
  //: if GATHER
  let g_$(r)_$e = g[table[record] + row$r + at$(e / 4)][$(e % 4)];
  //: end
  //: end
  //: end
  //: if GATHER == 0
  //: for e in LEAD..LEAD + COLUMNS
  let size_$(r)_of_$e = bitcast<u32>(x_$(r)_$e) & 0x7fffffffu;
  //: end
  //: end
  //: for q in 0..4
  var max_$(r)_$q = x_$(r)_$(LEAD + q * S);
  //: if GATHER
  var of_$(r)_$q = g_$(r)_$(LEAD + q * S);
  //: else
  var size_$(r)_$q = size_$(r)_of_$(LEAD + q * S);
  //: end
  //: for k in 1..K
  //: if GATHER
  of_$(r)_$q = select(of_$(r)_$q, g_$(r)_$(LEAD + q * S + k), x_$(r)_$(LEAD + q * S + k) > max_$(r)_$q);
  //: else
  size_$(r)_$q = max(size_$(r)_$q, size_$(r)_of_$(LEAD + q * S + k));
  //: end
  max_$(r)_$q = max(max_$(r)_$q, x_$(r)_$(LEAD + q * S + k));
  //: end
  //: end
  //: end

  let real = vec4u(column * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  let target_ = table[record + $(GATHER + 1)u] + (plane * outHeight + tile * $(ROWS)u) * outBlocks + column;
  //: for o in 0..ROWS
  //: for q in 0..4
  var best_$(o)_$q = max_$(o * S)_$q;
  //: if GATHER
  var value_$(o)_$q = of_$(o * S)_$q;
  //: else
  var largest_$(o)_$q = size_$(o * S)_$q;
  //: end
  //: for k in 1..K
  //: if GATHER
  value_$(o)_$q = select(value_$(o)_$q, of_$(o * S + k)_$q, max_$(o * S + k)_$q > best_$(o)_$q);
  //: else
  largest_$(o)_$q = max(largest_$(o)_$q, size_$(o * S + k)_$q);
  //: end
  best_$(o)_$q = max(best_$(o)_$q, max_$(o * S + k)_$q);
  //: end
  //: end
  if (tile * $(ROWS)u + $(o)u < outHeight) {
    //: if GATHER
    out[target_ + $(o)u * outBlocks] = select(vec4f(0.0), vec4f(value_$(o)_0, value_$(o)_1, value_$(o)_2, value_$(o)_3), real);
    //: else
    let best$o = vec4f(best_$(o)_0, best_$(o)_1, best_$(o)_2, best_$(o)_3);
    let largest$o = vec4u(largest_$(o)_0, largest_$(o)_1, largest_$(o)_2, largest_$(o)_3);
    let pooled$o = select(best$o, bitcast<vec4f>(largest$o), largest$o > vec4u(infinite));
    out[target_ + $(o)u * outBlocks] = select(vec4f(0.0), pooled$o, real);
    //: end
  }
  //: end
}
