/** ONNX files of networks of every family, run by onnxruntime and judged by Debian's onnx where that is installed. */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "deno-std/assert";
import { findPython } from "../../bench/contest/pytorch.ts";
import { measuredDifference } from "../../pipelines/exporting/parity.ts";
import { asInput } from "../../src/exporting/onnx/images.ts";
import { UserError } from "../../src/errors.ts";
import { type Normalising, normalisings } from "../../src/exporting/model.ts";
import { openOnnx } from "../../src/exporting/onnx/session.ts";
import { onnxFile } from "../../src/exporting/onnx/write.ts";
import { add, constant, spatialMean, vector } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { buildOn, describe } from "../../src/network/frame.ts";
import { weightedSum } from "../../src/nn/affine.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { denseConvolution } from "../../src/nn/layers.ts";
import type { Scope } from "../../src/nn/scope.ts";
import { stateDict } from "../../src/nn/state_dict.ts";
import { keyFromSeed } from "../../src/random.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";
import { inFolder } from "../data/files.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { logitsOf, pixelsFor, tensorsOf, tinyNetworks } from "./tiny_networks.ts";

const written = (network: ReadNetwork, normalise: Normalising = "none", folded = false) =>
  onnxFile(network, { normalise, folded, version: "1.2.3", metadata: { command: "export 'a b'" } });

const parsed = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes);

const count = (model: ModelProto, type: string): number =>
  model.graph!.node.filter(({ opType }) => opType === type).length;

/** Checks a file's logits, of batches of those sizes, against float64's. */
async function checkLogits(
  what: string,
  network: ReadNetwork,
  file: Uint8Array<ArrayBuffer>,
  sizes: number[],
) {
  await using session = await openOnnx(file);
  for (const size of sizes) {
    const pixels = pixelsFor(network, size);
    const wanted = logitsOf(network, pixels).flat();
    assert(Math.max(...wanted) - Math.min(...wanted) > 0.05, `${what}: logits are all alike`);
    const logits = await session.run(asInput(pixels, session.normalise, network));
    assertEquals(logits.length, wanted.length, what);
    logits.forEach((logit, i) => assertAlmostEquals(logit, wanted[i]!, 1e-5, `${what}, ${size} images`));
  }
}

Object.entries(tinyNetworks).forEach(([name, network], i) => {
  Deno.test(`ONNX: ${name}: has the network's logits, whatever normalises and whether folded or not`, async () => {
    for (const folded of [false, true]) {
      const normalise = normalisings[(i + Number(folded)) % normalisings.length]!;
      const what = `${name}, ${normalise}${folded ? ", folded" : ""}`;
      await checkLogits(what, network, written(network, normalise, folded), [1, 3]);
    }
  });
});

Deno.test("ONNX: the project's own engine and onnxruntime differ by rounding, in every family", async () => {
  const runner = sharedRunner();
  for (
    const name of ["a single cell", "NAS-Bench-201, a node of nothing", "NAS-Bench-1Shot1, input to output"]
  ) {
    const network = tinyNetworks[name]!;
    const difference = await measuredDifference(runner, network, written(network, "bytes"), {});
    assert(difference > 0 && difference < 1e-4, `${name}: ${difference}`);
  }
});

Deno.test("ONNX: tensors have the names, shapes and values of the state dict, and nothing else is in the file", () => {
  const network = tinyNetworks["every operation"]!;
  const { graph, irVersion, opsetImport, metadataProps } = parsed(written(network));
  assertEquals([irVersion, opsetImport.map(({ version }) => version)], [8n, [17n]]);
  const own = new Map(
    graph!.initializer.filter(({ name }) => !name.startsWith("indices_")).map((
      tensor,
    ) => [tensor.name, tensor]),
  );
  const wanted = stateDict(network.net.layout).filter(({ vector }) => vector !== "batches");
  assertEquals([...own.keys()].toSorted(), wanted.map(({ name }) => name).toSorted());
  const tensors = tensorsOf(network);
  for (const { name, shape } of wanted) {
    const { dims, rawData } = own.get(name)!;
    assertEquals(dims.map(Number), shape, name);
    assertEquals(new Float32Array(rawData.slice().buffer), tensors.get(name)!.data, name);
  }
  const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
  assertEquals(JSON.parse(metadata["class_names"]!), network.classes);
  assertEquals(JSON.parse(metadata["mean"]!), network.normalisation.mean);
  assertEquals([metadata["command"], metadata["version"], metadata["normalise"]], [
    "export 'a b'",
    "1.2.3",
    "none",
  ]);
});

