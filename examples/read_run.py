"""Reads the files of a run with Python's standard library alone: python3 examples/read_run.py runs/mine

Prints one row for each epoch, how decided the alphas are, the cell, and the tensors of the trained network.
"""

import json
import math
import os
import struct
import sys


def rows(path):
    """The JSON objects of a file, one on each line."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def safetensors(path):
    """Metadata, and each tensor's shape and numbers by its name. The file: a length, a header in JSON, then the data."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    metadata, tensors = header.pop("__metadata__", {}), {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        format = {"F32": "f", "I64": "q"}[entry["dtype"]]
        count = (end - start) // struct.calcsize("<" + format)
        tensors[name] = entry["shape"], struct.unpack_from(f"<{count}{format}", data, start)
    return metadata, tensors


if len(sys.argv) != 2:
    sys.exit("Give the folder of a run.")
run = sys.argv[1]
print("stage   epoch  train loss  train accuracy  entropy of the alphas")
for row in rows(os.path.join(run, "metrics.jsonl")):
    entropy = row.get("alpha_entropy")
    figures = f"{row['train_loss']:>12.4f}{row['train_accuracy']:>16.3f}"
    print(f"{row['stage']:<8}{row['epoch']:>5}{figures}" + (f"{entropy:>23.4f}" if entropy is not None else ""))

alphas = rows(os.path.join(run, "alphas.jsonl"))[-1]
for name, matrix in ((key, value) for key, value in alphas.items() if isinstance(value, list)):
    largest = [max(math.exp(a) for a in row) / sum(math.exp(a) for a in row) for row in matrix]
    print(f"{name}: the largest weight of each of {len(matrix)} rows is {sum(largest) / len(largest):.3f} on average")

with open(os.path.join(run, "genotype.json"), encoding="utf-8") as file:
    print("cell:", json.dumps(json.load(file)))

metadata, tensors = safetensors(os.path.join(run, "weights.safetensors"))
numbers = sum(len(values) for _, values in tensors.values())
print(f"weights: {len(tensors)} tensors, {numbers} numbers, classes {metadata['class_names']}")
for name, (shape, values) in [item for item in tensors.items() if len(item[1][0]) == 4][:3]:
    print(f"  {name} {shape}: mean {sum(values) / len(values):.4f}")
