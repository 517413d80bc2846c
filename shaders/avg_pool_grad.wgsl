// Adjoint of average pooling: each pixel sums dy / count over the windows that hold it, any stride.
// A thread computes ROWS rows of 4 columns. Along each axis it lists the windows that may reach its tile and what
// weight (one over the window's pixels inside the image, or zero) each has at each of its rows and columns; dx is
// then a small product weights * dy * weights, with every dy read once.
// Defines: K (window), S (stride), P (padding), ROWS; WINDOWROWS and WINDOWCOLUMNS: how many windows may reach.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;

// The first window that holds a pixel at `start` or after it; negative before the first one there is.
fn firstWindow(start: i32) -> i32 {
  return (start + $(P - K + S * K)) / $S - $(K - 1);
}

// Weights of window `i` of `count` at the pixels start ... start + 3 of an image of `size`, along one axis.
fn weights(i: i32, count: i32, start: i32, size: i32) -> vec4f {
  let pixel = vec4i(start) + vec4i(0, 1, 2, 3) - vec4i(i * $S - $P);
  let inside = min(i * $S - $P + $K, size) - max(i * $S - $P, 0);
  let holds = (pixel >= vec4i(0)) & (pixel < vec4i($K)) & vec4<bool>(i >= 0 && i < count);
  return select(vec4f(0.0), vec4f(1.0 / f32(max(inside, 1))), holds);
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
  let outHeight = i32(table[record + 5u]); // of dy
  let outWidth = i32(table[record + 6u]);

  let blocks = u32(width + 3) / 4u;
  let tiles = u32(height + $(ROWS - 1)) / $(ROWS)u;
  let t = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (t >= planes * tiles * blocks) { return; }
  let column = i32(t % blocks) * 4;
  let row = i32(t / blocks % tiles) * $ROWS;
  let plane = t / (blocks * tiles);

  let firstColumn = firstWindow(column);
  //: for j in 0..WINDOWCOLUMNS
  let at$j = u32(clamp(firstColumn + $j, 0, outWidth - 1));
  let columns$j = weights(firstColumn + $j, outWidth, column, width);
  //: end
  let firstRow = firstWindow(row);
  //: for o in 0..ROWS
  var dx$o = vec4f(0.0);
  //: end
  //: for i in 0..WINDOWROWS
  let rows$i = weights(firstRow + $i, outHeight, row, height);
  let start$i = table[record] * 4u
    + (plane * u32(outHeight) + u32(clamp(firstRow + $i, 0, outHeight - 1))) * (u32(outWidth + 3) / 4u * 4u);
  let sum$i = vec4f(0.0)
    //: for j in 0..WINDOWCOLUMNS
    + dy[start$i + at$j] * columns$j
    //: end
    ;
  //: for o in 0..ROWS
  dx$o += rows$i[$o] * sum$i;
  //: end
  //: end

  let real = vec4i(column) + vec4i(0, 1, 2, 3) < vec4i(width);
  let target_ = table[record + 1u] + (plane * u32(height) + u32(row)) * blocks + u32(column) / 4u;
  //: for o in 0..ROWS
  if (row + $o < height) { out[target_ + $(o)u * blocks] = select(vec4f(0.0), dx$o, real); }
  //: end
}
