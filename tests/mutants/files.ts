/** Mistakes in what is read: tensors of others, tables of benchmarks. */
import { type Mutant, mutants } from "./mutant.ts";

const table = (name: string): string => `tests/benchmarks/${name}_test.ts`;

export const files: readonly Mutant[] = [
  ...mutants("src/io/safetensors_read.ts", "tests/formats/safetensors_test.ts", [
    {
      what: "tensors may overlap",
      from: "if (entry.begin < end) throw",
      to: "if (entry.begin < 0) throw",
      ci: true,
    },
    {
      what: "bytes behind the last tensor",
      from: "if (end !== length) throw",
      to: "if (end > length) throw",
    },
    {
      what: "a tensor that lies askew is read from the header",
      from: "bytes.slice(dataStart + begin, dataStart + end)",
      to: "bytes.slice(begin, end)",
    },
    {
      what: "a transposed shape fits",
      from: "tensor.shape.some((size, i) => size !== shape[i])",
      to: "tensor.data.length !== shape.reduce((a, b) => a * b, 1)",
    },
  ]),
  ...mutants("src/io/safetensors_write.ts", "tests/formats/safetensors_test.ts", [
    {
      what: "tensors are not aligned",
      from: "b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT",
      to: "a.data.BYTES_PER_ELEMENT - b.data.BYTES_PER_ELEMENT",
    },
    {
      what: "the header's length is that without its padding",
      from: "BigInt(padded), true)",
      to: "BigInt(json.length), true)",
    },
  ]),
  ...mutants("src/benchmarks/standing.ts", [table("nasbench201"), table("nasbench101")], [
    {
      what: "equal values share the worse rank",
      from: "sign * (other - value) > 0",
      to: "sign * (other - value) >= 0",
    },
    { what: "the lowest is taken for the best", from: 'best === "highest" ? 1 : -1', to: "1" },
  ]),
  ...mutants("src/benchmarks/nasbench201.ts", table("nasbench201"), [
    {
      what: "ranked by 12 epochs",
      from: '"cifar10": "cifar10_test_200",',
      to: '"cifar10": "cifar10_test_12",',
    },
    {
      what: "values go to the cell beside",
      from: "columns[name][code] = value;",
      to: "columns[name][code ^ 1] = value;",
    },
  ]),
  ...mutants("src/benchmarks/open_table.ts", table("open_table"), [
    {
      what: "CIFAR-10 ranks what was searched on CIFAR-100",
      from: 'data === "cifar100" ? "cifar100" : "cifar10"',
      to: '"cifar10"',
    },
  ]),
  ...mutants("src/benchmarks/nasbench101_key.ts", table("nasbench101_key"), [
    { what: "the direct edge does not count", from: "labels * 2 + edge(input, output)", to: "labels * 2" },
    {
      what: "vertices keep their numbers",
      from: "smallest = Math.min(smallest, place([...order, vertex], more));",
      to: "smallest = place([...order, vertex], more);",
    },
  ]),
  ...mutants("src/benchmarks/nasbench101_record.ts", table("nasbench101"), [
    { what: "the evaluation halfway counts", from: "afterTraining = 2;", to: "afterTraining = 1;" },
    {
      what: "training accuracy for validation's",
      from: 'within(4, "validation_accuracy", 1)',
      to: 'within(3, "validation_accuracy", 1)',
    },
  ]),
  ...mutants("src/io/tfrecord.ts", "tests/formats/tfrecord_test.ts", [
    {
      what: "the data's checksum is not looked at",
      from: "if (checksum.getUint32(0, true) !== maskedCrc32c(data))",
      to: "if (checksum.byteLength === 0)",
    },
  ]),
  ...mutants("src/io/entry_log.ts", "tests/formats/row_log_test.ts", [
    { what: "what differs stays", from: "if (bytes > 0) cutFile", to: "if (bytes < 0) cutFile" },
  ]),
  ...mutants("src/tensorboard/follower.ts", "tests/tensorboard/follower_test.ts", [
    { what: "a search that went back is not told of", from: "step <= last", to: "step < 0" },
    {
      what: "files keep what is of a later time",
      from: "this.#of(name).log.cut();",
      to: "this.#of(name);",
    },
  ]),
  ...mutants("src/tensorboard/event_log.ts", "tests/tensorboard/follower_test.ts", [
    {
      what: "events have the time of the last session",
      from: "(data && wallTimeOf(data)) ?? Date.now() / 1000",
      to: "Date.now() / 1000",
      filter: "leaves every byte",
    },
  ]),
  ...mutants("src/tensorboard/rows.ts", "tests/tensorboard/follower_test.ts", [
    {
      what: "searches of a run share a file",
      from: "row[column] !== undefined)",
      to: "row[column] === null)",
    },
  ]),
  ...mutants("src/search/supernet_file.ts", "tests/pipelines/trained_test.ts", [
    {
      what: "statistics are read into parameters",
      from: "vectors[vector].set(finite(file, name, shape), offset)",
      to: "vectors.parameters.set(finite(file, name, shape), offset)",
    },
  ]),
  ...mutants("src/io/lock.ts", "tests/cli/lock_test.ts", [
    {
      what: "a process on another machine is believed for ever",
      from: "unheard(path) < silence",
      to: "unheard(path) < Infinity",
    },
    {
      what: "signs of life are not given",
      from: "setInterval(() => sign(file), beat)",
      to: "setInterval(() => {}, beat)",
    },
  ]),
  ...mutants("src/data/as_trained.ts", "tests/data/as_trained_test.ts", [
    {
      what: "labels of another order stay",
      from: "split.labels.map((own) => labels[own]!)",
      to: "split.labels",
    },
  ]),
  ...mutants("src/training/start.ts", "tests/cli/further_test.ts", [
    {
      what: "a classifier of other classes goes on",
      from: "(!sameClasses && ofClassifier(name))",
      to: "(sameClasses && ofClassifier(name))",
    },
  ]),
  ...mutants("src/training/network_file.ts", "tests/pipelines/trained_test.ts", [
    { what: "mean and deviation exchanged", from: "{ mean, std } }", to: "{ mean: std, std: mean } }" },
  ]),
];
