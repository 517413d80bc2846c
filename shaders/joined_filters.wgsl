// The filters of one dense convolution that does what several did: w[o, c, i, j] = sum over the terms of the part that
// has input c of scale_k[o] * w_k[o, c - first of the part, i - row_k, j - column_k], where that tap exists. A thread
// computes the filter of one output and input. The record, offsets in floats, is read from its end, since the numbers of
// terms and parts vary: [w_0, scale_0, …, out, words of the terms, words of the parts, resume, terms, parts, outputs,
// inputs, most, rows, columns]; `resume`: adds to what an earlier call left, `most`: inputs of the largest part.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// a / b by floats: devices without a division of integers take many steps for one. The largest filters have more elements
// than that is exact for, but it is off by one at most.
fn quotient(a: u32, b: u32) -> u32 {
  let q = u32((f32(a) + 0.5) / f32(b));
  let below = select(q, q - 1u, q * b > a);
  return select(below, below + 1u, a - below * b >= b);
}

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let length = table[0];
  let base = 4u + id.z * length;
  let resume = table[base + length - 8u] != 0u;
  let terms = table[base + length - 7u];
  let parts = table[base + length - 6u];
  let outputs = table[base + length - 5u];
  let inputs = table[base + length - 4u];
  let most = table[base + length - 3u];
  let rows = table[base + length - 2u];
  let columns = table[base + length - 1u];

  let inPart = quotient(id.x, outputs * most);
  let place = id.x - inPart * outputs * most;
  let o = quotient(place, most);
  let c = place - o * most;
  // Of a part: its first input and their number, its first term and the one past its last.
  let ofParts = base + length - 8u - 4u * parts;
  let part = ofParts + 4u * min(inPart, parts - 1u);
  let channels = table[part + 1u];
  if (inPart >= parts || c >= channels) { return; }
  // Of a term: the rows and columns of its filter, and where its first tap lies in the whole one.
  let ofTerms = ofParts - 4u * terms;

  let taps = rows * columns;
  let to = table[ofTerms - 1u] + (o * inputs + table[part] + c) * taps;
  if (!resume) {
    for (var t = 0u; t < taps; t++) { out[to + t] = 0.0; }
  }
  for (var k = table[part + 2u]; k < table[part + 3u]; k++) {
    let term = ofTerms + 4u * k;
    let down = table[term];
    let across = table[term + 1u];
    let by = scale[table[base + 2u * k + 1u] + o];
    var tap = table[base + 2u * k] + (o * channels + c) * down * across;
    var at = to + table[term + 2u] * columns + table[term + 3u];
    for (var i = 0u; i < down; i++) {
      for (var j = 0u; j < across; j++) { out[at + j] += by * w[tap + j]; }
      tap += across;
      at += columns;
    }
  }
}
