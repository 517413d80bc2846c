/** Mistakes in data: splits, order, augmentation, normalisation. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/data/${name}_test.ts`;

export const data: readonly Mutant[] = [
  ...mutants("src/data/splits.ts", test("splits"), [
    {
      what: "the halves overlap",
      from: "alphas: slice(train, middle, train.count",
      to: "alphas: slice(train, middle - 1, train.count",
      ci: true,
    },
    {
      what: "labels of a slice begin at the first",
      from: "labels: images.labels.subarray(from, to)",
      to: "labels: images.labels.subarray(0, to - from)",
    },
  ]),
  ...mutants("src/data/batches.ts", test("batches"), [
    {
      what: "every epoch has the same order",
      from: "permutation(fold(key, epoch), n)",
      to: "permutation(fold(key, 0), n)",
    },
    {
      what: "batches overlap by an image",
      from: "order.subarray(i * batch, (i + 1) * batch)",
      to: "order.subarray(i * batch, (i + 1) * batch + 1)",
    },
    { what: "an image may be drawn twice", from: "moved.set(j, moved.get(i) ?? i);", to: "" },
    {
      what: "the search batch is every step's",
      from: "const draw = fold(key, step);",
      to: "const draw = fold(key, 0);",
    },
    {
      what: "the last batch of an evaluation is left out",
      from: "Math.ceil(n / batch)",
      to: "Math.floor(n / batch)",
    },
  ]),
  ...mutants("src/data/augmentation.ts", test("augmentation"), [
    {
      what: "crops move one way alone",
      from: "cropY: below(0, 2 * pad + 1) - pad",
      to: "cropY: below(0, pad + 1)",
    },
    { what: "every image is mirrored", from: "flip ? below(2, 2) : 0", to: "flip ? 1 : 0" },
    { what: "rows and columns move alike", from: "below(1, 2 * pad + 1)", to: "below(0, 2 * pad + 1)" },
    { what: "what is likely is not cut", from: "< cutoutProbability ?", to: ">= cutoutProbability ?" },
  ]),
  ...mutants("src/data/dataset.ts", test("datasets"), [
    { what: "the deviation is around zero", from: "- average * average, 0)", to: ", 0)" },
    {
      what: "channels are measured together",
      from: "(n * channels + c) * plane",
      to: "n * channels * plane",
    },
    { what: "a label one past the last class", from: "label >= classes)", to: "label > classes)" },
  ]),
  ...mutants("src/data/cifar_batch.ts", test("cifar"), [
    { what: "the coarse label is taken", from: "bytes[image - 1]!", to: "bytes[n * record]!" },
  ]),
  ...mutants("src/data/resize.ts", test("resize"), [
    {
      what: "pixel centres lie at whole numbers",
      from: "const centre = (i + 0.5) * step;",
      to: "const centre = i * step;",
    },
    {
      what: "shrinking does not average",
      from: "const radius = Math.max(step, 1);",
      to: "const radius = 1;",
    },
    { what: "colours are cut, not rounded", from: "Math.round(sum)", to: "Math.floor(sum)" },
  ]),
  ...mutants("src/data/content_order.ts", test("content_order"), [
    { what: "the label does not count", from: "(seed ^ label) | 0", to: "seed | 0" },
    {
      what: "images stay in their file's order",
      from: "high[a]! - high[b]! || low[a]! - low[b]!",
      to: "a - b",
    },
  ]),
  ...mutants("src/data/image_folder.ts", test("image_folder"), [
    { what: "digits are mirrored", from: "flip: !signs }", to: "flip: true }", filter: "mirror" },
  ]),
  ...mutants("src/data/idx.ts", test("idx"), [
    {
      what: "sizes are read from the other end",
      from: "view.getUint32(4 + 4 * i)",
      to: "view.getUint32(4 + 4 * i, true)",
    },
  ]),
  ...mutants("src/data/read_images.ts", test("read_images"), [
    { what: "grey is red", from: "19595 * red + 38470 * green + 7471 * blue", to: "65536 * red" },
  ]),
];