Deno.test("ONNX: folding leaves the BatchNorms that follow no convolution alone", () => {
  for (const [name, network] of Object.entries(tinyNetworks)) {
    const [plain, folded] = [parsed(written(network)), parsed(written(network, "none", true))];
    const norms = plain.graph!.node.filter(({ opType }) => opType === "BatchNormalization");
    const known = network.net.layout.batchNorms.map((norm) => norm.name);
    assert(norms.length > 0 && norms.every((norm) => known.includes(norm.name)), name);
    const type = new Map(plain.graph!.node.map(({ name, opType }) => [name, opType]));
    // A FactorizedReduce has one behind the Concat of its two convolutions.
    const left = norms.filter(({ input }) => type.get(input[0]!) !== "Conv");
    assertEquals(count(folded, "BatchNormalization"), left.length, name);
    assertEquals(count(folded, "Conv"), count(plain, "Conv"), name);
    assertEquals([count(plain, "Mul"), count(folded, "Mul")], [0, 0], name);
  }
});

Deno.test("ONNX: scales and biases that are of no BatchNorm, or of more, are products and sums", async () => {
  const size = { channels: 2, layers: 1, classes: 3, imageChannels: 3 };
  const layers = (scope: Scope, images: Parameters<ReadNetwork["net"]["build"]>[0]["images"]) => {
    const map = denseConvolution(scope.child("conv"), images, { channels: 3, kernel: [3, 3], pad: [1, 1] });
    const normed = scope.batchNorm(map, "bn", { affine: true });
    const summands = [
      { value: normed },
      { value: normed, weight: vector([-0.7]) },
      { value: { x: map, scale: vector([0.5, 1, -2]), bias: vector([0, 0.25, 1]) } },
      { value: { x: map }, weight: constant(0, [1]) },
    ];
    return { logits: add(spatialMean(weightedSum(summands, [vector([0.125])])), constant(-1, [3, 1])) };
  };
  const { genotype } = tinyNetworks["a single cell"]!.net;
  const network: ReadNetwork = { ...tinyNetworks["a single cell"]! };
  const layout = describe((scope) => layers(scope, constant(0, [3, 1, 8, 12])));
  const statistics = new Float32Array(layout.statisticsFloats);
  statistics.set([0.3, -0.2, 0.1, 0.5, 2, 1]);
  const odd: ReadNetwork = {
    ...{ ...network, parameters: initialParameters(layout, keyFromSeed(1)), statistics },
    net: {
      ...{ genotype, size, layout, dropPaths: 0 },
      build: (inputs) => buildOn(inputs, layout, (scope) => layers(scope, inputs.images)),
    },
  };
  const file = written(odd);
  assertEquals([count(parsed(file), "BatchNormalization"), count(parsed(file), "Mul")], [1, 2]);
  await checkLogits("by hand", odd, file, [2]);
  // Its convolution is read by more than the BatchNorm, and stays as it is.
  await checkLogits("by hand, folded", odd, written(odd, "none", true), [2]);
});

