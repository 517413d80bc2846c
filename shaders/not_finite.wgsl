// Where vectors have their first number that is NaN or infinite: out[v, p], the least such index of vector v in what
// part p looks through, all ones where there is none. By bits, as a compiler may take numbers for finite: such a number
// has a full exponent. Grid x is the part, y the vector. The record is read from its end, since the number of vectors
// varies: [x_0 … x_{n-1} | padding | out, row_0, length_0, … row_{n-1}, length_{n-1}, n, parts].
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> x: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>; // [vectors, parts]

const infinite = 0x7f800000u;
const none = 0xffffffffu;
var<workgroup> firsts: array<u32, $THREADS>;

@compute @workgroup_size($THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let end = record + table[0];
  let vectors = table[end - 2u];
  let parts = table[end - 1u];
  let words = end - 2u - 2u * vectors;
  let live = group.y < vectors && group.x < parts;
  let v = min(group.y, vectors - 1u);
  let row = table[words + 2u * v];
  let length = table[words + 2u * v + 1u];
  let quads = select(0u, (length + 3u) / 4u, live);
  let source = table[record + v];

  // A part has a block of 4 numbers for each of its threads, in a row, out of every `parts` times as many.
  let start = group.x * $(THREADS)u + local;
  let step = parts * $(THREADS)u;
  var largest = vec4u(0u); // size in bits, by place in the block
  var i = start;
  if (i < quads) {
    loop {
      // Four at once; past the end the last one again, which another thread finds where it is.
      //: for j in 0..4
      let x$j = x[source + min(i + $(j)u * step, quads - 1u)] & vec4u(0x7fffffffu);
      //: end
      largest = max(max(largest, max(x0, x1)), max(x2, x3));
      continuing {
        i += 4u * step;
        break if i >= quads;
      }
    }
  }
  // Only now where, in the rare case. What lies behind the vector's end may look like anything and does not count.
  var first = none;
  if (any(largest >= vec4u(infinite))) {
    for (i = start; i < quads; i += step) {
      let index = vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u);
      let bad = (x[source + i] & vec4u(0x7fffffffu)) >= vec4u(infinite);
      let at = select(vec4u(none), index, bad & (index < vec4u(length)));
      first = min(first, min(min(at.x, at.y), min(at.z, at.w)));
    }
  }
  firsts[local] = first;
  workgroupBarrier();
  if (local == 0u && live) {
    for (var k = 1u; k < $(THREADS)u; k++) { first = min(first, firsts[k]); }
    out[table[words - 1u] * 4u + row * parts + group.x] = first;
  }
}
