// Mean and biased variance of every channel in one pass over x. Each thread sums x - s and (x - s)^2 with s its own
// first value, which keeps the squares as small as the spread; threads then merge by Chan's formula
// (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>; // [2, C]

// Count, mean and sum of squared distances from the mean of some numbers.
struct Moments {
  count: f32,
  mean: f32,
  squares: f32,
}
var<workgroup> partial: array<Moments, 256>;
var<workgroup> merged: array<Moments, 16>;

fn merge(a: Moments, b: Moments) -> Moments {
  let count = a.count + b.count;
  let share = b.count / max(count, 1.0);
  let d = b.mean - a.mean;
  return Moments(count, a.mean + d * share, a.squares + b.squares + d * d * a.count * share);
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let channels = table[record + 2u];
  let c = group.x;
  // A workgroup past the last channel takes part in the barriers and counts nothing.
  let blocks = select(0u, table[record + 3u], c < channels);
  let rowBlocks = table[record + 4u];
  let width = table[record + 5u];
  let source = table[record] + c * blocks;

  let shift = x[source + min(local, max(blocks, 1u) - 1u)].x;
  var sum = vec4f(0.0);
  var square = vec4f(0.0);
  var count = 0.0;
  // The padding in the rows' last blocks does not count. The column moves along with i.
  let lastWidth = width - (rowBlocks - 1u) * 4u;
  let move_ = 256u % rowBlocks;
  var column = local % rowBlocks;
  for (var i = local; i < blocks; i += 256u) {
    let real = select(4u, lastWidth, column == rowBlocks - 1u);
    let d = select(vec4f(0.0), x[source + i] - vec4f(shift), vec4u(0u, 1u, 2u, 3u) < vec4u(real));
    sum += d;
    square = fma(d, d, square);
    count += f32(real);
    column += move_;
    if (column >= rowBlocks) { column -= rowBlocks; }
  }
  let total = dot(sum, vec4f(1.0));
  let apart = total / max(count, 1.0);
  partial[local] = Moments(count, shift + apart, max(0.0, dot(square, vec4f(1.0)) - total * apart));
  workgroupBarrier();
  // 16 threads merge 16 each, then one merges theirs: two barriers, where a tree of halves would need eight.
  if (local < 16u) {
    var some = partial[local * 16u];
    for (var k = 1u; k < 16u; k++) { some = merge(some, partial[local * 16u + k]); }
    merged[local] = some;
  }
  workgroupBarrier();
  if (local == 0u && c < channels) {
    var all = merged[0];
    for (var k = 1u; k < 16u; k++) { all = merge(all, merged[k]); }
    let target_ = table[record + 1u] * 4u;
    out[target_ + c] = all.mean;
    out[target_ + channels + c] = all.squares / all.count;
  }
}
