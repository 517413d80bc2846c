// Threefry-2x32-20 (Salmon et al. 2011), the generator of src/random.ts: element i of stream s is the block of
// counter (i, s + 16). Uniform numbers are the first word's upper 24 bits; with GAUSSIAN a feature map of normal
// numbers by Box-Muller from both words, i being the element's logical index (padding not counted). With DROPOUT a
// feature map x of which an element is 0 where its uniform number is below the rate, and else x / (1 - rate). With
// GAMMA the logarithm of a number from the gamma distribution of shape x, by Marsaglia & Tsang (2000): of TRIES tries
// the first that is taken counts, try t with the normal number of stream s + 2 t and the uniform one of s + 2 t + 1; of
// shape x + 1, which any shape above 0 then lets take, times a uniform number of stream s + 2 TRIES to the power 1 / x.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> key: array<u32>; // [2]
//: if DROPOUT
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> rate: array<f32>; // [1]
@group(0) @binding(4) var<storage, read_write> out: array<vec4f>;
//: end
//: if GAMMA
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
//: end
//: if GAUSSIAN
@group(0) @binding(2) var<storage, read_write> out: array<vec4f>;
//: end
//: if UNIFORM
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
//: end

// 2^-24: a product with it is exact, where a quotient may be rounded otherwise on some devices.
const toUnit = 5.9604644775390625e-8;

fn threefry(k0: u32, k1: u32, counter0: u32, counter1: u32) -> vec2u {
  let k2 = k0 ^ k1 ^ 0x1bd11bdau;
  var x = counter0 + k0;
  var y = counter1 + k1;
  //: for s in 0..5
  //: if s % 2 == 0
  x += y; y = ((y << 13u) | (y >> 19u)) ^ x;
  x += y; y = ((y << 15u) | (y >> 17u)) ^ x;
  x += y; y = ((y << 26u) | (y >> 6u)) ^ x;
  x += y; y = ((y << 6u) | (y >> 26u)) ^ x;
  //: else
  x += y; y = ((y << 17u) | (y >> 15u)) ^ x;
  x += y; y = ((y << 29u) | (y >> 3u)) ^ x;
  x += y; y = ((y << 16u) | (y >> 16u)) ^ x;
  x += y; y = ((y << 24u) | (y >> 8u)) ^ x;
  //: end
  x += k$((s + 1) % 3);
  y += k$((s + 2) % 3) + $(s + 1)u;
  //: end
  return vec2u(x, y);
}

//: if GAUSSIAN || GAMMA
// Natural logarithm of a number above 0, to float32 precision near 1 too (the built-in may lose it there):
// a power of two times f in [2/3, 4/3), then 2 artanh((f - 1) / (f + 1)).
fn logarithm(u: f32) -> f32 {
  let bits = bitcast<u32>(u);
  let power = i32(bits - 0x3f2aaaabu) >> 23u;
  let f = bitcast<f32>(bits - (u32(power) << 23u));
  let s = (f - 1.0) / (f + 1.0);
  let t = s * s;
  let tail = t * (0.33333333 + t * (0.2 + t * (0.14285714 + t * (0.11111111 + t * 0.09090909))));
  return f32(power) * 0.69314718 + 2.0 * (s + s * tail);
}

// cos(2 pi t) for t in [0, 1): exact reduction to an eighth of a turn, then a Taylor polynomial.
fn cosineOfTurns(t: f32) -> f32 {
  let quarter = round(t * 4.0);
  let a = (t - quarter * 0.25) * 6.28318531;
  let b = a * a;
  let cosine = 1.0 - b * (0.5 - b * (0.041666667 - b * (0.0013888889 - b * 0.000024801587)));
  let sine = a * (1.0 - b * (0.16666667 - b * (0.0083333333 - b * 0.00019841270)));
  let q = u32(quarter) % 4u;
  let magnitude = select(cosine, sine, q % 2u == 1u);
  return select(magnitude, -magnitude, q == 1u || q == 2u);
}

// The logarithm of a uniform number in (0, 1] from the upper 24 bits of a word.
fn logarithmOf(word: u32) -> f32 { return logarithm(f32((word >> 8u) + 1u) * toUnit); }

fn normal(k0: u32, k1: u32, counter0: u32, counter1: u32) -> f32 {
  let words = threefry(k0, k1, counter0, counter1);
  return sqrt(-2.0 * logarithmOf(words.x)) * cosineOfTurns(f32(words.y >> 8u) * toUnit);
}
//: end

//: if GAMMA
fn logGamma(k0: u32, k1: u32, i: u32, stream: u32, shape: f32) -> f32 {
  let d = shape + 0.66666667;
  let c = 0.33333333 / sqrt(d);
  // What a number has that none of the tries gives, fewer than one in 10^10: the mode.
  var found = 0.0;
  for (var t = 0u; t < $(TRIES)u; t++) {
    let n = normal(k0, k1, i, stream + 2u * t);
    let root = 1.0 + c * n;
    if (root <= 0.0) { continue; }
    let v = root * root * root;
    let logV = 3.0 * logarithm(root);
    let u = logarithmOf(threefry(k0, k1, i, stream + 2u * t + 1u).x);
    if (u < 0.5 * n * n + d * (1.0 - v + logV)) {
      found = logV;
      break;
    }
  }
  return logarithm(d) + found + logarithmOf(threefry(k0, k1, i, stream + $(2 * TRIES)u).x) / shape;
}
//: end

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let count = table[record + $(SLOTS)u];
  let i = (group.y * groups.x + group.x) * $(THREADS)u + local;
  if (i >= count) { return; }
  let k0 = key[table[record] * 4u];
  let k1 = key[table[record] * 4u + 1u];
  //: if UNIFORM || GAMMA
  let stream = table[record + $(SLOTS + 1)u] + 16u;
  //: end
  //: if UNIFORM
  out[table[record + 1u] * 4u + i] = f32(threefry(k0, k1, i, stream).x >> 8u) * toUnit;
  //: end
  //: if GAMMA
  out[table[record + 2u] * 4u + i] = logGamma(k0, k1, i, stream, x[table[record + 1u] * 4u + i]);
  //: end
  //: if GAUSSIAN || DROPOUT
  let rowBlocks = table[record + $(SLOTS + 1)u];
  let width = table[record + $(SLOTS + 2)u];
  let stream = table[record + $(SLOTS + 3)u] + 16u;
  let column = i % rowBlocks * 4u;
  let first = i / rowBlocks * width + column;
  //: end
  //: if GAUSSIAN
  var numbers = vec4f(0.0);
  numbers.x = normal(k0, k1, first, stream);
  if (column + 1u < width) { numbers.y = normal(k0, k1, first + 1u, stream); }
  if (column + 2u < width) { numbers.z = normal(k0, k1, first + 2u, stream); }
  if (column + 3u < width) { numbers.w = normal(k0, k1, first + 3u, stream); }
  out[table[record + 1u] + i] = numbers;
  //: end
  //: if DROPOUT
  let dropped = rate[table[record + 2u] * 4u];
  var drawn = vec4f(0.0);
  //: for c in 0..4
  drawn[$c] = f32(threefry(k0, k1, first + $(c)u, stream).x >> 8u) * toUnit;
  //: end
  // Padding is zero in x and stays so.
  out[table[record + 3u] + i] = select(x[table[record + 1u] + i] / (1.0 - dropped), vec4f(0.0), drawn < vec4f(dropped));
  //: end
}
