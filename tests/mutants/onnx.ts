/** Mistakes in ONNX files, and in the command that writes them. */
import { type Mutant, mutants } from "./mutant.ts";

const files = "tests/exporting/onnx_test.ts";

export const onnx: readonly Mutant[] = [
  ...mutants("src/exporting/onnx/translate.ts", files, [
    {
      what: "both halves of a FactorizedReduce see the even pixels",
      from: "x: cropped(t.nameOf(node.inputs[0]!), offset, t),",
      to: "",
    },
    {
      what: "dilated filters are padded as others",
      from: "dilation * (kernel - 1) / 2",
      to: "(kernel - 1) / 2",
    },
    {
      what: "what no BatchNorm explains of a bias is dropped",
      from: "const shifted = left.every(",
      to: "const shifted = left.every(() => true) || left.every(",
    },
    {
      what: "zeros are of one image",
      from: 'const count = graph.add("Shape", [imagesName], { start: 0, end: 1 });',
      to: "const count = graph.indices([1]);",
    },
  ]),
  ...mutants("src/exporting/onnx/batch_norms.ts", files, [
    {
      what: "a scale that reads a variance is that of its BatchNorm, whatever else it has",
      from: "return same ? {",
      to: "return same || !same ? {",
    },
  ]),
  ...mutants("src/exporting/onnx/fold.ts", files, [
    {
      what: "a convolution that others read is folded too",
      from: "readers.get(name) === 1",
      to: "readers.get(name) !== 0",
    },
    {
      what: "filters are scaled by their input's channel",
      from: "scale[Math.floor(i / taps)]",
      to: "scale[i % scale.length]",
    },
  ]),
  ...mutants("src/exporting/onnx/write.ts", files, [
    { what: "bytes are pixels from 0 to 1", from: 'normalise === "bytes" ? 255 : 1', to: "1" },
  ]),
  ...mutants("pipelines/exporting/parity.ts", "tests/cli/export_test.ts", [
    {
      what: "any difference is rounding",
      from: "if (difference <= mostDifference)",
      to: "if (difference >= 0)",
    },
  ]),
];
