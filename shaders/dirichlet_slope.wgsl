// By how much an entry t of a Dirichlet sample grows with its own concentration, divided by 1 - t; [rows, columns]. With
// a the entry's concentration and b the sum of the others, t has the Beta distribution I(a, b), and the factor is
// -(dI/da)(t; a, b) / (density · (1 - t)). The derivative is that of the series
//   I = t^a (1-t)^b / (a Beta(a, b)) · sum of the products of t (a+b+k) / (a+1+k),
// whose terms are all positive, and above the mean that of the same series of 1 - I(1-t; b, a).
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> theta: array<f32>;
@group(0) @binding(2) var<storage, read> concentration: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// ln(1 + r) for r > -1, with a small relative error near 0 too.
fn log1p(r: f32) -> f32 {
  let s = r / (2.0 + r);
  let t = s * s;
  let tail = t * (0.33333333 + t * (0.2 + t * (0.14285714 + t * (0.11111111 + t * 0.09090909))));
  return select(log(1.0 + r), 2.0 * (s + s * tail), abs(r) < 0.33);
}

// The digamma function at z + d less that at z, for z > 0 and z + d > 0: by its recurrence, then by its asymptotic series.
fn digammas(z: f32, d: f32) -> f32 {
  var sum = 0.0;
  for (var j = 0u; j < 8u; j++) {
    let low = z + f32(j);
    sum += d / (low * (low + d));
  }
  let low = z + 8.0;
  let high = low + d;
  let product = low * high;
  let square = product * product;
  let squares = low * low + high * high;
  return sum + log1p(d / low) + d / (2.0 * product) + d * (low + high) / square * (1.0 / 12.0 - squares / square / 120.0);
}

fn slope(t: f32, a: f32, b: f32) -> f32 {
  let rest = 1.0 - t;
  let lower = t * (a + b + 2.0) <= a + 1.0;
  // The side of the mean on which t lies, and the concentration on that side.
  let x = select(rest, t, lower);
  let own = select(b, a, lower);
  var term = 1.0;
  var sum = 1.0;
  // The sum of the terms' derivatives; a term's is a multiple of it.
  var factor = 0.0;
  var slopes = 0.0;
  // Of the largest concentrations, about 60, that many terms count.
  for (var k = 0u; k < $(TERMS)u; k++) {
    let above = a + b + f32(k);
    let below = own + 1.0 + f32(k);
    term *= x * above / below;
    factor += select(1.0 / above, (1.0 - b) / (above * below), lower);
    sum += term;
    slopes += term * factor;
    // What is left is about a geometric series.
    if (term * (1.0 + abs(factor)) * x * above < 1e-8 * (below - x * above)) { break; }
  }
  if (lower) { return -t / a * ((log(t) + digammas(a + 1.0, b - 1.0)) * sum + slopes); }
  return t / b * ((log1p(-rest) + digammas(a, b)) * sum + slopes);
}

@compute @workgroup_size($THREADS)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let base = 4u + id.z * table[0];
  let rows = table[base + 3u];
  let columns = table[base + 4u];
  let i = id.x;
  if (i >= rows * columns) { return; }
  var others = 0.0;
  let first = i / columns * columns;
  for (var j = first; j < first + columns; j++) {
    others += select(concentration[table[base + 1u] + j], 0.0, j == i);
  }
  let own = theta[table[base] + i];
  let t = clamp(own, 1e-7, 0.9999999);
  // A row of one column does not move. A NaN stays one: it may be left out of the clamping.
  let moved = select(slope(t, concentration[table[base + 1u] + i], others), 0.0, columns == 1u);
  out[table[base + 2u] + i] = select(moved, own, (bitcast<u32>(own) & 0x7fffffffu) > 0x7f800000u);
}
