// One thread that reads zeros from all over a buffer, each from a place that depends on the one before: the places are
// those of a linear congruential generator, to which each zero is added. It begins where it ended the time before, so
// that no place is read again from a cache. Defines: THREADS.
@group(0) @binding(0) var<storage, read> table: array<u32>;
@group(0) @binding(1) var<storage, read> zeros: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;

@compute @workgroup_size($THREADS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let record = 4u + group.z * table[0];
  let length = table[record + 2u];
  let rounds = table[record + 3u];
  let begin = table[record];
  if (local > 0u) { return; }
  var at = out[table[record + 1u]] & (length - 1u);
  for (var i = 0u; i < rounds; i++) {
    //: for k in 0..16
    at = (at * 1664525u + 1013904223u + zeros[begin + at]) & (length - 1u);
    //: end
  }
  out[table[record + 1u]] = at;
}
