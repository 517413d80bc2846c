/** Tests of networks to draw: so many classes, most images right, neighbours confused. */
import { word } from "../../src/random.ts";
import { measureTest, type NetworkTest } from "../../src/report/mod.ts";

export function sampleTest(count: number, images = 60 * count): NetworkTest {
  const classes = Array.from(
    { length: count },
    (_, c) => c === 1 ? "<a class & its long, long name>" : `class ${c}`,
  );
  const share = (n: number) => word([7, 7], n) / 2 ** 32;
  const labels = Uint8Array.from({ length: images }, (_, n) => n % count);
  const logits = Float32Array.from({ length: images * count }, (_, i) => {
    const [n, c] = [Math.floor(i / count), i % count];
    const label = labels[n]!;
    const towards = c === label ? 5 * share(2 * n) : c === (label + 1) % count ? 3 * share(2 * n + 1) : 0;
    return towards + share(1e6 + i);
  });
  return {
    ...measureTest(logits, labels, classes),
    title: "Test on made up & <small>",
    network: "/home/user/runs/a/weights.safetensors",
    genotype: "Genotype(normal=[('sep_conv_3x3', 0)], normal_concat=range(2, 6))",
    data: "made up",
    split: "test",
    size: [28, 28, 1],
    command: "npx -y deno task evaluate --test-only runs/a --data path/to/images",
    device: "llvmpipe (LLVM 19.1.7, 256 bits)",
    notes: ["The classes stand in another order in the data; they were mapped by their names."],
  };
}
