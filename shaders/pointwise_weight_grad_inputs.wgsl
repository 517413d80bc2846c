// Weight gradient of a pointwise convolution, in partial sums over ranges of columns, for devices that read a value cheaply
// which neighbouring threads share: dw[s,o,k] = sum over columns m of range s of dy[o,m] * x[k,m].
// Neighbouring threads have neighbouring inputs, I of them THREADS apart, and the same outputs and columns: what they read
// of dy is one value for all. A thread takes BLOCKS blocks of 4 columns at a time, those of an input one after the other:
// rows of x often lie a power of two apart, so that few of them stay in the first cache. Each has sums of its own.
// Defines: THREADS, O, I, BLOCKS.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [outputs, columns]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, outputs, inputs]

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

  let output = group.x / tiles * $(O)u;
  let input = group.x % tiles * $(I * THREADS)u + local;
  let live = output < outputs && group.y * length < columns;
  let end = select(0u, min(columns, (group.y + 1u) * length), live);

  //: for o in 0..O
  let dyRow$o = at.y + min(output + $(o)u, outputs - 1u) * columns;
  //: for i in 0..I
  var sum_$(o)_$i = 0.0;
  //: end
  //: end
  //: for i in 0..I
  let xRow$i = at.x + min(input + $(i * THREADS)u, inputs - 1u) * columns;
  //: end
  var column = group.y * length;
  if (column < end) {
    loop {
      // Blocks past the end are the last once more, times 0.
      //: for b in 0..BLOCKS
      let column$b = min(column + $(b)u, end - 1u);
      let isIn$b = vec4<bool>(column + $(b)u < end);
      //: end
      //: for i in 0..I
      //: for b in 0..BLOCKS
      let raw_$(i)_$b = x[xRow$i + column$b];
      let x_$(i)_$b = select(vec4f(0.0), raw_$(i)_$b, (bitcast<vec4i>(raw_$(i)_$b) >= vec4i(lowest)) & isIn$b);
      //: end
      //: end
      //: for o in 0..O
      //: for b in 0..BLOCKS
      let dy_$(o)_$b = dy[dyRow$o + column$b];
      //: for e in 0..4
      //: for i in 0..I
      sum_$(o)_$i = fma(dy_$(o)_$b[$e], x_$(i)_$b[$e], sum_$(o)_$i);
      //: end
      //: end
      //: end
      //: end
      continuing {
        column += $(BLOCKS)u;
        break if column >= end;
      }
    }
  }

  let to = at.z * 4u + (group.y * outputs + output) * inputs + input;
  //: for i in 0..I
  if (live && input + $(i * THREADS)u < inputs) {
    //: for o in 0..O
    if (output + $(o)u < outputs) { dw[to + $(o)u * inputs + $(i * THREADS)u] = sum_$(o)_$i; }
    //: end
  }
  //: end
}
