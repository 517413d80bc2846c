// Average pooling over the part of each window inside the image. A thread computes ROWS rows of 4 columns; each row
// of x is read once and summed across the window's columns, then the rows of each window are.
// Defines: K (window), S (stride), P (padding), ROWS; COLUMNS: how many columns of x a thread's windows reach, the
// first of them LEAD columns into a block.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

// One over how many of the pixels of window `i` lie inside an image of `size` pixels along this axis.
fn share(i: vec4i, size: i32) -> vec4f {
  let start = i * $S - $P;
  let count = min(start + $K, vec4i(size)) - max(start, vec4i(0));
  return 1.0 / vec4f(max(count, vec4i(1)));
}

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let planes = table[record + 2u];
  let height = i32(table[record + 3u]);
  let width = i32(table[record + 4u]);
  let outHeight = table[record + 5u];
  let outWidth = table[record + 6u];

  let outBlocks = (outWidth + 3u) / 4u;
  let tiles = (outHeight + $(ROWS - 1)u) / $(ROWS)u;
  let t = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (t >= planes * tiles * outBlocks) { return; }
  let column = t % outBlocks;
  let tile = t / outBlocks % tiles;
  let plane = t / (outBlocks * tiles);

  // Columns of x are numbered from the start of the first one's block of 4. Whole blocks are read at once. Outside
  // the rows, and in their padding, x counts as zero.
  let rowBlocks = (width + 3) / 4;
  let first = i32(column) * $S - $((P + 3) / 4);
  //: for b in 0..(LEAD + COLUMNS + 3) / 4
  let at$b = u32(clamp(first + $b, 0, rowBlocks - 1));
  let inside$b = first + $b >= 0 && first + $b < rowBlocks;
  //: end
  let firstRow = i32(tile * $(ROWS * S)u) - $P;

  //: for r in 0..(ROWS - 1) * S + K
  let live$r = firstRow + $r >= 0 && firstRow + $r < height;
  let row$r = table[record] + (plane * u32(height) + u32(clamp(firstRow + $r, 0, height - 1))) * u32(rowBlocks);
  //: for b in 0..(LEAD + COLUMNS + 3) / 4
  //: if b * 4 >= LEAD && b * 4 + 4 <= LEAD + COLUMNS
  let block_$(r)_$b = x[row$r + at$b];
  //: end
  //: end
  //: for e in LEAD..LEAD + COLUMNS
  let x_$(r)_$e = select(
    0.0,
    //: if e / 4 * 4 >= LEAD && e / 4 * 4 + 4 <= LEAD + COLUMNS
    block_$(r)_$(e / 4)[$(e % 4)]
    //: else
    x[row$r + at$(e / 4)][$(e % 4)]
    //: end
    ,
    live$r && inside$(e / 4),
  );
  //: end
  let sum$r = vec4f(
    //: for q in 0..4
    //: for k in 0..K
    //: if k > 0
    +
    //: end
    x_$(r)_$(LEAD + q * S + k)
    //: end
    ,
    //: end
  );
  //: end

  let real = vec4u(column * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(outWidth);
  let target_ = table[record + 1u] + (plane * outHeight + tile * $(ROWS)u) * outBlocks + column;
  let shares = share(vec4i(i32(column) * 4) + vec4i(0, 1, 2, 3), width);
  //: for o in 0..ROWS
  if (tile * $(ROWS)u + $(o)u < outHeight) {
    let total = sum$(o * S)
      //: for k in 1..K
      + sum$(o * S + k)
      //: end
      ;
    let shareOfRows = share(vec4i(i32(tile) * $ROWS + $o), height).x;
    out[target_ + $(o)u * outBlocks] = select(vec4f(0.0), total * shares * shareOfRows, real);
  }
  //: end
}
