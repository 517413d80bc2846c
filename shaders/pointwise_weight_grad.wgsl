// Weight gradient of a pointwise convolution, in partial sums over ranges of columns:
// dw[s,o,k] = sum over columns m of range s of dy[o,m] * x[k,m].
// A workgroup holds an O x I tile of dw: each thread keeps the whole tile, so that a value loaded serves a
// row or a column of it, and takes two blocks of 4 columns of its range at a time, so that each sum, which few registers
// are left for, is touched half as often. Then the threads' tiles are added in workgroup memory, at most SUMS of each at a
// time, always in the same order.
// Defines: O, I (multiples of 4, O * I below SUMS or a multiple of it, and a power of 2), SUMS, LANES,
// THREADS (not below SUMS / 4, a multiple of LANES).
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [outputs, columns]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, outputs, inputs]

//: let FOURS = O * I / 4 - (O * I > SUMS) * (O * I - SUMS) / 4
var<workgroup> sums: array<vec4f, $(THREADS * FOURS)>; // [threads, fours of at most SUMS sums, turned by the thread]

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  let at = table[record].xyz; // of x, dy and dw
  let columns = table[record].w; // in vec4
  let outputs = table[record + 1u].x;
  let inputs = table[record + 1u].y;
  let length = table[record + 1u].z; // columns of a range
  let lowest = bitcast<i32>(table[record + 1u].w); // x that lies below as an integer is 0
  let tiles = table[record + 2u].x; // along the inputs
  let threads = table[record + 2u].y; // THREADS, but not known to the compiler, which would unroll a loop over them

  let output = group.x / tiles * $(O)u;
  let input = group.x % tiles * $(I)u;
  let live = output < outputs;
  let end = select(0u, min(columns, (group.y + 1u) * length), live);

  //: for t in 0..O
  let dyRow$t = at.y + min(output + $(t)u, outputs - 1u) * columns;
  //: end
  //: for t in 0..I
  let xRow$t = at.x + min(input + $(t)u, inputs - 1u) * columns;
  //: end
  //: for t in 0..O * I
  var sum$t = 0.0;
  //: end
  // LANES neighbouring threads walk over a range of their own: memory is read in order.
  let share = (length + $(2 * THREADS - 1)u) / $(2 * THREADS)u * $(2 * LANES)u;
  let start = group.y * length + local / $(LANES)u * share;
  let stop = min(end, start + share);
  var column = start + local % $(LANES)u;
  if (column < stop) {
  loop {
    // The second block of an odd end is the first once more, times 0.
    let second = column + $(LANES)u < stop;
    let next = select(column, column + $(LANES)u, second);
    //: for o in 0..O
    let dy_$(o)_0 = dy[dyRow$o + column];
    let dy_$(o)_1 = dy[dyRow$o + next];
    //: end
    //: for i in 0..I
    let raw_$(i)_0 = x[xRow$i + column];
    let x_$(i)_0 = select(vec4f(0.0), raw_$(i)_0, bitcast<vec4i>(raw_$(i)_0) >= vec4i(lowest));
    let raw_$(i)_1 = x[xRow$i + next];
    let x_$(i)_1 = select(vec4f(0.0), raw_$(i)_1, (bitcast<vec4i>(raw_$(i)_1) >= vec4i(lowest)) & vec4<bool>(second));
    //: for o in 0..O
    sum$(o * I + i) += dot(dy_$(o)_0, x_$(i)_0) + dot(dy_$(o)_1, x_$(i)_1);
    //: end
    //: end
    continuing {
      column += $(2 * LANES)u;
      break if column >= stop;
    }
  }
  }

  // Turning each thread's fours by its index spreads both the writes and the reads over the memory banks.
  //: for r in 0..O * I / (4 * FOURS)
  //: if r > 0
  workgroupBarrier();
  //: end
  //: for v in 0..FOURS
  //: let S = 4 * (FOURS * r + v)
  sums[local * $(FOURS)u + (($(v)u + local) & $(FOURS - 1)u)] = vec4f(sum$S, sum$(S + 1), sum$(S + 2), sum$(S + 3));
  //: end
  workgroupBarrier();
  let o$r = output + ($(FOURS * r)u + local) / $(I / 4)u;
  let i$r = input + ($(FOURS * r)u + local) % $(I / 4)u * 4u;
  if (live && local < $(FOURS)u && o$r < outputs && group.y * length < columns) {
    var total = vec4f(0.0);
    for (var thread = 0u; thread < threads; thread++) {
      total += sums[thread * $(FOURS)u + ((local + thread) & $(FOURS - 1)u)];
    }
    let to = at.z * 4u + (group.y * outputs + o$r) * inputs + i$r;
    //: for e in 0..4
    if (i$r + $(e)u < inputs) { dw[to + $(e)u] = total[$e]; }
    //: end
  }
  //: end
}
