/** A saved supernet comes back bit for bit, and a file that is not this network's says so. */
import { assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { parseSafetensors, type Tensor } from "../../src/io/safetensors.ts";
import { encodeSafetensors } from "../../src/io/safetensors_write.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { normal } from "../../src/random.ts";
import { supernetFile, supernetVectors } from "../../src/search/supernet_file.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

const net = supernet(spaceByName("s3"), { channels: 2, layers: 2, classes: 3, imageChannels: 1 });
const layout = net.alphas;
const alphas = new Float32Array(layout.floats);
for (const { offset, shape: [rows, columns] } of layout.matrices) {
  for (let i = 0; i < rows * columns; i++) alphas[offset + i] = normal([3, offset], i);
}
const vectors = {
  weights: initialParameters(net.layout, [1, 2]),
  statistics: freshStatistics(net.layout),
  alphas,
  step: 12,
  batches: 20,
};

/** Through the bytes of a file, with one change on the way. */
function saved(change: (tensors: Map<string, Tensor>, metadata: Record<string, string>) => void = () => {}) {
  const file = supernetFile(net, vectors);
  const [tensors, metadata] = [new Map(file.tensors), { ...file.metadata }];
  change(tensors, metadata);
  const bytes = encodeSafetensors(tensors, metadata);
  return parseSafetensors(new Uint8Array(bytes.flatMap((piece) => [...piece])), "x.safetensors");
}

Deno.test("supernet file: comes back bit for bit", () => {
  assertEquals(supernetVectors(net, saved()), vectors);
});

Deno.test("supernet file: edge weights are one vector a cell type, and come back bit for bit", () => {
  const partial = { partialChannels: 2, edgeNormalisation: true };
  const own = supernet(net.space, net.size, partial);
  const flat = new Float32Array(own.alphas.floats);
  for (const { offset, shape: [rows, columns] } of own.alphas.matrices) {
    for (let i = 0; i < rows * columns; i++) flat[offset + i] = normal([4, offset], i);
  }
  const held = {
    ...vectors,
    weights: initialParameters(own.layout, [1, 2]),
    statistics: freshStatistics(own.layout),
    alphas: flat,
  };
  const { tensors, metadata } = supernetFile(own, held);
  const matrix = own.alphas.matrices.find(({ name }) => name === "betas_reduce_3")!;
  assertEquals(tensors.get("betas_reduce")!.shape, [14]);
  assertEquals(tensors.get("betas_reduce")!.data.slice(2, 5), flat.slice(matrix.offset, matrix.offset + 3));
  const bytes = encodeSafetensors(tensors, metadata);
  const file = parseSafetensors(new Uint8Array(bytes.flatMap((piece) => [...piece])), "x.safetensors");
  assertEquals(supernetVectors(own, file), held);
});

const refused = (file: ReturnType<typeof saved>, message: string) => {
  const error = assertThrows(() => supernetVectors(net, file), UserError);
  assertEquals(error.exitCode, 4);
  assertStringIncludes(error.message, message);
};

Deno.test("supernet file: another network, a missing tensor, a number that is none", () => {
  refused(saved((_, metadata) => metadata["channels"] = "4"), "its metadata channels is 4, not 2");
  refused(saved((_, metadata) => delete metadata["space"]), "its metadata space is missing, not s3");
  refused(
    saved((_, metadata) => metadata["step"] = "soon"),
    "the step in its metadata is not a whole number",
  );
  refused(saved((tensors) => tensors.delete("alphas_reduce")), "has no tensor alphas_reduce");
  refused(
    saved((tensors) => tensors.get("classifier.weight")!.data[0] = NaN),
    "classifier.weight in x.safetensors is not finite",
  );
});
