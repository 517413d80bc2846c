// Weight gradient of a pointwise convolution, in partial sums over ranges of columns, for devices whose workgroups share
// fast memory: dw[s,o,k] = sum over columns m of range s of dy[o,m] * x[k,m].
// A workgroup of SIDE x SIDE threads has a tile of dw of O * SIDE outputs and I * SIDE inputs. It brings SIDE blocks of 4
// columns of their rows into workgroup memory at a time, each value once for all sums that it is part of; meanwhile it has
// the next ones under way. A thread has the sums of O outputs and I inputs, SIDE apart.
// Defines: SIDE, O, I.
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read> x: array<vec4f>; // [inputs, columns]
@group(0) @binding(2) var<storage, read> dy: array<vec4f>; // [outputs, columns]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>; // [ranges, outputs, inputs]

// A row is one longer than it has to be, so that a column lies in different banks.
//: let ROW = SIDE + 1
var<workgroup> xRows: array<vec4f, $(SIDE * I * ROW)>; // [I * SIDE, ROW]
var<workgroup> dyRows: array<vec4f, $(SIDE * O * ROW)>; // [O * SIDE, ROW]

@compute @workgroup_size($(SIDE * SIDE))
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 1u + group.z * (table[0].x / 4u);
  let at = table[record].xyz; // of x, dy and dw
  let columns = table[record].w; // in vec4
  let outputs = table[record + 1u].x;
  let inputs = table[record + 1u].y;
  let length = table[record + 1u].z; // columns of a range
  let lowest = bitcast<i32>(table[record + 1u].w); // x that lies below as an integer is 0
  let tiles = table[record + 2u].x; // along the inputs

  let firstOutput = group.x / tiles * $(SIDE * O)u;
  let firstInput = group.x % tiles * $(SIDE * I)u;
  if (firstOutput >= outputs || group.y * length >= columns) { return; }
  let row = local / $(SIDE)u;
  let column = local % $(SIDE)u;
  //: for o in 0..O
  let dyAt$o = at.y + min(firstOutput + row + $(o * SIDE)u, outputs - 1u) * columns;
  //: end
  //: for i in 0..I
  let xAt$i = at.x + min(firstInput + row + $(i * SIDE)u, inputs - 1u) * columns;
  //: end
  //: for o in 0..O
  //: for i in 0..I
  var sum_$(o)_$i = 0.0;
  //: end
  //: end

  let end = min(columns, (group.y + 1u) * length);
  var first = group.y * length;
  // Blocks past the end are the last one once more, times 0.
  var next = min(first + column, end - 1u);
  //: for o in 0..O
  var dyNext$o = dy[dyAt$o + next];
  //: end
  //: for i in 0..I
  var xNext$i = x[xAt$i + next];
  //: end
  loop {
    let isIn = vec4<bool>(first + column < end);
    workgroupBarrier();
    //: for o in 0..O
    dyRows[(row + $(o * SIDE)u) * $(ROW)u + column] = dyNext$o;
    //: end
    //: for i in 0..I
    xRows[(row + $(i * SIDE)u) * $(ROW)u + column] =
      select(vec4f(0.0), xNext$i, (bitcast<vec4i>(xNext$i) >= vec4i(lowest)) & isIn);
    //: end
    workgroupBarrier();
    next = min(first + $(SIDE)u + column, end - 1u);
    //: for o in 0..O
    dyNext$o = dy[dyAt$o + next];
    //: end
    //: for i in 0..I
    xNext$i = x[xAt$i + next];
    //: end
    //: for c in 0..SIDE
    //: for i in 0..I
    let x_$(c)_$i = xRows[(column + $(i * SIDE)u) * $(ROW)u + $(c)u];
    //: end
    //: for o in 0..O
    let dy_$(c)_$o = dyRows[(row + $(o * SIDE)u) * $(ROW)u + $(c)u];
    //: for i in 0..I
    //: for e in 0..4
    sum_$(o)_$i = fma(dy_$(c)_$o[$e], x_$(c)_$i[$e], sum_$(o)_$i);
    //: end
    //: end
    //: end
    //: end
    continuing {
      first += $(SIDE)u;
      break if first >= end;
    }
  }

  let to = at.z * 4u + group.y * outputs * inputs;
  //: for o in 0..O
  let output$o = firstOutput + row + $(o * SIDE)u;
  //: for i in 0..I
  if (output$o < outputs && firstInput + column + $(i * SIDE)u < inputs) {
    dw[to + output$o * inputs + firstInput + column + $(i * SIDE)u] = sum_$(o)_$i;
  }
  //: end
  //: end
}
