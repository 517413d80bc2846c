// Whether one buffer may be bound to both: what a device says to that is all that matters. It belongs to no plan.
@group(0) @binding(0) var<storage, read_write> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> b: array<f32>;

@compute @workgroup_size(1)
fn main() {
  b[0] = a[0];
}