Deno.test("ONNX: a network with noise is refused in words", () => {
  const { net, ...rest } = tinyNetworks["a single cell"]!;
  const noise = { normal: [["noise", 0], ["none", 1]], reduce: [["noise", 0], ["none", 1]] } as const;
  const genotype = { ...noise, normal_concat: [2], reduce_concat: [2] };
  const noisy = evaluationNetwork(genotype, net.size);
  const parameters = initialParameters(noisy.layout, keyFromSeed(1));
  const statistics = new Float32Array(noisy.layout.statisticsFloats);
  const { message, exitCode } = assertThrows(
    () => written({ ...rest, net: noisy, parameters, statistics }),
    UserError,
  );
  assertEquals(exitCode, 2);
  assertMatch(message, /^The network has the operation noise, which draws random numbers/);
});

Deno.test("ONNX: a file that is missing, damaged or of something else is refused in one sentence that names it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/model.onnx`;
    const good = written(tinyNetworks["a single cell"]!);
    const refuses = async (bytes: Uint8Array | undefined, words: RegExp) => {
      if (bytes) Deno.writeFileSync(path, bytes);
      const { message, exitCode } = await assertRejects(() => openOnnx(path), UserError);
      assertEquals(exitCode, 4, message);
      assertMatch(message, words);
      assert(message.includes(path) && !message.includes("\n"), message);
    };
    await refuses(undefined, /no such file|does not exist|is missing/i);
    await refuses(new Uint8Array(), /not an ONNX model/);
    await refuses(new TextEncoder().encode("PyTorch weights, as it seems"), /damaged or not an ONNX model/);
    await refuses(good.subarray(0, good.length - 100), /damaged or not an ONNX model/);
    const change = (edit: (model: ModelProto) => void): Uint8Array => {
      const model = parsed(good);
      edit(model);
      return toBinary(ModelProtoSchema, model);
    };
    await refuses(change((model) => model.metadataProps = []), /is not a model\.onnx of export/);
    await refuses(
      change((model) => model.graph!.node[0]!.opType = "Cnov"),
      /is damaged: onnxruntime says ".*Cnov/,
    );
  }));

Deno.test("ONNX: only the process that runs models has onnxruntime-web, of the version in its own lock file", () => {
  const read = (path: string): string => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
  // All that is in this file is fetched by every command.
  assert(!read("deno.lock").includes("onnxruntime"));
  const [, specifier] = /"(npm:onnxruntime-web@.+)"/.exec(read("src/exporting/onnx/runtime.ts"))!;
  const { specifiers, npm } = JSON.parse(read("src/exporting/onnx/runtime.lock"));
  assertEquals(Object.keys(specifiers), [specifier]);
  assertMatch(npm[specifier!.slice("npm:".length)].integrity, /^sha512-/);
});

const python = await findPython("onnx");
if (python === undefined) {
  console.warn("No Python here imports onnx, so its checker is not asked (apt: python3-onnx).");
}

Deno.test({
  name: "ONNX: Debian's checker finds nothing, and infers the shape of the logits",
  ignore: python === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const cases = Object.values(tinyNetworks).flatMap((network) =>
        normalisings.flatMap((normalise) =>
          [false, true].map((folded) => ({ network, normalise, bytes: written(network, normalise, folded) }))
        )
      );
      const paths = cases.map(({ bytes }, i) => {
        Deno.writeFileSync(`${folder}/${i}.onnx`, bytes);
        return `${folder}/${i}.onnx`;
      });
      const judge = new URL("onnx_judge.py", import.meta.url).pathname;
      const { success, stdout } = await new Deno.Command(python!, {
        args: ["-B", judge, ...paths],
        stderr: "inherit",
      }).output();
      assert(success);
      const judgements = JSON.parse(new TextDecoder().decode(stdout));
      cases.forEach(({ network: { images: { channels, height, width }, classes }, normalise }, i) => {
        const type = normalise === "bytes" ? "UINT8" : "FLOAT";
        const wanted = [
          ["images", type, ["N", channels, height, width]],
          ["logits", "FLOAT", ["N", classes.length]],
        ];
        assertEquals(judgements[i], wanted);
      });
    }),
});
