/** Mistakes in the files that make an exported network usable from PyTorch and found at the hub. */
import { type Mutant, mutants } from "./mutant.ts";

const judged = "tests/exporting/pytorch_test.ts";

export const pytorch: readonly Mutant[] = [
  ...mutants("src/exporting/pytorch/darts.py", judged, [
    { what: "a reduction cell halves one input", from: "state < 2", to: "state < 1" },
    { what: "a cell reads the last output twice", from: "cell(before, last)", to: "cell(last, last)" },
  ]),
  ...mutants("src/exporting/pytorch/operations.py", judged, [
    { what: "averages count the border", from: "count_include_pad=False", to: "count_include_pad=True" },
    { what: "both halves see the even pixels", from: "x[:, :, 1:, 1:]", to: "x" },
  ]),
  ...mutants("src/exporting/pytorch/nasbench201.py", judged, [
    { what: "a node reads the input alone", from: "(nodes[node])", to: "(nodes[0])" },
  ]),
  ...mutants("src/exporting/pytorch/nasbench1shot1.py", judged, [
    { what: "the last vertices have the remainder", from: "(i < channels %", to: "(i >= channels %" },
  ]),
  ...mutants("src/exporting/pytorch/tail.py", judged, [
    { what: "a file may have more tensors", from: "strict=True", to: "strict=False" },
    { what: "rows and columns are exchanged", from: "resize((width, height)", to: "resize((height, width)" },
  ]),
  ...mutants("src/exporting/pytorch/model_py.ts", judged, [
    {
      what: "all operations are written",
      from: "named.has(name) ? line",
      to: "named.has(name) || true ? line",
    },
  ]),
  ...mutants("src/exporting/card_use.ts", judged, [
    { what: "the card divides bytes by too little", from: "(PIXELS / 255 -", to: "(PIXELS / 240 -" },
  ]),
  ...mutants("src/exporting/card.ts", "tests/exporting/card_test.ts", [
    { what: "names of classes are Markdown", from: ".map(plain).join", to: ".join", ci: true },
  ]),
];
