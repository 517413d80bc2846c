// Weight gradient of a pointwise convolution, in partial sums over ranges of columns:
// dw[s,o,k] = sum over columns m of range s of dy[o,m] * x[k,m].
// A workgroup holds an OUT x IN tile of dw; each thread keeps the whole tile in registers and takes every 64th block
// of 4 columns, then the 64 tiles are added in workgroup memory, 16 sums at a time, always in the same order.
// Defines: OUT, IN (OUT * IN a multiple of 16), RELU (1: x is max(x, 0)).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read_write> dy: array<vec4f>; // [outputs, columns]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, outputs, inputs]

var<workgroup> sums: array<f32, 1024>; // [16 sums, 64 threads]
var<workgroup> quarters: array<f32, 64>; // [16 sums, 4]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * table[0];
  let columns = table[record + 3u]; // in vec4
  let outputs = table[record + 4u];
  let inputs = table[record + 5u];
  let ranges = table[record + 6u];

  let tiles = (inputs + $(IN - 1)u) / $(IN)u;
  let output = group.x / tiles * $(OUT)u;
  let input = group.x % tiles * $(IN)u;
  let live = output < outputs && group.y < ranges;
  let length = (columns + ranges - 1u) / ranges;
  let end = select(0u, min(columns, (group.y + 1u) * length), live);

  //: for o in 0..OUT
  let dyRow$o = table[record + 1u] + min(output + $(o)u, outputs - 1u) * columns;
  //: end
  //: for i in 0..IN
  let xRow$i = table[record] + min(input + $(i)u, inputs - 1u) * columns;
  //: end
  //: for o in 0..OUT
  //: for i in 0..IN
  var sum$(o * IN + i) = 0.0;
  //: end
  //: end
  for (var column = group.y * length + local; column < end; column += 64u) {
    //: for o in 0..OUT
    let dy$o = dy[dyRow$o + column];
    //: end
    //: for i in 0..IN
    //: if RELU
    let x$i = max(x[xRow$i + column], vec4f(0.0));
    //: else
    let x$i = x[xRow$i + column];
    //: end
    //: for o in 0..OUT
    sum$(o * IN + i) += dot(dy$o, x$i);
    //: end
    //: end
  }

  //: for c in 0..OUT * IN / 16
  //: for t in 0..16
  sums[$(t * 64)u + local] = sum$(c * 16 + t);
  //: end
  workgroupBarrier();
  {
    let base = local * 16u; // sum local / 4, quarter local % 4
    quarters[local] = sums[base]
    //: for t in 1..16
      + sums[base + $(t)u]
    //: end
    ;
  }
  workgroupBarrier();
  {
    let o = output + ($(c * 16)u + local) / $(IN)u;
    let i = input + ($(c * 16)u + local) % $(IN)u;
    if (local < 16u && live && o < outputs && i < inputs) {
      dw[table[record + 2u] * 4u + (group.y * outputs + o) * inputs + i] =
        quarters[local * 4u] + quarters[local * 4u + 1u] + quarters[local * 4u + 2u] + quarters[local * 4u + 3u];
    }
  }
  //: end
}
