// A batch of 8-bit images [N, C, H, W] as the normalised feature map [C, N, H, W], each image cropped, flipped and
// cut out by its row of the plan. A thread writes 4 columns.
// Defines: THREADS, COLUMNS, and the columns of the plan by their names.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> images: array<u32>; // 4 pixels a word, the first lowest
@group(0) @binding(2) var<storage, read> plan: array<u32>; // [N, COLUMNS]
@group(0) @binding(3) var<storage, read> mean: array<f32>; // [C]
@group(0) @binding(4) var<storage, read> deviation: array<f32>; // [C]
@group(0) @binding(5) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let blocks = table[record + 5u];
  let channels = table[record + 6u];
  let count = table[record + 7u];
  let height = i32(table[record + 8u]);
  let width = i32(table[record + 9u]);
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i >= blocks) { return; }
  let rowBlocks = u32(width + 3) / 4u;
  let column = i32(i % rowBlocks * 4u);
  let row = i32(i / rowBlocks % u32(height));
  let plane = i / (rowBlocks * u32(height));
  let c = plane / count;
  let n = plane % count;

  let own = table[record + 1u] * 4u + n * $(COLUMNS)u;
  let cropY = bitcast<i32>(plan[own + $(cropY)u]);
  let cropX = bitcast<i32>(plan[own + $(cropX)u]);
  let flip = plan[own + $(flip)u] == 1u;
  let cutoutY = i32(plan[own + $(cutoutY)u]);
  let cutoutX = i32(plan[own + $(cutoutX)u]);
  let half = i32(plan[own + $(cutoutSize)u]) / 2;
  let m = mean[table[record + 2u] * 4u + c];
  let d = deviation[table[record + 3u] * 4u + c];

  let source = table[record] * 4u;
  let first = i32(n * channels + c) * height * width;
  let y = row + cropY;
  let cutRow = row >= cutoutY - half && row < cutoutY + half;
  var values = vec4f(0.0);
  //: for q in 0..4
  let column$q = column + $q;
  let x$q = select(column$q, width - 1 - column$q, flip) + cropX;
  let cut$q = cutRow && column$q >= cutoutX - half && column$q < cutoutX + half;
  if (column$q < width && !cut$q) {
    var pixel = 0.0;
    if (y >= 0 && y < height && x$q >= 0 && x$q < width) {
      let byte = u32(first + y * width + x$q);
      pixel = f32((images[source + byte / 4u] >> (byte % 4u * 8u)) & 255u) / 255.0;
    }
    values[$q] = (pixel - m) / d;
  }
  //: end
  out[table[record + 4u] + i] = values;
}
