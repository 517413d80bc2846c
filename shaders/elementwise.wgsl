// Small dense tensors: elementwise operations with numpy broadcasting (ranks up to 3) and, in programs, sums.
// Offsets count floats. Two entry forms:
// - one operation a record, any size, one thread an element: [a, b, out, n, code, d1, d2, strides of a (3), of b (3),
//   s, t]; one pipeline serves every operation and shape.
// - PROGRAM: a workgroup runs a sequence of light operations on the memory of one binding, with a barrier wherever an
//   operation reads what an earlier one wrote. What would be hundreds of dispatches of a few elements each is one.
// Defines: PROGRAM, THREADS, and the codes of `src/graph/ops/elementwise_call.ts` by their names.
@group(0) @binding(0) var<storage, read> table: array<u32>;
//: if PROGRAM
@group(0) @binding(1) var<storage, read_write> memory: array<f32>;
//: else
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
    default: { return x; }
  }
}

// Where element i of the output finds its operand: `at` is the first of [d1, d2], `strides` the first of three.
fn place(i: u32, at: u32, strides: u32) -> u32 {
  let d1 = table[at];
  let d2 = table[at + 1u];
  return (i / (d2 * d1)) * table[strides] + ((i / d2) % d1) * table[strides + 1u] + (i % d2) * table[strides + 2u];
}

//: if PROGRAM
@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  // The table: record length (unused), the first word of each program, then the programs.
  let program = table[1u + group.z];
  let end = program + 1u + table[program];
  var at = program + 1u;
  // An instruction: code, elements, words, whether it waits for earlier ones, output, operands, parameters.
  while (at < end) {
    let code = table[at];
    let n = table[at + 1u];
    if (table[at + 3u] != 0u) { storageBarrier(); }
    for (var i = lane; i < n; i += $(THREADS)u) {
      var r = 0.0;
      if (code == $(addAll)u) {
        // Sum of several tensors: [how many, offsets].
        let terms = table[at + 5u];
        for (var k = 0u; k < terms; k++) { r += memory[table[at + 6u + k] + i]; }
      } else if (code > $(addAll)u) {
        // Sum or maximum over the middle axis: [x, reduced, inner].
        let reduced = table[at + 6u];
        let inner = table[at + 7u];
        let first = table[at + 5u] + (i / inner) * reduced * inner + i % inner;
        r = memory[first];
        for (var k = 1u; k < reduced; k++) {
          let v = memory[first + k * inner];
          r = select(r + v, select(select(max(r, v), v, isNan(v)), r, isNan(r)), code == $(max)u);
        }
      } else {
        let x = memory[table[at + 5u] + place(i, at + 7u, at + 9u)];
        let y = memory[table[at + 6u] + place(i, at + 7u, at + 12u)];
        r = apply(code, x, y, bitcast<f32>(table[at + 15u]), bitcast<f32>(table[at + 16u]));
      }
      memory[table[at + 4u] + i] = r;
    }
    at += table[at + 2u];
  }
}
//: else
@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let base = 4u + id.z * table[0];
  let n = table[base + 3u];
  for (var i = id.x; i < n; i += groups.x * $(THREADS)u) {
    let x = a[table[base] + place(i, base + 5u, base + 7u)];
    let y = b[table[base + 1u] + place(i, base + 5u, base + 10u)];
    let s = bitcast<f32>(table[base + 13u]);
    let t = bitcast<f32>(table[base + 14u]);
    out[table[base + 2u] + i] = apply(table[base + 4u], x, y, s, t);
  }
}
//: end
