// Where vectors have their first number that is NaN or infinite: out[v, p], the least such index of vector v in what
// part p looks through, all ones where there is none. By bits, as a compiler may take numbers for finite: such a number
// has a full exponent. Grid x is the part, y the vector. The record is read from its end, since the number of vectors
// varies: [x_0 … x_{n-1} | padding | out, row_0, length_0, … row_{n-1}, length_{n-1}, n, parts], offsets in floats.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>; // [vectors, parts]

const exponent = 0x7f800000u;
var<workgroup> firsts: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let record = 4u + group.z * table[0];
  let end = record + table[0];
  let vectors = table[end - 2u];
  let parts = table[end - 1u];
  let words = end - 2u - 2u * vectors;
  let live = group.y < vectors && group.x < parts;
  let v = min(group.y, vectors - 1u);
  let row = table[words + 2u * v];
  let length = select(0u, table[words + 2u * v + 1u], live);
  let source = table[record + v];

  // A part looks at 64 numbers in a row out of every parts · 64, and a thread at the first of its own in ascending order.
  var first = 0xffffffffu;
  for (var i = group.x * 64u + local; i < length; i += parts * 64u) {
    if ((x[source + i] & exponent) == exponent) { first = min(first, i); }
  }
  firsts[local] = first;
  workgroupBarrier();
  if (local == 0u && live) {
    for (var k = 1u; k < 64u; k++) { first = min(first, firsts[k]); }
    out[table[words - 1u] + row * parts + group.x] = first;
  }
}
