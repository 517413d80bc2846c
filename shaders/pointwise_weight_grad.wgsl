// Weight gradient of a pointwise convolution, in partial sums over ranges of columns:
// dw[s,o,k] = sum over columns m of range s of dy[o,m] * x[k,m].
// A workgroup holds a T x T tile of dw (T is 4 or 8): each thread keeps the whole tile in registers and takes every 64th block of
// 4 columns of its range; then the threads' tiles are added in workgroup memory, always in the same order.
// Defines: T.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read_write> dy: array<vec4f>; // [outputs, columns]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, outputs, inputs]

//: let FOURS = T * T / 4

var<workgroup> sums: array<vec4f, $(64 * FOURS)>; // [64 threads, fours of the tile, turned by the thread]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let columns = table[record + 3u]; // in vec4
  let outputs = table[record + 4u];
  let inputs = table[record + 5u];
  let ranges = table[record + 6u];
  let relu = table[record + 7u] == 1u; // x is max(x, 0)

  let tiles = (inputs + $(T - 1)u) / $(T)u;
  let output = group.x / tiles * $(T)u;
  let input = group.x % tiles * $(T)u;
  let live = output < outputs && group.y < ranges;
  let length = (columns + ranges - 1u) / ranges;
  let end = select(0u, min(columns, (group.y + 1u) * length), live);

  //: for t in 0..T
  let dyRow$t = table[record + 1u] + min(output + $(t)u, outputs - 1u) * columns;
  let xRow$t = table[record] + min(input + $(t)u, inputs - 1u) * columns;
  //: end
  //: for t in 0..T * T
  var sum$t = 0.0;
  //: end
  for (var column = group.y * length + local; column < end; column += 64u) {
    //: for o in 0..T
    let dy$o = dy[dyRow$o + column];
    //: end
    //: for i in 0..T
    let raw$i = x[xRow$i + column];
    let x$i = select(raw$i, max(raw$i, vec4f(0.0)), relu);
    //: for o in 0..T
    sum$(o * T + i) += dot(dy$o, x$i);
    //: end
    //: end
  }

  // Turning each thread's fours by its index spreads both the writes and the reads over the memory banks.
  //: for v in 0..FOURS
  sums[local * $(FOURS)u + (($(v)u + local) & $(FOURS - 1)u)] = vec4f(sum$(4 * v), sum$(4 * v + 1), sum$(4 * v + 2), sum$(4 * v + 3));
  //: end
  workgroupBarrier();
  let o = output + local / $(T / 4)u;
  if (live && local < $(FOURS)u && o < outputs) {
    var total = vec4f(0.0);
    for (var thread = 0u; thread < 64u; thread++) { total += sums[thread * $(FOURS)u + ((local + thread) & $(FOURS - 1)u)]; }
    let i = input + local % $(T / 4)u * 4u;
    let at = table[record + 2u] * 4u + (group.y * outputs + o) * inputs + i;
    //: for e in 0..4
    if (i + $(e)u < inputs) { dw[at + $(e)u] = total[$e]; }
    //: end
  }
}
