// Mean and biased variance of every channel in one pass over x. Each thread sums x - s and (x - s)^2 with s its own
// first value, which keeps the squares as small as the spread; threads then merge by Chan's formula
// (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>; // [2, C]

var<workgroup> counts: array<f32, 256>;
var<workgroup> means: array<f32, 256>;
var<workgroup> squares: array<f32, 256>; // sums of squared distances from the mean

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
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
  if (width % 4u == 0u) {
    for (var i = local; i < blocks; i += 256u) {
      let d = x[source + i] - vec4f(shift);
      sum += d;
      square = fma(d, d, square);
      count += 4.0;
    }
  } else {
    // The padding in the rows' last blocks does not count. The column moves along with i.
    let rest = vec4u(0u, 1u, 2u, 3u) < vec4u(width % 4u);
    let move_ = 256u % rowBlocks;
    var column = local % rowBlocks;
    for (var i = local; i < blocks; i += 256u) {
      let last = column == rowBlocks - 1u;
      let d = select(vec4f(0.0), x[source + i] - vec4f(shift), rest | vec4<bool>(!last));
      sum += d;
      square = fma(d, d, square);
      count += select(4.0, f32(width % 4u), last);
      column += move_;
      if (column >= rowBlocks) { column -= rowBlocks; }
    }
  }
  let total = dot(sum, vec4f(1.0));
  let apart = total / max(count, 1.0);
  counts[local] = count;
  means[local] = shift + apart;
  squares[local] = max(0.0, dot(square, vec4f(1.0)) - total * apart);
  workgroupBarrier();
  for (var step = 128u; step > 0u; step >>= 1u) {
    if (local < step) {
      let n = counts[local] + counts[local + step];
      let share = counts[local + step] / max(n, 1.0);
      let d = means[local + step] - means[local];
      squares[local] += squares[local + step] + d * d * counts[local] * share;
      means[local] += d * share;
      counts[local] = n;
    }
    workgroupBarrier();
  }
  if (local == 0u && c < channels) {
    let target_ = table[record + 1u] * 4u;
    out[target_ + c] = means[0];
    out[target_ + channels + c] = squares[0] / counts[0];
  }
}
