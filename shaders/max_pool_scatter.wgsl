// Adjoint of max pooling at x: dx takes, of each window, dy at the window's first maximum in row-major order.
// A thread computes ROWS rows of 4 columns of dx. For all windows that reach the tile it finds the maximum of each
// row of x across the window's columns and which column that is, then which of the window's rows has the largest;
// dy goes to that row, and within it to that column. Both steps take a later one only where it is larger.
// Defines: K (window), S (stride), P (padding), ROWS (a multiple of S); FIRST: the first window that reaches the
// tile, from the tile's own (not positive); WINDOWROWS and WINDOWCOLUMNS: how many windows reach it; COLUMNS: how
// many columns of x they reach, the first of them LEAD columns into a block.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec4f>;

const lowest = -3.4e38;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let planes = table[record + 3u];
  let height = i32(table[record + 4u]);
  let width = i32(table[record + 5u]);
  let outHeight = i32(table[record + 6u]); // of dy
  let outWidth = i32(table[record + 7u]);

  let rowBlocks = (width + 3) / 4;
  let tiles = u32(height + $(ROWS - 1)) / $(ROWS)u;
  let t = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (t >= planes * tiles * u32(rowBlocks)) { return; }
  let column = i32(t % u32(rowBlocks));
  let tile = i32(t / u32(rowBlocks) % tiles);
  let plane = t / (u32(rowBlocks) * tiles);

  let real = vec4i(column * 4) + vec4i(0, 1, 2, 3) < vec4i(width);
  let target_ = table[record + 2u] + (plane * u32(height) + u32(tile * $ROWS)) * u32(rowBlocks) + u32(column);

  // Columns of x are numbered from the start of the first one's block of 4. Whole blocks are read at once.
  let first = column - $((P - FIRST * S + 3) / 4);
  //: for b in 0..(LEAD + COLUMNS + 3) / 4
  let at$b = u32(clamp(first + $b, 0, rowBlocks - 1));
  //: end
  //: for e in LEAD..LEAD + COLUMNS
  let inside$e = first * 4 + $e >= 0 && first * 4 + $e < width;
  //: end
  let firstRow = tile * $ROWS + $(FIRST * S - P);
  //: for j in 0..WINDOWCOLUMNS
  let q$j = column * $(4 / S) + $(j + FIRST);
  let liveColumn$j = q$j >= 0 && q$j < outWidth;
  let dyColumn$j = u32(clamp(q$j, 0, outWidth - 1));
  //: end

  //: for r in 0..(WINDOWROWS - 1) * S + K
  let live$r = firstRow + $r >= 0 && firstRow + $r < height;
  let row$r = table[record + 1u] + (plane * u32(height) + u32(clamp(firstRow + $r, 0, height - 1))) * u32(rowBlocks);
  //: for b in 0..(LEAD + COLUMNS + 3) / 4
  //: if b * 4 >= LEAD && b * 4 + 4 <= LEAD + COLUMNS
  let block_$(r)_$b = x[row$r + at$b];
  //: end
  //: end
  //: for e in LEAD..LEAD + COLUMNS
  //: if e / 4 * 4 >= LEAD && e / 4 * 4 + 4 <= LEAD + COLUMNS
  let x_$(r)_$e = select(lowest, block_$(r)_$(e / 4)[$(e % 4)], live$r && inside$e);
  //: else
  let x_$(r)_$e = select(lowest, x[row$r + at$(e / 4)][$(e % 4)], live$r && inside$e);
  //: end
  //: end
  //: for j in 0..WINDOWCOLUMNS
  var max_$(r)_$j = x_$(r)_$(LEAD + j * S);
  var tap_$(r)_$j = 0u;
  var sum_$(r)_$j = 0.0; // of dy that goes to this row of x in windows of column j
  //: for k in 1..K
  tap_$(r)_$j = select(tap_$(r)_$j, $(k)u, x_$(r)_$(LEAD + j * S + k) > max_$(r)_$j);
  max_$(r)_$j = max(max_$(r)_$j, x_$(r)_$(LEAD + j * S + k));
  //: end
  //: end
  //: for i in 0..WINDOWROWS
  //: if i * S + K - 1 == r
  let p$i = tile * $(ROWS / S) + $(i + FIRST);
  let liveRow$i = p$i >= 0 && p$i < outHeight;
  let dyRow$i = table[record] * 4u + (plane * u32(outHeight) + u32(clamp(p$i, 0, outHeight - 1))) * u32((outWidth + 3) / 4 * 4);
  //: for j in 0..WINDOWCOLUMNS
  let dy_$(i)_$j = select(0.0, dy[dyRow$i + dyColumn$j], liveRow$i && liveColumn$j);
  var best_$(i)_$j = max_$(i * S)_$j;
  var row_$(i)_$j = 0u;
  //: for k in 1..K
  row_$(i)_$j = select(row_$(i)_$j, $(k)u, max_$(i * S + k)_$j > best_$(i)_$j);
  best_$(i)_$j = max(best_$(i)_$j, max_$(i * S + k)_$j);
  //: end
  //: for k in 0..K
  sum_$(i * S + k)_$j += select(0.0, dy_$(i)_$j, row_$(i)_$j == $(k)u);
  //: end
  //: end
  //: end
  //: end
  // A row of dx is whole once its last window is done.
  //: for o in 0..ROWS
  //: if ((o + P) / S - FIRST) * S + K - 1 == r
  //: for q in 0..4
  var dx_$(o)_$q = 0.0;
  //: for j in 0..WINDOWCOLUMNS
  //: for k in 0..K
  //: if (j + FIRST) * S - P + k == q
  dx_$(o)_$q += select(0.0, sum_$(o + P - FIRST * S)_$j, tap_$(o + P - FIRST * S)_$j == $(k)u);
  //: end
  //: end
  //: end
  //: end
  if (tile * $ROWS + $o < height) {
    out[target_ + $(o)u * u32(rowBlocks)] = select(vec4f(0.0), vec4f(dx_$(o)_0, dx_$(o)_1, dx_$(o)_2, dx_$(o)_3), real);
  }
  //: end
  //: end
  //: end
}
