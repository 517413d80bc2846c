// One more submit is done. It has no table: it belongs to no plan.
@group(0) @binding(0) var<storage, read_write> done: u32;

@compute @workgroup_size(1)
fn main() {
  done += 1u;
}
