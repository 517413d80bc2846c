// Small dense tensors: elementwise operations with numpy broadcasting (ranks up to 3) and, in programs, sums.
// Offsets count floats. Two entry forms:
// - one operation a record, any size, one thread an element: [a, b, out, n, code, d1, d2, strides of a (3), of b (3),
//   s, t]; one pipeline serves every operation and shape.
// - PROGRAM: a workgroup runs a sequence of light operations on the memory of one binding, with a barrier wherever an
//   operation reads what another thread wrote. What would be hundreds of dispatches of a few elements each is one.
// Defines: PROGRAM, THREADS, ELEMENTS (of a thread in programs, read at once), and the codes of `src/graph/ops/elementwise_call.ts` by their names.
//: if PROGRAM
@group(0) @binding(0) var<storage, read> table: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> memory: array<f32>;
//: else
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
//: end

// By bits: the maximum and the minimum of a device may leave out NaN.
fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

// By bits too: as integers numbers below 0 lie below any NaN.
fn atLeastZero(x: f32) -> f32 { return select(x, 0.0, bitcast<i32>(x) <= -8388608); }

fn apply(code: u32, x: f32, y: f32, s: f32, t: f32) -> f32 {
  switch code {
    case $(affine)u: { return x * s + t; }
    case $(exp)u: { return exp(x); }
    case $(log)u: { return log(x); }
    case $(rsqrt)u: { return 1.0 / sqrt(x); }
    case $(sqrt)u: { return sqrt(x); }
    case $(reciprocal)u: { return 1.0 / x; }
    case $(square)u: { return x * x; }
    case $(add)u: { return x + y; }
    case $(sub)u: { return x - y; }
    case $(mul)u: { return x * y; }
    case $(div)u: { return x / y; }
    case $(equal)u: { return select(0.0, 1.0, x == y); }
    case $(clamp)u: { return select(clamp(x, s, t), x, isNan(x)); }
    case $(min)u: { return select(select(min(x, y), y, isNan(y)), x, isNan(x)); }
    case $(from_u32)u: { return f32(bitcast<u32>(x)); }
    case $(sigmoid)u: { return 1.0 / (1.0 + exp(-x)); }
    case $(fill)u: { return t; }
    case $(variance)u: { return atLeastZero(x - y * y); }
    case $(copy)u: { return x; }
    default: { return x; }
  }
}

// Where element i of the output finds its operand, by the sizes of its last two axes and the strides of three.
fn place(i: u32, d1: u32, d2: u32, s0: u32, s1: u32, s2: u32) -> u32 {
  return (i / (d2 * d1)) * s0 + ((i / d2) % d1) * s1 + (i % d2) * s2;
}

//: if PROGRAM
@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  // The table: where each program begins and ends, then the programs.
  let program = table[group.z];
  var at = program.x;
  // An instruction has at least three vectors, which are asked for together: [code, elements, vectors, whether it waits
  // for earlier ones], [output, operands, …], and what else there is.
  while (at < program.y) {
    let head = table[at];
    let places = table[at + 1u];
    let more = table[at + 2u];
    if (head.w != 0u) { storageBarrier(); }
    for (var i = lane; i < head.y; i += $(ELEMENTS * THREADS)u) {
      // Several elements at once; past the last it is the first once more.
      //: for e in 0..ELEMENTS
      let i$e = select(i, i + $(e * THREADS)u, i + $(e * THREADS)u < head.y);
      var r$e = 0.0;
      //: end
      if (head.x == $(addAll)u) {
        // Sum of several tensors: [output, how many, offsets].
        let terms = places.y;
        //: for e in 0..ELEMENTS
        r$e = memory[places.z + i$e] + memory[places.w + i$e];
        //: end
        for (var k = 2u; k < terms; k += 4u) {
          let offsets = table[at + 2u + k / 4u];
          //: for e in 0..ELEMENTS
          //: for j in 0..4
          let v$(j)_$e = select(0.0, memory[offsets[$j] + i$e], k + $(j)u < terms);
          //: end
          //: end
          //: for e in 0..ELEMENTS
          r$e = (((r$e + v0_$e) + v1_$e) + v2_$e) + v3_$e;
          //: end
        }
      } else if (head.x > $(addAll)u) {
        // Sum or maximum over the middle axis: [output, x, reduced, inner].
        let reduced = places.z;
        let inner = places.w;
        //: for e in 0..ELEMENTS
        let first$e = places.y + (i$e / inner) * reduced * inner + i$e % inner;
        r$e = memory[first$e];
        //: end
        for (var k = 1u; k < reduced; k += 4u) {
          //: for e in 0..ELEMENTS
          //: for j in 0..4
          let v$(j)_$e = memory[first$e + min(k + $(j)u, reduced - 1u) * inner];
          //: end
          //: end
          if (head.x == $(max)u) {
            //: for e in 0..ELEMENTS
            //: for j in 0..4
            r$e = select(select(max(r$e, v$(j)_$e), v$(j)_$e, isNan(v$(j)_$e)), r$e, isNan(r$e));
            //: end
            //: end
          } else {
            //: for e in 0..ELEMENTS
            r$e = r$e + v0_$e;
            //: for j in 1..4
            r$e += select(0.0, v$(j)_$e, k + $(j)u < reduced);
            //: end
            //: end
          }
        }
      } else {
        // [output, a, b, whether strides follow], [s, t, last strides of a and b], [d1, d2, other strides of a, of b].
        //: for e in 0..ELEMENTS
        var ofA$e = i$e * more.z;
        var ofB$e = i$e * more.w;
        //: end
        if (places.w != 0u) {
          let sizes = table[at + 3u];
          let strides = table[at + 4u];
          //: for e in 0..ELEMENTS
          ofA$e = place(i$e, sizes.x, sizes.y, sizes.z, sizes.w, more.z);
          ofB$e = place(i$e, sizes.x, sizes.y, strides.x, strides.y, more.w);
          //: end
        }
        //: for e in 0..ELEMENTS
        let x$e = memory[places.y + ofA$e];
        let y$e = memory[places.z + ofB$e];
        //: end
        //: for e in 0..ELEMENTS
        r$e = apply(head.x, x$e, y$e, bitcast<f32>(more.x), bitcast<f32>(more.y));
        //: end
      }
      //: for e in 0..ELEMENTS
      memory[places.x + i$e] = r$e;
      //: end
    }
    at += head.z;
  }
}
//: else
@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let base = 4u + id.z * table[0];
  let n = table[base + 3u];
  let code = table[base + 4u];
  let d1 = table[base + 5u];
  let d2 = table[base + 6u];
  let a0 = table[base + 7u];
  let a1 = table[base + 8u];
  let a2 = table[base + 9u];
  let b0 = table[base + 10u];
  let b1 = table[base + 11u];
  let b2 = table[base + 12u];
  let s = bitcast<f32>(table[base + 13u]);
  let t = bitcast<f32>(table[base + 14u]);
  for (var i = id.x; i < n; i += groups.x * $(THREADS)u) {
    let x = a[table[base] + place(i, d1, d2, a0, a1, a2)];
    let y = b[table[base + 1u] + place(i, d1, d2, b0, b1, b2)];
    out[table[base + 2u] + i] = apply(code, x, y, s, t);
  }
}
//: end
